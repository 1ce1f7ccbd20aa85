"""Who owes what by when, from the facts of one case."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.workdays import Calendar, OutsideCalendar, calendar_of
from services.contracts.deadlines import Clock, ClockState, Obligation, clock_state
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.routing import (
    ENDED_EARLY,
    Answer,
    Closure,
    Objection,
    Outcome,
    Referral,
    ReferralKind,
    ReferralRole,
    ReferralState,
)
from services.deadlines.obligations import CaseFacts, clock_id, obligations
from services.deadlines.rules import Rules, load_rules
from services.deadlines.seeding import known_days

RULES: Rules = load_rules()
CALENDAR: Calendar = calendar_of(known_days(last_year=2028))
MOMENT = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 8, 3)
DAY = timedelta(days=1)
TRANSFER, NOTICE, OBJECTION, HANDLING, REPORT = Obligation


def petition(**changes: Any) -> Petition:
    base = Petition(
        id="p1",
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.LETTER,
        received_on=MONDAY,
        registered_at=MOMENT,
        registered_on=MONDAY,
        registered_by="xfj",
        registrar="clerk",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
    )
    return msgspec.structs.replace(base, **changes)


def referral(**changes: Any) -> Referral:
    base = Referral(
        id="r1",
        petition_id="p1",
        petition_number="2026-1",
        registered_by="xfj",
        kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD,
        from_tenant="xfj",
        to_tenant="jtj",
        state=ReferralState.SENT,
        sent_at=MOMENT,
        sent_on=MONDAY + DAY,
        due_on=None,
        note=None,
    )
    return msgspec.structs.replace(base, **changes)


RECEIVED = {"state": ReferralState.RECEIVED, "received_on": date(2026, 8, 5)}
ACCEPTED = RECEIVED | {"state": ReferralState.ACCEPTED, "accepted_on": date(2026, 8, 7)}
ANSWER = Answer(outcome=Outcome.SUPPORTED, opinion="已列入计划", answered_on=date(2026, 9, 1))
ANSWERED = ACCEPTED | {"state": ReferralState.ANSWERED, "answer": ANSWER}
RETURNED = RECEIVED | {
    "state": ReferralState.RETURNED,
    "ended_on": date(2026, 8, 11),
    "objection": Objection(reason="非本单位职权", raised_on=date(2026, 8, 10), upheld=True),
}
WITHDRAWN = {"state": ReferralState.WITHDRAWN, "ended_on": date(2026, 8, 6)}


def clocks(
    *referrals: Referral, item: Petition | None = None, closed_on: date | None = None
) -> dict[Obligation, Clock]:
    """The clocks of a case by obligation; the case must have at most one of each."""
    found = all_clocks(*referrals, item=item, closed_on=closed_on)
    by_obligation = {clock.obligation: clock for clock in found}
    assert len(by_obligation) == len(found)
    return by_obligation


def all_clocks(*referrals: Referral, item: Petition | None = None, closed_on: date | None = None) -> list[Clock]:
    closure = Closure(petition_id="p1", closed_on=closed_on, closed_by="xfj") if closed_on else None
    case = CaseFacts(petition=item or petition(), referrals=referrals, closure=closure)
    return obligations(case=case, rules=RULES, calendar=CALENDAR)


def test_a_registered_item_is_to_be_referred_within_fifteen_days() -> None:
    assert list(clocks().values()) == [
        Clock(
            id=clock_id(petition_id="p1", referral_id=None, obligation=TRANSFER),
            petition_id="p1",
            referral_id=None,
            owner="xfj",
            obligation=TRANSFER,
            rule="xinfang-2022.transfer",
            basis="《信访工作条例》第二十二条第一款",
            starts_on=MONDAY,
            due_on=date(2026, 8, 18),
            effective_due_on=date(2026, 8, 18),
            provisional=False,
            lapses=False,
            met_on=None,
            cancelled=False,
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
    assert [clock_state(clock, date(2026, 8, 19)) for clock in again] == [ClockState.MET_LATE]


def test_closing_meets_a_transfer_that_no_referral_met() -> None:
    assert clocks(closed_on=date(2026, 8, 5))[TRANSFER].met_on == date(2026, 8, 5)


def test_receipt_opens_notice_and_objection_for_the_receiver() -> None:
    found = clocks(referral(**RECEIVED))
    assert set(found) == {TRANSFER, NOTICE, OBJECTION}
    for obligation, due_on in ((NOTICE, date(2026, 8, 20)), (OBJECTION, date(2026, 8, 12))):
        clock = found[obligation]
        assert (clock.owner, clock.referral_id, clock.starts_on) == ("jtj", "r1", date(2026, 8, 5))
        assert (clock.effective_due_on, clock.basis) == (due_on, "《信访工作条例》第二十三条第三款")
        assert clock_state(clock, date(2026, 8, 12)) is not ClockState.CANCELLED


def test_an_objection_not_raised_lapses_and_is_never_overdue() -> None:
    clock = clocks(referral(**RECEIVED))[OBJECTION]
    assert clock_state(clock, clock.effective_due_on) is ClockState.DUE_TODAY
    assert clock_state(clock, clock.effective_due_on + DAY) is ClockState.LAPSED


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
    assert clock_state(found[HANDLING], date(2026, 9, 1)) is ClockState.MET
    assert clock_state(found[REPORT], date(2026, 9, 1)) is ClockState.MET_LATE


def test_a_report_is_due_on_the_day_that_the_sender_named() -> None:
    clock = clocks(referral(kind=ReferralKind.ASSIGN, due_on=date(2026, 10, 1)))[REPORT]
    assert (clock.owner, clock.starts_on) == ("jtj", MONDAY + DAY)
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


@pytest.mark.parametrize("nature", sorted(set(Nature) - {Nature.APPEAL}))
def test_only_appeals_have_a_handling_clock(nature: Nature) -> None:
    assert HANDLING not in clocks(referral(**ACCEPTED), item=petition(nature=nature))


def test_the_notice_of_an_accusation_follows_the_rules_of_the_discipline_organ() -> None:
    assert NOTICE not in clocks(referral(**RECEIVED), item=petition(nature=Nature.ACCUSATION))
    assert NOTICE in clocks(referral(**RECEIVED), item=petition(nature=Nature.SUGGESTION))


def test_nobody_owes_a_notice_to_an_anonymous_petitioner() -> None:
    found = clocks(referral(**ACCEPTED), item=petition(anonymous=True))
    assert set(found) == {TRANSFER, OBJECTION, HANDLING}


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


def test_clock_ids_stay_what_they_were() -> None:
    """Stored clocks are found by them."""
    assert clock_id(petition_id="p1", referral_id="r1", obligation=NOTICE) == "6e9c1824-377b-5205-8dcb-e67f9740daf6"


# Histories of a case: each referral goes its way step by step, on growing days.
STEPS = {
    ReferralState.SENT: [ReferralState.WITHDRAWN, ReferralState.RECEIVED],
    ReferralState.RECEIVED: [ReferralState.OBJECTED, ReferralState.ACCEPTED],
    ReferralState.OBJECTED: [ReferralState.RETURNED, ReferralState.RECEIVED],
    ReferralState.ACCEPTED: [ReferralState.ANSWERED],
    ReferralState.ANSWERED: [ReferralState.DELIVERED],
    ReferralState.DELIVERED: [ReferralState.CLOSED],
}


def stepped(before: Referral, state: ReferralState, day: date) -> Referral:
    changes: dict[str, Any] = {"state": state}
    if state is ReferralState.RECEIVED:
        changes["received_on"] = before.received_on or day
    if state is ReferralState.OBJECTED:
        changes["objection"] = Objection(reason="理由", raised_on=day)
    if state is ReferralState.ACCEPTED:
        changes["accepted_on"] = day
    if state is ReferralState.ANSWERED:
        changes["answer"] = Answer(outcome=Outcome.EXPLAINED, opinion="意见", answered_on=day)
    if state in ENDED_EARLY:
        changes["ended_on"] = day
    return msgspec.structs.replace(before, **changes)


@st.composite
def histories(draw: st.DrawFn, referral_id: str) -> list[Referral]:
    """All versions of one referral, oldest first."""
    day = MONDAY + draw(st.integers(0, 40)) * DAY
    due_on = draw(st.one_of(st.none(), st.dates(day, day + 90 * DAY)))
    role = draw(st.sampled_from(ReferralRole))
    versions = [referral(id=referral_id, to_tenant=f"to-{referral_id}", sent_on=day, due_on=due_on, role=role)]
    for _ in range(draw(st.integers(0, 6))):
        following = STEPS.get(versions[-1].state)
        if not following:
            break
        day += draw(st.integers(0, 30)) * DAY
        versions.append(stepped(versions[-1], draw(st.sampled_from(following)), day))
    return versions


@st.composite
def cases(draw: st.DrawFn) -> tuple[Petition, list[list[Referral]], Closure | None]:
    item = petition(nature=draw(st.sampled_from(Nature)), anonymous=draw(st.booleans()))
    referrals = [draw(histories(f"r{number}")) for number in range(draw(st.integers(0, 3)))]
    closed_on = draw(st.one_of(st.none(), st.dates(MONDAY, MONDAY + 200 * DAY)))
    closure = Closure(petition_id="p1", closed_on=closed_on, closed_by="xfj") if closed_on else None
    return item, referrals, closure


@given(case=cases(), shuffle=st.randoms(use_true_random=False), repeats=st.integers(1, 3))
def test_any_order_and_repetition_of_facts_gives_the_same_clocks(
    case: tuple[Petition, list[list[Referral]], Closure | None], shuffle: random.Random, repeats: int
) -> None:
    item, referrals, closure = case
    in_order = CaseFacts(petition=item, referrals=tuple(versions[-1] for versions in referrals), closure=closure)
    told = [(version, state) for versions in referrals for version, state in enumerate(versions)] * repeats
    shuffle.shuffle(told)
    newest: dict[str, tuple[int, Referral]] = {}
    for version, state in told:
        if version >= newest.get(state.id, (0, state))[0]:
            newest[state.id] = (version, state)
    as_told = CaseFacts(petition=item, referrals=tuple(state for _, state in newest.values()), closure=closure)
    expected = obligations(case=in_order, rules=RULES, calendar=CALENDAR)
    assert obligations(case=as_told, rules=RULES, calendar=CALENDAR) == expected
    assert expected == sorted(expected, key=lambda clock: (clock.starts_on, clock.id))


@given(case=cases())
def test_every_clock_is_owed_once_and_ends_one_way(
    case: tuple[Petition, list[list[Referral]], Closure | None],
) -> None:
    item, referrals, closure = case
    facts = CaseFacts(petition=item, referrals=tuple(versions[-1] for versions in referrals), closure=closure)
    found = obligations(case=facts, rules=RULES, calendar=CALENDAR)
    assert len({clock.id for clock in found}) == len(found)
    for clock in found:
        assert clock.starts_on <= clock.due_on <= clock.effective_due_on
        assert CALENDAR.is_workday(clock.effective_due_on)
        assert not (clock.cancelled and clock.met_on)
        if clock.met_on:
            assert clock.met_on >= clock.starts_on
        if closure:
            assert clock.met_on or clock.cancelled
