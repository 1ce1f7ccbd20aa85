"""The urgent report and its fifteen minutes, and who is told of it at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.actor import Role
from services.contracts.deadlines import Clock, ClockState, clock_state
from services.contracts.deadlines import Obligation as O  # noqa: N817
from services.contracts.intake import Nature, Petition, Urgency
from services.contracts.milestones import MilestoneKind
from services.contracts.reminders import AtOnceReason, Reminder
from services.contracts.routing import Referral
from services.contracts.urgent_reports import Addressee, LaterReport, ReportKind, Told, UrgentReport
from services.deadlines.at_once import WORDS, at_once
from services.deadlines.changes import changes
from services.deadlines.digesting import for_bureau
from services.deadlines.events import CaseFacts
from tests.unit.deadlines.made import CLERK, MONDAY, adopted, clocks, milestone, petition, referral

SINCE = datetime(2026, 8, 3, 1, 20, tzinfo=UTC)
CRITICAL = petition(urgency=Urgency.CRITICAL, urgent_since=SINCE)
COUNTY = adopted("urgent-report")
A = Addressee
R = AtOnceReason
REPORTED_TO_OFFICE = {(R.REPORTED, "xfj", Role.HEAD), (R.REPORTED, "xfj", Role.LEADER)}


def told(whom: Addressee, tenant: str | None = None, login: str | None = None) -> Told:
    return Told(whom=whom, tenant=tenant, login=login, name=whom.label, way="系统", at=SINCE)


OFFICE = told(A.COUNTY_OFFICE, "xfj")


def report(after: timedelta = timedelta(minutes=5), *readers: Told, **changes: Any) -> UrgentReport:
    base = UrgentReport(
        id="u1",
        petition_id="p1",
        kind=ReportKind.URGENT,
        petition_number="2026-1",
        registered_by="xfj",
        tenant="jtj",
        by=CLERK,
        occurred_at=None,
        learned_at=SINCE,
        reported_at=SINCE + after,
        content="数十人聚集",
        measures="已派人到场",
        told=list(readers),
    )
    return msgspec.structs.replace(base, **changes)


def clock(*reports: UrgentReport, item: Petition = CRITICAL, **more: Any) -> Clock:
    return clocks(item=item, county=COUNTY, urgent_reports=reports, **more)[O.URGENT_REPORT]


# Fifteen minutes


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (timedelta(minutes=14, seconds=59), ClockState.MET),
        (timedelta(minutes=15), ClockState.MET),
        (timedelta(minutes=15, seconds=1), ClockState.MET_LATE),
    ],
)
def test_the_report_meets_the_clock_and_its_second_says_whether_in_time(after: timedelta, state: ClockState) -> None:
    met = clock(report(after))
    assert met.due_at == SINCE + timedelta(minutes=15)
    assert (met.met_at, clock_state(met, SINCE + timedelta(days=1))) == (SINCE + after, state)


def test_until_somebody_reports_the_clock_is_open_and_then_overdue() -> None:
    waiting = clock()
    assert waiting.met_at is None
    before, after = SINCE + timedelta(minutes=14, seconds=59), SINCE + timedelta(minutes=15, seconds=1)
    assert clock_state(waiting, before) is not ClockState.OVERDUE
    assert clock_state(waiting, after) is ClockState.OVERDUE


def test_a_late_report_is_shown_as_such_on_the_timeline() -> None:
    (change,) = changes(stored={"c": clock()}, derived=[msgspec.structs.replace(clock(report(minutes(20))), id="c")])
    assert change.remark.endswith("2026-08-03 09:40 完成，期限 2026-08-03 09:35，已超期")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_first_report_counts_whatever_came_after_and_whoever_told_otherwise() -> None:
    later = report(minutes(40), id="u2", later=[LaterReport(at=SINCE + minutes(50), by=CLERK, text="续", final=True)])
    assert clock(later, report(minutes(10))).met_at == SINCE + minutes(10)
    by_hand = milestone(MilestoneKind.URGENT_REPORTED, MONDAY, at=SINCE + minutes(8))
    assert clock(report(minutes(10)), milestones=(by_hand,)).met_at == SINCE + minutes(8)


def test_made_critical_by_the_report_itself_it_is_met_at_once() -> None:
    item = petition(urgency=Urgency.CRITICAL, urgent_since=SINCE + minutes(5))
    met = clock(report(), item=item)
    assert (met.starts_at, met.met_at) == (SINCE + minutes(5), SINCE + minutes(5))


def test_made_critical_by_a_report_of_what_was_learned_earlier_it_is_late() -> None:
    """The item is critical since it was learned (``made_critical``)."""
    item = petition(urgency=Urgency.CRITICAL, urgent_since=SINCE)
    late = clock(report(minutes(300)), item=item)
    assert late.met_at == SINCE + minutes(300)
    assert clock_state(late, late.met_at) is ClockState.MET_LATE


def test_what_tells_of_a_visitors_health_is_no_urgent_report() -> None:
    assert clock(report(kind=ReportKind.HEALTH)).met_at is None


# Told at once


def reminders(item: Petition, *reports: UrgentReport, referrals: tuple[Referral, ...] = ()) -> list[Reminder]:
    case = CaseFacts(petition=item, referrals=referrals, urgent_reports=reports)
    return at_once(case, group_visit_size=5, county="611021", office="xfj", now=SINCE, today=MONDAY)


def readers(found: list[Reminder]) -> set[tuple[AtOnceReason, str, Role]]:
    assert len({each.id for each in found}) == len(found)
    return {(each.at_once.reason, each.tenant, each.role) for each in found if each.at_once}


def test_whomever_a_report_names_is_told_and_bodies_elsewhere_are_not_ours_to_tell() -> None:
    leader = told(A.LEADER, "xzf", "li@luonan")
    made = report(minutes(5), OFFICE, leader, told(A.POLICE, "gongan"), told(A.HIGHER_OFFICE))
    found = reminders(CRITICAL, made)
    assert readers(found) == REPORTED_TO_OFFICE | {
        *((R.CRITICAL, "xfj", Role.HEAD), (R.CRITICAL, "xfj", Role.LEADER)),
        *((R.REPORTED, "xzf", Role.LEADER), (R.REPORTED, "gongan", Role.HEAD)),
    }
    words = {(each.tenant, each.at_once.reason): each.text for each in found if each.at_once}
    assert words["xfj", R.REPORTED] == WORDS[R.REPORTED].office
    assert words["gongan", R.REPORTED] == WORDS[R.REPORTED].receiver
    for each in found:
        assert "聚集" not in str(each)


def test_each_report_is_told_once_and_another_one_anew() -> None:
    first = reminders(CRITICAL, report(minutes(5), OFFICE))
    acknowledged = msgspec.structs.replace(OFFICE, acknowledged_at=SINCE, acknowledged_by=CLERK)
    again = reminders(CRITICAL, report(minutes(5), acknowledged, ended_at=SINCE))
    assert [each.id for each in first] == [each.id for each in again]
    other = reminders(CRITICAL, report(minutes(5), OFFICE, id="u2"))
    assert len({each.id for each in other} - {each.id for each in first}) == 2


def test_of_a_visitors_health_only_the_named_are_told_and_by_its_own_words() -> None:
    found = reminders(petition(), report(minutes(5), told(A.HEALTH, "wjj"), kind=ReportKind.HEALTH))
    assert readers(found) == {(R.HEALTH, "wjj", Role.HEAD)}
    event = for_bureau(found[0])
    assert event.at_once is not None
    assert (event.text, event.at_once.reason_label) == (WORDS[R.HEALTH].receiver, R.HEALTH.label)


def test_of_an_accusation_the_readers_are_told_and_the_accused_are_not() -> None:
    item = petition(nature=Nature.ACCUSATION, urgency=Urgency.CRITICAL, urgent_since=SINCE, accused=["jtj"])
    assert item.named is not None
    made = report(
        minutes(5), OFFICE, told(A.LEADER, "xfj", "li@luonan"), told(A.COMPETENT_BODY, "zjj"), tenant="xfj",
        restricted_to=sorted(item.named),
    )  # fmt: skip
    # In the hand-over it came out that the second one is accused, too.
    found = reminders(item, made, referrals=(referral(to_tenant="jwjw", accused=["jtj", "zjj"]),))
    of_report = [each for each in found if each.at_once and each.at_once.reason is R.REPORTED]
    assert readers(of_report) == REPORTED_TO_OFFICE
    for each in of_report:
        assert each.named == item.named | {"li@luonan"}
        assert each.confined
