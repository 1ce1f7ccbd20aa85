"""Who is missing at a reception: RO-20, RO-21, RO-22."""

from datetime import date, time
from typing import Any

from gateway.reception_figures.composing import MissingRole, gaps
from services.contracts.receptions import AppointmentState
from services.contracts.roster_people import Absence, AbsenceKind, AbsenceState
from services.contracts.roster_rules import (
    Hours,
    Qualification,
    Rank,
    Recurrence,
    Seat,
    SeatRole,
    ServiceKind,
    ServiceRule,
)
from services.contracts.shifts import Shift
from tests.unit.gateway.reception_cases import CLERK, expected, member, seat, shift, visit

LEGAL = frozenset({Qualification.LEGAL_ADVISER})
TEAM = [
    Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER})),
    Seat(role=SeatRole.ACCOMPANY, count=2, ranks=frozenset({Rank.SECTION_HEAD})),
]
RULE = ServiceRule(
    id="weekly", name="领导接访日", basis="接访制度", kind=ServiceKind.RECEPTION, since=date(2026, 1, 1),
    recurrence=Recurrence(rrule="FREQ=WEEKLY;BYDAY=WE"), hours=[Hours(start=time(9), end=time(11))], seats=TEAM,
    place="接访大厅",
)  # fmt: skip
PEOPLE = [
    member("a"), member("h1", rank=Rank.SECTION_HEAD), member("h2", rank=Rank.SECTION_HEAD),
    member("h3", rank=Rank.SECTION_HEAD), member("law", rank=Rank.STAFF, qualifications=LEGAL),
]  # fmt: skip


def missing(table: list[Shift], **given: Any) -> list[MissingRole]:
    values: dict[str, Any] = {"rules": [RULE], "members": PEOPLE, "absences": [], "appointments": [], **given}
    return [one for gap in gaps(shifts=table, **values) for one in gap.missing]


def ids(one: MissingRole) -> list[str]:
    return [each.id for each in one.candidates]


def full(**changes: Any) -> Shift:
    return shift(25, seat("a"), seat("h1", SeatRole.ACCOMPANY), seat("h2", SeatRole.ACCOMPANY), **changes)


def test_one_leader_and_two_section_heads_are_a_team() -> None:
    assert missing([full()]) == []
    (one,) = missing([shift(25, seat("a"), seat("h1", SeatRole.ACCOMPANY), seat(None, SeatRole.ACCOMPANY))])
    assert (one.role, one.count, ids(one)) == (SeatRole.ACCOMPANY, 1, ["h2", "h3"])


def test_a_table_that_is_older_than_its_rule_lacks_the_new_seats() -> None:
    (one,) = missing([shift(25, seat("a"))])
    assert (one.role, one.count) == (SeatRole.ACCOMPANY, 2)


def test_cancelled_receptions_and_other_services_lack_nobody() -> None:
    assert missing([shift(25, cancelled="停电"), shift(25, seat(None), kind=ServiceKind.DUTY)]) == []


def test_hours_with_seats_of_their_own_go_by_these() -> None:
    own = Hours(start=time(9), end=time(11), seats=[Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER}))])
    assert missing([shift(25, seat("a"))], rules=[ServiceRule(**{**_fields(RULE), "hours": [own]})]) == []


def _fields(rule: ServiceRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__struct_fields__}


def test_who_sits_there_without_the_qualification_does_not_fill_the_post() -> None:
    seats = [Seat(role=SeatRole.LEGAL, ranks=frozenset({Rank.STAFF}), qualifications=LEGAL)]
    rule = ServiceRule(**{**_fields(RULE), "seats": seats})
    people = [*PEOPLE, member("staff", rank=Rank.STAFF)]
    assert missing([shift(25, seat("law", SeatRole.LEGAL))], rules=[rule], members=people) == []
    (one,) = missing([shift(25, seat("staff", SeatRole.LEGAL))], rules=[rule], members=people)
    assert (one.role, one.qualifications, one.count, ids(one)) == (SeatRole.LEGAL, LEGAL, 1, ["law"])


def test_a_legal_matter_wants_a_legal_adviser_besides() -> None:
    turn = full()
    needs = expected(turn, needs=LEGAL)
    (one,) = missing([turn], appointments=[needs, expected(turn)])
    assert (one.role, one.qualifications, one.appointments, ids(one)) == (None, LEGAL, [needs.id], ["law"])
    there = full(seats=[*turn.seats, seat("law", SeatRole.LEGAL)], id=turn.id)
    assert missing([there], appointments=[needs]) == []


def test_who_was_received_or_does_not_come_needs_nobody_any_more() -> None:
    turn = full()
    over = [visit(turn, needs=LEGAL), expected(turn, needs=LEGAL, state=AppointmentState.CANCELLED)]
    assert missing([turn], appointments=over) == []


def test_who_is_away_or_sits_elsewhere_at_that_time_is_no_candidate() -> None:
    away = Absence(
        id="x", tenant="zrzy", member="h2", kind=AbsenceKind.TRIP, first=date(2026, 11, 25), last=date(2026, 11, 26),
        reason="", state=AbsenceState.REQUESTED, substitute=None, requested_by=CLERK,
    )  # fmt: skip
    turn = shift(25, seat("a"), seat("h1", SeatRole.ACCOMPANY), seat(None, SeatRole.ACCOMPANY))
    beside = shift(25, seat("h3"), kind=ServiceKind.DUTY, start=time(10), end=time(18))
    (one,) = missing([turn, beside], absences=[away])
    assert ids(one) == []
    later = shift(25, seat("h3"), kind=ServiceKind.DUTY, start=time(11), end=time(18))
    (one,) = missing([turn, later], absences=[away])
    assert ids(one) == ["h3"]


def test_who_is_away_on_the_morning_after_is_no_candidate_for_the_evening() -> None:
    away = Absence(
        id="x", tenant="zrzy", member="h2", kind=AbsenceKind.TRIP, first=date(2026, 11, 26), last=date(2026, 11, 26),
        reason="", state=AbsenceState.REQUESTED, substitute=None, requested_by=CLERK,
    )  # fmt: skip
    team = [seat("a"), seat("h1", SeatRole.ACCOMPANY), seat(None, SeatRole.ACCOMPANY)]
    people = [each for each in PEOPLE if each.id != "h3"]
    people.append(member("h3", rank=Rank.SECTION_HEAD, until=date(2026, 11, 25)))
    for end, there in ((time(23), ["h2", "h3"]), (time(1), [])):
        (one,) = missing([shift(25, *team, start=time(19), end=end, rule="")], members=people, absences=[away])
        assert [each for each in ids(one) if each.startswith("h")] == there


def test_a_reception_entered_by_hand_goes_by_its_own_seats() -> None:
    by_hand = shift(25, seat("a"), seat(None, SeatRole.RECORDER), rule="", by_hand=True)
    (one,) = missing([by_hand])
    assert (one.role, one.count) == (SeatRole.RECORDER, 1)
