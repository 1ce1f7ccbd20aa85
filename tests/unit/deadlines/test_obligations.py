"""Who owes what by when, from the facts of one case: starts, ends, owners, and what belongs to no clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.common.workdays import OutsideCalendar
from services.contracts.deadlines import (
    Binding,
    Bound,
    Clock,
    ClockState,
    Event,
    Level,
    Mark,
    Obligation,
    Unit,
    clock_state,
)
from services.contracts.intake import Nature, Urgency
from services.contracts.reviews import CaseOwner
from services.contracts.routing import Objection, ReferralKind, ReferralRole, ReferralState
from services.deadlines.bounds import end_of, start_of
from services.deadlines.obligations import clock_id
from tests.unit.deadlines.made import (
    ACCEPTED,
    ANSWER,
    ANSWERED,
    DAY,
    DELIVERED,
    MONDAY,
    RECEIVED,
    RETURNED,
    WITHDRAWN,
    all_clocks,
    clocks,
    petition,
    referral,
)

TRANSFER, NOTICE, OBJECTION, HANDLING, REPORT = (
    *(Obligation.TRANSFER, Obligation.NOTICE, Obligation.OBJECTION),
    *(Obligation.HANDLING, Obligation.REPORT),
)


def state_on(clock: Clock, day: date) -> ClockState:
    """At noon of that day in China."""
    return clock_state(clock, start_of(day) + timedelta(hours=12))


def test_a_registered_item_is_to_be_referred_within_fifteen_days() -> None:
    legal = Bound(
        rule="xinfang-2022.transfer",
        basis="《信访工作条例》第二十二条第一款",
        starts=Event.PETITION_RECEIVED,
        starts_on=MONDAY,
        length=15,
        unit=Unit.CALENDAR_DAYS,
        due_on=date(2026, 8, 18),
        effective_due_on=date(2026, 8, 18),
        provisional=False,
    )
    overdue = datetime(2026, 8, 18, 16, 0, tzinfo=UTC)  # the midnight after the 18th in China
    assert list(clocks().values()) == [
        Clock(
            id=clock_id(petition_id="p1", subject_id=None, obligation=TRANSFER),
            petition_id="p1",
            petition_number="2026-1",
            referral_id=None,
            owner="xfj",
            obligation=TRANSFER,
            rule="xinfang-2022.transfer",
            basis="《信访工作条例》第二十二条第一款",
            binding=Binding.LEGAL,
            legal=legal,
            internal=None,
            starts_on=MONDAY,
            due_on=date(2026, 8, 18),
            effective_due_on=date(2026, 8, 18),
            due_at=overdue,
            provisional=False,
            lapses=False,
            marks=[
                Mark(level=Level.FIRST_WARNING, at=start_of(date(2026, 8, 11))),
                Mark(level=Level.SECOND_WARNING, at=start_of(date(2026, 8, 15))),
                Mark(level=Level.LAST_WARNING, at=start_of(date(2026, 8, 16))),
                Mark(level=Level.DUE_TODAY, at=start_of(date(2026, 8, 18))),
                Mark(level=Level.OVERDUE, at=overdue),
                Mark(level=Level.TO_HEAD, at=overdue),
                Mark(level=Level.TO_COUNTY, at=overdue + 3 * DAY),
            ],
            met_on=None,
            cancelled=False,
            first_receiver="张三",
        )
    ]


def test_the_first_referral_meets_the_transfer() -> None:
    found = all_clocks(referral(id="r2", sent_on=date(2026, 8, 20)), referral(id="r1", sent_on=date(2026, 8, 4)))
    assert [clock.met_on for clock in found if clock.obligation is TRANSFER] == [date(2026, 8, 4)]


@pytest.mark.parametrize("ended", [RETURNED, WITHDRAWN])
def test_the_transfer_runs_again_to_the_same_day_when_every_referral_ended_early(ended: dict[str, Any]) -> None:
    before = clocks()[TRANSFER]
    assert clocks(referral(**ended))[TRANSFER] == before
    again = [
        clock
        for clock in all_clocks(referral(**ended), referral(id="r2", sent_on=date(2026, 8, 19)))
        if clock.obligation is TRANSFER
    ]
    assert [state_on(clock, date(2026, 8, 19)) for clock in again] == [ClockState.MET_LATE]


def test_closing_meets_a_transfer_that_no_referral_met() -> None:
    assert clocks(closed_on=date(2026, 8, 5))[TRANSFER].met_on == date(2026, 8, 5)


def test_what_is_kept_for_oneself_is_disposed_of() -> None:
    own = referral(kind=ReferralKind.OWN, to_tenant="xfj", **RECEIVED | {"received_on": MONDAY + DAY})
    found = clocks(own)
    assert found[TRANSFER].met_on == MONDAY + DAY
    # Nobody transferred it to him: he neither owes that notice nor could he object.
    assert set(found) == {TRANSFER}


def test_receipt_opens_notice_and_objection_for_the_receiver() -> None:
    found = clocks(referral(**RECEIVED))
    assert set(found) == {TRANSFER, NOTICE, OBJECTION}
    for obligation, due_on in ((NOTICE, date(2026, 8, 20)), (OBJECTION, date(2026, 8, 12))):
        clock = found[obligation]
        assert (clock.owner, clock.referral_id, clock.starts_on) == ("jtj", "r1", date(2026, 8, 5))
        assert (clock.effective_due_on, clock.basis) == (due_on, "《信访工作条例》第二十三条第三款")
        assert state_on(clock, date(2026, 8, 12)) is not ClockState.CANCELLED


def test_an_objection_not_raised_lapses_and_is_never_overdue() -> None:
    clock = clocks(referral(**RECEIVED))[OBJECTION]
    assert state_on(clock, clock.effective_due_on) is ClockState.DUE_TODAY
    assert state_on(clock, clock.effective_due_on + DAY) is ClockState.LAPSED
    assert [mark.level for mark in clock.marks] == [Level.DUE_TODAY, Level.LAPSED]


def test_acceptance_meets_the_notice_ends_the_objection_and_opens_the_handling() -> None:
    found = clocks(referral(**ACCEPTED))
    assert found[NOTICE].met_on == date(2026, 8, 7)
    assert (found[OBJECTION].cancelled, found[OBJECTION].met_on) == (True, None)
    handling = found[HANDLING]
    assert (handling.owner, handling.starts_on, handling.basis) == (
        "jtj",
        date(2026, 8, 7),
        "《信访工作条例》第三十四条",
    )
    # Sixty days end in the National Day break.
    assert (handling.due_on, handling.effective_due_on) == (date(2026, 10, 6), date(2026, 10, 8))


def test_the_answer_meets_the_handling_and_the_report() -> None:
    found = clocks(referral(**ANSWERED, kind=ReferralKind.ASSIGN, due_on=date(2026, 8, 31)))
    assert found[HANDLING].met_on == found[REPORT].met_on == date(2026, 9, 1)
    assert state_on(found[HANDLING], date(2026, 9, 1)) is ClockState.MET
    assert state_on(found[REPORT], date(2026, 9, 1)) is ClockState.MET_LATE


def test_a_report_is_due_on_the_day_that_the_sender_named() -> None:
    clock = clocks(referral(kind=ReferralKind.ASSIGN, due_on=date(2026, 10, 1)))[REPORT]
    assert (clock.owner, clock.starts_on, clock.binding) == ("jtj", MONDAY + DAY, Binding.NAMED)
    assert (clock.due_on, clock.effective_due_on) == (date(2026, 10, 1), date(2026, 10, 8))
    assert clock.basis == "《信访工作条例》第二十二条第一款第三项"


def test_a_transfer_without_a_named_day_owes_no_report() -> None:
    assert REPORT not in clocks(referral(**ACCEPTED))
    assert REPORT in clocks(referral(**ACCEPTED, due_on=date(2026, 9, 30)))


def test_a_return_meets_the_objection_and_ends_what_else_the_receiver_owes() -> None:
    found = clocks(referral(**RETURNED, due_on=date(2026, 9, 30)))
    assert found[OBJECTION].met_on == date(2026, 8, 10)
    assert found[NOTICE].cancelled
    assert found[REPORT].cancelled


def test_a_dismissed_objection_leaves_the_notice_running_to_the_same_day() -> None:
    objection = Objection(
        reason="非本单位职权", raised_on=date(2026, 8, 10), decided_on=date(2026, 8, 11), upheld=False
    )
    found = clocks(referral(**RECEIVED, objection=objection))
    assert found[NOTICE] == clocks(referral(**RECEIVED))[NOTICE]
    assert found[OBJECTION].met_on == date(2026, 8, 10)


def test_a_withdrawal_ends_what_the_receiver_owes() -> None:
    found = clocks(referral(**WITHDRAWN, due_on=date(2026, 9, 30)))
    assert found[REPORT].cancelled
    assert set(found) == {TRANSFER, REPORT}


def test_closing_ends_every_clock_that_is_not_met() -> None:
    found = clocks(referral(**ACCEPTED, due_on=date(2026, 9, 30)), closed_on=date(2026, 8, 20))
    assert found[TRANSFER].met_on == MONDAY + DAY
    assert found[NOTICE].met_on == date(2026, 8, 7)
    assert all(found[each].cancelled and not found[each].met_on for each in (OBJECTION, HANDLING, REPORT))


def test_closing_leaves_what_was_met_before_as_met() -> None:
    found = clocks(referral(**ANSWERED | {"state": ReferralState.CLOSED}), closed_on=date(2026, 9, 5))
    assert found[HANDLING].met_on == date(2026, 9, 1)
    assert not found[HANDLING].cancelled


def test_what_is_met_on_the_day_of_closing_is_met() -> None:
    assert clocks(referral(**ANSWERED), closed_on=ANSWER.answered_on)[HANDLING].met_on == ANSWER.answered_on


def test_what_comes_after_the_closing_meets_nothing() -> None:
    assert clocks(referral(**ANSWERED), closed_on=ANSWER.answered_on - DAY)[HANDLING].cancelled


def test_closing_does_not_take_the_right_to_a_review() -> None:
    closed = referral(**DELIVERED | {"state": ReferralState.CLOSED})
    request = clocks(closed, closed_on=date(2026, 9, 4))[Obligation.FIRST_REVIEW_REQUEST]
    assert request.open


def test_a_supporting_body_owes_neither_notice_nor_handling() -> None:
    found = clocks(referral(**ACCEPTED, role=ReferralRole.SUPPORT, due_on=date(2026, 9, 30)))
    assert set(found) == {TRANSFER, OBJECTION, REPORT}


def test_each_referral_has_clocks_of_its_own() -> None:
    found = all_clocks(
        referral(**RETURNED), referral(id="r2", to_tenant="zjj", **RECEIVED | {"received_on": date(2026, 8, 13)})
    )
    notices = {clock.owner: clock for clock in found if clock.obligation is NOTICE}
    assert notices["jtj"].cancelled
    assert (notices["zjj"].cancelled, notices["zjj"].due_on) == (False, date(2026, 8, 28))
    assert len({clock.id for clock in found}) == len(found)


def test_a_historical_item_has_no_clocks() -> None:
    assert clocks(referral(**ACCEPTED), item=petition(historical=True)) == {}


def test_an_item_older_than_the_oldest_regulation_has_no_clocks() -> None:
    assert clocks(item=petition(received_on=date(2005, 4, 30))) == {}


def test_an_item_received_under_the_old_regulation_is_counted_by_it() -> None:
    found = clocks(referral(**ACCEPTED), item=petition(received_on=date(2022, 4, 30), nature=Nature.SUGGESTION))
    assert {each: clock.basis for each, clock in found.items()} == {
        TRANSFER: "《信访条例》第二十一条第一款",
        NOTICE: "《信访条例》第二十一条第二款",
        HANDLING: "《信访条例》第三十三条",
    }


def test_a_period_into_a_year_without_notice_says_so() -> None:
    accepted = ACCEPTED | {"received_on": date(2026, 12, 1), "accepted_on": date(2026, 12, 1)}
    found = clocks(referral(**accepted))
    assert found[HANDLING].provisional
    assert not found[NOTICE].provisional


def test_a_period_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        clocks(referral(due_on=date(2029, 1, 2)))


def test_a_clock_becomes_overdue_with_the_end_of_its_effective_day() -> None:
    clock = clocks(referral(**ACCEPTED))[HANDLING]
    assert clock.due_at == end_of(clock.effective_due_on)
    assert clock_state(clock, clock.due_at - timedelta(seconds=1)) is ClockState.DUE_TODAY
    assert clock_state(clock, clock.due_at) is ClockState.OVERDUE


def test_every_clock_names_the_first_receiver_and_the_leader_who_owns_the_case() -> None:
    owner = CaseOwner(
        petition_id="p1", tenant="xfj", leader="李四", post="副县长", since=MONDAY, reason="包案", assigned_by="xfj"
    )
    found = all_clocks(referral(**RECEIVED), owner=owner)
    assert {clock.owner for clock in found} == {"xfj", "jtj"}
    assert {(clock.first_receiver, clock.case_owner) for clock in found} == {("张三", "李四（副县长）")}
    assert {clock.first_receiver for clock in all_clocks(item=petition(registrar_name=""))} == {"clerk"}


def test_the_clocks_of_an_urgent_item_are_told_at_once() -> None:
    assert not clocks()[TRANSFER].urgent
    for urgency in (Urgency.URGENT, Urgency.CRITICAL):
        assert clocks(item=petition(urgency=urgency))[TRANSFER].urgent


def test_the_clocks_of_an_accusation_are_seen_by_whom_it_names() -> None:
    assert clocks()[TRANSFER].restricted_to is None
    assert clocks(item=petition(nature=Nature.ACCUSATION))[TRANSFER].restricted_to == ["clerk"]


def test_clock_ids_stay_what_they_were() -> None:
    """Stored clocks are found by them."""
    assert clock_id(petition_id="p1", subject_id="r1", obligation=NOTICE) == "6e9c1824-377b-5205-8dcb-e67f9740daf6"
