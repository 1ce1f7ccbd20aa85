"""What a county sets beside the law: which limit binds, for whom, and what it does to warnings and extensions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.deadlines import Binding, Clock, ClockState, Event, Level, Obligation, Unit, clock_state
from services.contracts.extensions import ExtensionState
from services.contracts.flows import Approval, ApprovalState, EntryKind
from services.contracts.intake import Channel, Source, Urgency
from services.contracts.meetings import MeetingKind
from services.contracts.milestones import MilestoneKind
from services.contracts.routing import ReferralKind
from services.contracts.rules import ExtensionRule, LocalHoliday, Regime, Warnings
from services.deadlines.bounds import start_of
from services.deadlines.obligations import CaseFacts, obligations
from services.deadlines.rules import Rules
from tests.unit.deadlines.made import (
    ACCEPTED,
    ANSWERED,
    CALENDAR,
    DAY,
    DELIVERED,
    MOMENT,
    MONDAY,
    RECEIVED,
    RULES,
    adopted,
    all_clocks,
    approval,
    clocks,
    extension,
    meeting,
    milestone,
    own_set,
    passed,
    petition,
    referral,
    regime,
    review,
    rule,
)

O = Obligation  # noqa: E741
THIRTY = regime(own_set(rule("xinfang-2022.handling", length=30)))
TWENTY_WORKING = adopted("section-results")
LEVELS = {each: number for number, each in enumerate(Level)}


def handling(county: Regime | None, accepted_on: date = date(2026, 8, 7), **more: Any) -> Clock:
    given = ACCEPTED | {"received_on": accepted_on, "accepted_on": accepted_on}
    return clocks(referral(**given), county=county, **more)[O.HANDLING]


# Of two limits the tighter binds


def test_the_internal_limit_binds_where_it_ends_first_and_both_are_kept() -> None:
    clock = handling(THIRTY)
    assert (clock.binding, clock.rule, clock.basis) == (Binding.INTERNAL, "own.rule", "《本县办法》第一条")
    assert (clock.due_on, clock.effective_due_on) == (date(2026, 9, 6), date(2026, 9, 7))
    assert clock.legal is not None
    assert clock.internal is not None
    assert (clock.legal.due_on, clock.internal.due_on) == (date(2026, 10, 6), date(2026, 9, 6))


def test_the_tightest_of_several_internal_limits_counts() -> None:
    clock = handling(regime(*THIRTY.rule_sets, *TWENTY_WORKING.rule_sets))
    assert (clock.rule, clock.due_on) == ("section-results.handling", date(2026, 9, 4))


def test_twenty_working_days_that_a_long_holiday_makes_longer_end_with_the_laws_thirty_days() -> None:
    asked = review(received_on=date(2026, 1, 30))
    clock = clocks(referral(**DELIVERED), reviews=(asked,), county=TWENTY_WORKING)[O.FIRST_REVIEW]
    assert clock.internal is not None
    assert clock.legal is not None
    assert (clock.internal.due_on, clock.legal.effective_due_on) == (date(2026, 3, 5), date(2026, 3, 2))
    assert (clock.binding, clock.effective_due_on) == (Binding.LEGAL, date(2026, 3, 2))


def test_where_both_end_together_the_law_is_named() -> None:
    same = regime(own_set(rule("xinfang-2022.handling")))
    assert handling(same).binding is Binding.LEGAL


def test_a_limit_for_some_tenants_holds_for_them_alone() -> None:
    for tenants, binding in ((frozenset({"jtj"}), Binding.INTERNAL), (frozenset({"zjj"}), Binding.LEGAL)):
        county = regime(own_set(rule("xinfang-2022.handling", length=30, tenants=tenants)))
        assert handling(county).binding is binding


def test_an_internal_set_holds_for_items_received_in_its_time() -> None:
    later = regime(own_set(rule("xinfang-2022.handling", length=30), since=MONDAY + DAY))
    assert handling(later).internal is None
    ended = regime(own_set(rule("xinfang-2022.handling", length=30), until=MONDAY - DAY))
    assert handling(ended).internal is None


def test_a_county_may_count_its_own_limit_without_rolling_it() -> None:
    strict = regime(own_set(rule("xinfang-2022.handling", length=30), roll_forward=False))
    assert handling(strict).effective_due_on == date(2026, 9, 6)


def test_of_the_countys_rule_the_law_takes_its_length_alone() -> None:
    """Such a rule is refused today; one that was loaded beside an older law file may still be there."""
    other = rule("xinfang-2022.handling", length=30, met_by=(Event.REFERRAL_DELIVERED,), cancelled_by=())
    found = clocks(referral(**ANSWERED), county=regime(own_set(other)))[O.HANDLING]
    assert (found.binding, found.met_on) == (Binding.INTERNAL, date(2026, 9, 1))


def test_an_obligation_of_the_county_alone_has_no_legal_limit() -> None:
    clock = clocks(referral(**ANSWERED), county=adopted("answer-delivery"))[O.DELIVERY]
    assert (clock.legal, clock.binding, clock.due_on) == (None, Binding.INTERNAL, date(2026, 9, 6))
    assert clock.basis == "《接待群众来访制度》第六条"
    assert clocks(referral(**DELIVERED), county=adopted("answer-delivery"))[O.DELIVERY].met_on == date(2026, 9, 3)


# The limits of the county regulations


def test_registration_is_due_on_the_day_of_receipt_or_the_next_working_day() -> None:
    daily = adopted("office-daily")
    assert clocks(county=daily)[O.REGISTRATION].met_on == MONDAY
    saturday = petition(received_on=MONDAY - 2 * DAY)
    clock = clocks(item=saturday, county=daily)[O.REGISTRATION]
    assert (clock.due_on, clock.effective_due_on) == (MONDAY - 2 * DAY, MONDAY)
    assert clock_state(clock, clock.due_at) is ClockState.MET
    late = clocks(item=petition(received_on=MONDAY - 3 * DAY), county=daily)[O.REGISTRATION]
    assert clock_state(late, late.due_at) is ClockState.MET_LATE


def test_what_is_urgent_is_put_to_the_leader_within_two_days() -> None:
    county = adopted("leader-approval")
    assert O.PRESENTATION not in clocks(county=county)
    item = petition(urgency=Urgency.URGENT)
    assert clocks(item=item, county=county)[O.PRESENTATION].due_on == date(2026, 8, 5)
    put = milestone(MilestoneKind.PRESENTED, date(2026, 8, 4))
    assert clocks(item=item, county=county, milestones=(put,))[O.PRESENTATION].met_on == date(2026, 8, 4)
    taken_back = milestone(MilestoneKind.PRESENTED, date(2026, 8, 4), taken_back="误记")
    assert clocks(item=item, county=county, milestones=(taken_back,))[O.PRESENTATION].open


def presentation(*flows: Approval) -> Clock:
    item = petition(urgency=Urgency.URGENT)
    return clocks(item=item, county=adopted("leader-approval"), approvals=flows)[O.PRESENTATION]


def test_a_flow_that_puts_it_to_the_leader_tells_so_by_itself() -> None:
    put, asked_back = passed("present", MOMENT + DAY), passed("instruct", MOMENT + 2 * DAY, EntryKind.RETURNED)
    assert presentation(approval(put)).met_on == date(2026, 8, 4)
    assert presentation(approval(put, asked_back)).met_on == date(2026, 8, 4)
    assert presentation(approval(passed("present", MOMENT, EntryKind.SKIPPED))).open
    # Where a flow begins with the instruction, it was put to him then.
    assert presentation(approval(passed("instruct", MOMENT))).met_on == date(2026, 8, 3)
    assert presentation(approval(put, state=ApprovalState.WITHDRAWN)).open


def test_a_hotline_order_is_answered_in_five_working_days_and_may_be_extended_by_a_week() -> None:
    county = adopted("hotline-12345")
    item = petition(source=Source.HOTLINE)
    report = clocks(referral(**ACCEPTED), item=item, county=county)[O.REPORT]
    assert (report.owner, report.due_on, report.extendable_days) == ("jtj", date(2026, 8, 11), 7)
    assert report.extendable_by is not None
    assert report.extendable_by.startswith("《12345办理制度》")
    longer = clocks(referral(**ACCEPTED), item=item, county=county, extensions=(extension(report, 7),))[O.REPORT]
    assert (longer.binding, longer.due_on) == (Binding.EXTENDED, date(2026, 8, 18))
    assert O.REPORT not in clocks(referral(**ACCEPTED), county=county)


def test_an_extended_hotline_order_still_ends_on_the_day_that_the_sender_named() -> None:
    county = adopted("hotline-12345")
    item = petition(source=Source.HOTLINE)
    sent = referral(kind=ReferralKind.ASSIGN, due_on=date(2026, 8, 13), **ACCEPTED)
    report = clocks(sent, item=item, county=county)[O.REPORT]
    assert (report.binding, report.due_on) == (Binding.INTERNAL, date(2026, 8, 11))
    longer = clocks(sent, item=item, county=county, extensions=(extension(report, 7),))[O.REPORT]
    assert (longer.binding, longer.due_on) == (Binding.NAMED, date(2026, 8, 13))


@pytest.mark.parametrize(
    ("norm", "item", "given", "due_on"),
    [
        ("time-limits", {"channel": Channel.CALL}, {}, date(2026, 8, 14)),
        ("time-limits", {}, {"kind": ReferralKind.OWN}, date(2026, 9, 6)),
        ("visit-answers", {"channel": Channel.VISIT}, {"kind": ReferralKind.OWN}, date(2026, 8, 10)),
        ("reception-work", {}, {}, date(2026, 9, 6)),
        ("reception-hall", {"channel": Channel.VISIT}, {}, date(2026, 9, 6)),
        ("section-results", {}, {}, date(2026, 9, 4)),
        ("county-bodies-answer", {}, {}, date(2026, 9, 18)),
    ],
)
def test_the_answer_is_due_by_what_the_county_has_adopted(
    norm: str, item: dict[str, Any], given: dict[str, Any], due_on: date
) -> None:
    clock = clocks(referral(**ACCEPTED, **given), item=petition(**item), county=adopted(norm))[O.HANDLING]
    assert (clock.due_on, clock.rule.partition(".")[0]) == (due_on, norm)


def test_a_transferred_item_is_reported_in_ninety_days_where_no_day_was_named() -> None:
    report = clocks(referral(**ACCEPTED), county=adopted("time-limits"))[O.REPORT]
    assert (report.due_on, report.legal) == (date(2026, 11, 2), None)


def test_a_case_meeting_counts_between_one_and_two_months_after_the_visit() -> None:
    county = adopted("case-meetings")
    item = petition(channel=Channel.VISIT)
    clock = clocks(item=item, county=county)[O.CASE_MEETING]
    assert (clock.opens_on, clock.due_on) == (date(2026, 9, 3), date(2026, 10, 3))
    early, then = meeting(date(2026, 9, 2)), meeting(date(2026, 9, 3))
    assert clocks(item=item, county=county, meetings=(early,))[O.CASE_MEETING].open
    assert clocks(item=item, county=county, meetings=(then, early))[O.CASE_MEETING].met_on == date(2026, 9, 3)
    assert clocks(referral(**ANSWERED), item=item, county=county)[O.CASE_MEETING].cancelled


def test_a_meeting_of_another_kind_and_one_taken_back_are_no_case_meeting() -> None:
    county, item = adopted("case-meetings"), petition(channel=Channel.VISIT)
    for kind in set(MeetingKind) - {MeetingKind.COORDINATION}:
        held = meeting(date(2026, 9, 10), kind=kind)
        assert clocks(item=item, county=county, meetings=(held,))[O.CASE_MEETING].open
    taken_back = meeting(date(2026, 9, 10), taken_back="误记")
    assert clocks(item=item, county=county, meetings=(taken_back,))[O.CASE_MEETING].open


def test_a_promise_is_kept_by_the_answer_on_the_promised_day() -> None:
    county = adopted("public-promises")
    promise = milestone(MilestoneKind.PROMISED, date(2026, 8, 6), id="m1", tenant="jtj", until=date(2026, 8, 31))
    clock = clocks(referral(**ACCEPTED), county=county, milestones=(promise,))[O.PROMISE]
    assert (clock.owner, clock.subject_id, clock.due_on) == ("jtj", "m1", date(2026, 8, 31))
    assert clock.binding is Binding.NAMED
    kept = clocks(referral(**ANSWERED), county=county, milestones=(promise,))[O.PROMISE]
    assert clock_state(kept, kept.due_at) is ClockState.MET_LATE
    assert clocks(referral(**ACCEPTED), milestones=(promise,)).keys() == clocks(referral(**ACCEPTED)).keys()


def test_an_important_case_is_followed_up_after_it_was_closed() -> None:
    county = adopted("follow-up-visits")
    item = petition(urgency=Urgency.URGENT)
    before = milestone(MilestoneKind.FOLLOWED_UP, date(2026, 9, 3))
    clock = clocks(item=item, county=county, closed_on=date(2026, 9, 4), milestones=(before,))[O.FOLLOW_UP]
    assert (clock.due_on, clock.met_on) == (date(2026, 10, 4), None)
    after = milestone(MilestoneKind.FOLLOWED_UP, date(2026, 9, 20))
    found = clocks(item=item, county=county, closed_on=date(2026, 9, 4), milestones=(before, after))
    assert found[O.FOLLOW_UP].met_on == date(2026, 9, 20)


# Minutes

URGENT_SINCE = datetime(2026, 8, 3, 1, 20, tzinfo=UTC)
CRITICAL = petition(urgency=Urgency.CRITICAL, urgent_since=URGENT_SINCE)


def test_the_urgent_report_is_due_fifteen_minutes_after_it_was_found_urgent() -> None:
    clock = clocks(item=CRITICAL, county=adopted("urgent-report"))[O.URGENT_REPORT]
    assert (clock.starts_at, clock.due_at) == (URGENT_SINCE, URGENT_SINCE + timedelta(minutes=15))
    assert (clock.due_on, clock.effective_due_on, clock.urgent) == (MONDAY, MONDAY, True)
    at = {mark.level: mark.at - URGENT_SINCE for mark in clock.marks}
    assert at == {
        Level.FIRST_WARNING: timedelta(minutes=7, seconds=30),
        Level.SECOND_WARNING: timedelta(minutes=11, seconds=15),
        Level.LAST_WARNING: timedelta(minutes=12, seconds=45),
        Level.OVERDUE: timedelta(minutes=15),
        Level.TO_HEAD: timedelta(minutes=15),
        Level.TO_COUNTY: timedelta(days=3, minutes=15),
    }


@pytest.mark.parametrize(("minute", "state"), [(15, ClockState.MET), (16, ClockState.MET_LATE)])
def test_the_minute_decides_whether_it_was_in_time(minute: int, state: ClockState) -> None:
    reported = milestone(MilestoneKind.URGENT_REPORTED, MONDAY, at=URGENT_SINCE + timedelta(minutes=minute))
    clock = clocks(item=CRITICAL, county=adopted("urgent-report"), milestones=(reported,))[O.URGENT_REPORT]
    assert (clock.met_at, clock_state(clock, clock.due_at)) == (reported.at, state)


def test_just_before_midnight_the_fifteen_minutes_end_on_the_next_day() -> None:
    since = datetime(2026, 8, 3, 15, 50, tzinfo=UTC)
    item = petition(urgency=Urgency.CRITICAL, urgent_since=since)
    clock = clocks(item=item, county=adopted("urgent-report"))[O.URGENT_REPORT]
    assert (clock.starts_on, clock.due_on) == (MONDAY, MONDAY + DAY)


# Extensions


def test_what_is_granted_by_the_law_puts_the_internal_limit_aside() -> None:
    before = handling(THIRTY)
    assert (before.due_on, before.extendable_days) == (date(2026, 9, 6), 30)
    after = handling(THIRTY, extensions=(extension(before),))
    assert (after.due_on, after.binding, after.basis) == (
        date(2026, 11, 5),
        Binding.EXTENDED,
        "《信访工作条例》第三十四条",
    )


def test_a_countys_own_extension_moves_its_own_limit_and_never_past_the_law() -> None:
    own = ExtensionRule(length=30, unit=Unit.CALENDAR_DAYS, article="第二条")
    county = regime(own_set(rule("xinfang-2022.handling", length=20, extension=own)))
    before = handling(county)
    assert (before.due_on, before.extendable_days) == (date(2026, 8, 27), 30)
    after = handling(county, extensions=(extension(before),))
    assert (after.due_on, after.binding) == (date(2026, 9, 26), Binding.EXTENDED)
    assert after.extension is not None
    assert after.extension.basis == "《本县办法》第二条"
    late = regime(own_set(rule("xinfang-2022.handling", length=50, extension=own)))
    clamped = handling(late, extensions=(extension(handling(late)),))
    assert (clamped.due_on, clamped.binding, clamped.extendable_days) == (date(2026, 10, 6), Binding.LEGAL, 0)


@pytest.mark.parametrize("state", sorted(set(ExtensionState) - {ExtensionState.APPROVED}))
def test_only_an_approved_extension_moves_anything(state: ExtensionState) -> None:
    asked = extension(handling(None), state=state, decided_on=None)
    assert handling(None, extensions=(asked,)) == handling(None)


def test_a_second_extension_changes_nothing() -> None:
    first = extension(handling(None), 10)
    second = extension(handling(None), 30, id="e0", decided_on=first.requested_on + 9 * DAY)
    assert handling(None, extensions=(second, first)) == handling(None, extensions=(first,))


def test_what_has_ended_or_cannot_be_extended_says_so() -> None:
    found = clocks(referral(**ANSWERED), reviews=(review(),))
    assert {each: clock.extendable_days for each, clock in found.items()} == dict.fromkeys(found, 0)
    assert clocks(referral(**ACCEPTED), closed_on=date(2026, 8, 20))[O.HANDLING].extendable_days == 0


# Rolling past rest days is a setting of the regulation


def test_without_rolling_the_duties_end_on_rest_days_and_the_petitioners_rights_do_not() -> None:
    law = tuple(msgspec.structs.replace(each, roll_forward=False) for each in RULES.law)
    case = CaseFacts(petition=petition(), referrals=(referral(**DELIVERED),))
    strict = obligations(case=case, rules=Rules(law=law), regime=None, calendar=CALENDAR)
    ends = {clock.obligation: (clock.due_on, clock.effective_due_on) for clock in strict}
    assert ends[O.HANDLING] == (date(2026, 10, 6), date(2026, 10, 6))
    assert ends[O.FIRST_REVIEW_REQUEST] == (date(2026, 10, 3), date(2026, 10, 8))


# Local holidays


def test_a_local_holiday_is_passed_over_by_whom_it_holds_for() -> None:
    off = LocalHoliday(day=date(2026, 8, 18), name="建县纪念日", tenants=frozenset({"xfj"}))
    clock = clocks(county=regime(holidays=[off]))[O.TRANSFER]
    assert (clock.due_on, clock.effective_due_on) == (date(2026, 8, 18), date(2026, 8, 19))
    assert clock.legal is not None
    assert [span.reason for span in clock.legal.skipped] == ["建县纪念日"]
    elsewhere = LocalHoliday(day=date(2026, 8, 18), name="建县纪念日", tenants=frozenset({"slj"}))
    assert clocks(county=regime(holidays=[elsewhere])) == clocks()


# Warnings


def test_a_countys_thresholds_hold_for_the_tenants_it_names_and_else_the_defaults() -> None:
    early = Warnings(tenants=frozenset({"xfj"}), shares=(20, 40, 60), head_after_days=1, county_after_days=2)
    county = regime(warnings=[early])
    transfer = clocks(referral(**RECEIVED), county=county)[O.TRANSFER]
    end = start_of(date(2026, 8, 19))
    assert [(mark.level, mark.at) for mark in transfer.marks] == [
        (Level.FIRST_WARNING, start_of(date(2026, 8, 6))),
        (Level.SECOND_WARNING, start_of(date(2026, 8, 9))),
        (Level.LAST_WARNING, start_of(date(2026, 8, 12))),
        (Level.DUE_TODAY, start_of(date(2026, 8, 18))),
        (Level.OVERDUE, end),
        (Level.TO_HEAD, end + DAY),
        (Level.TO_COUNTY, end + 2 * DAY),
    ]
    assert clocks(referral(**RECEIVED), county=county)[O.NOTICE] == clocks(referral(**RECEIVED))[O.NOTICE]


@pytest.mark.parametrize(
    ("days", "levels"),
    [
        (1, [Level.DUE_TODAY]),
        (2, [Level.FIRST_WARNING, Level.DUE_TODAY]),
        (3, [Level.FIRST_WARNING, Level.DUE_TODAY]),
        (5, [Level.FIRST_WARNING, Level.SECOND_WARNING, Level.DUE_TODAY]),
        (7, [Level.FIRST_WARNING, Level.LAST_WARNING, Level.DUE_TODAY]),
    ],
)
def test_a_short_period_has_fewer_warnings_and_each_day_one_level(days: int, levels: list[Level]) -> None:
    strict = regime(own_set(rule("xinfang-2022.handling", length=days), roll_forward=False))
    marks = handling(strict).marks
    assert [mark.level for mark in marks] == [*levels, Level.OVERDUE, Level.TO_HEAD, Level.TO_COUNTY]


def test_a_day_that_was_named_in_the_past_is_overdue_from_the_start() -> None:
    report = clocks(referral(kind=ReferralKind.ASSIGN, due_on=MONDAY - 3 * DAY, **RECEIVED))[O.REPORT]
    start = start_of(MONDAY + DAY)
    assert [(mark.level, mark.at) for mark in report.marks] == [
        (Level.OVERDUE, start),
        (Level.TO_HEAD, start),
        (Level.TO_COUNTY, start + 3 * DAY),
    ]


def test_a_month_end_and_a_leap_day_are_counted() -> None:
    norm = adopted("case-meetings")
    item = petition(channel=Channel.VISIT, received_on=date(2027, 12, 31))
    clock = clocks(item=item, county=norm)[O.CASE_MEETING]
    assert (clock.opens_on, clock.due_on) == (date(2028, 1, 31), date(2028, 2, 29))
    assert clock.provisional
    assert CALENDAR.is_workday(clock.effective_due_on)


def test_every_clock_of_a_busy_case_stays_apart() -> None:
    found = all_clocks(
        referral(**DELIVERED, kind=ReferralKind.ASSIGN, due_on=date(2026, 9, 30)),
        item=petition(channel=Channel.VISIT, urgency=Urgency.CRITICAL, urgent_since=URGENT_SINCE),
        county=regime(*(each for norm in NORMS for each in adopted(norm).rule_sets)),
        reviews=(review(),),
    )
    assert len({clock.id for clock in found}) == len(found) == 12


NORMS = ("urgent-report", "office-daily", "leader-approval", "answer-delivery", "case-meetings", "section-results")
