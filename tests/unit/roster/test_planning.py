"""The duty table: laws that hold for any rules, people and absences, and how fair it is over years."""

from collections import Counter
from datetime import date, time, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.known_calendar import library_calendar
from services.contracts.actor import ActorRef
from services.contracts.roster_people import Absence, AbsenceKind, AbsenceState, Member
from services.contracts.roster_rules import (
    HolidayPolicy,
    Hours,
    Rank,
    Recurrence,
    Seat,
    SeatRole,
    ServiceKind,
    ServiceRule,
)
from services.roster.ledgers import Planned, TurnClass
from services.roster.planning import Kept, plan

CALENDAR = library_calendar()
BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")
MORNING = Hours(start=time(8, 30), end=time(12))


def member(number: int, *, rank: Rank = Rank.LEADER, since: date = date(2018, 1, 1)) -> Member:
    return Member(
        id=f"m{number:02d}",
        tenant="xfj",
        login=None,
        name=f"演示{number}",
        rank=rank,
        post="副局长",
        portfolio=[],
        phone=None,
        since=since,
        order=number,
    )


def absence(who: str, first: date, last: date, number: int = 0) -> Absence:
    return Absence(
        id=f"a{number}",
        tenant="xfj",
        member=who,
        kind=AbsenceKind.LEAVE,
        first=first,
        last=last,
        reason="年休假",
        state=AbsenceState.APPROVED,
        substitute=None,
        requested_by=BY,
    )


def rule(
    id: str = "daily", rrule: str = "FREQ=DAILY", holiday: HolidayPolicy = HolidayPolicy.SKIP, *seats: Seat
) -> ServiceRule:
    return ServiceRule(
        id=id,
        name="工作日接访",
        basis="《领导信访接待制度》",
        kind=ServiceKind.RECEPTION,
        since=date(2018, 1, 1),
        recurrence=Recurrence(rrule=rrule, holiday=holiday),
        hours=[MORNING],
        seats=list(seats) or [Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER}))],
        place="接待大厅",
    )


AROUND_THE_CLOCK = rule("watch", "FREQ=DAILY", HolidayPolicy.KEEP)


def planned(
    rules: list[ServiceRule], people: list[Member], away: list[Absence], first: date, last: date
) -> list[Planned]:
    return plan(
        tenant="xfj",
        rules=rules,
        members=people,
        absences=away,
        past=(),
        kept={},
        calendar=CALENDAR,
        first=first,
        last=last,
    )


def counts(table: list[Planned], turn: TurnClass, people: list[Member]) -> list[int]:
    held = Counter(who for shift in table if shift.turn is turn for who in shift.members)
    return [held[each.id] for each in people]


FIRST, LAST = date(2022, 1, 1), date(2026, 12, 31)


def test_five_years_of_twelve_leaders_are_fair_to_one_turn() -> None:
    people = [member(number) for number in range(12)]
    table = planned([AROUND_THE_CLOCK], people, [], FIRST, LAST)
    for turn in TurnClass:
        held = counts(table, turn, people)
        assert max(held) - min(held) <= 1, (turn, held)


def test_who_was_away_gets_his_turns_when_he_is_back() -> None:
    people = [member(number) for number in range(6)]
    away = [absence("m02", date(2023, 3, 1), date(2023, 5, 31))]
    table = planned([rule()], people, away, date(2023, 1, 1), date(2023, 12, 31))
    held = counts(table, TurnClass.ORDINARY, people)
    assert max(held) - min(held) <= 1
    assert not [each for each in table if "m02" in each.members and date(2023, 3, 1) <= each.day <= date(2023, 5, 31)]


def test_who_joins_starts_level() -> None:
    people = [member(0), member(1), member(2, since=date(2025, 1, 1))]
    table = planned([rule()], people, [], date(2024, 1, 1), date(2025, 12, 31))
    late = [each for each in table if each.day >= date(2025, 1, 1)]
    held = counts(late, TurnClass.ORDINARY, people)
    assert max(held) - min(held) <= 1


def test_what_was_announced_stays_and_only_the_missing_is_filled_anew() -> None:
    people = [member(number) for number in range(4)]
    first, last = date(2026, 11, 23), date(2026, 12, 31)
    before = planned([rule()], people, [], first, last)
    away = [absence("m01", date(2026, 12, 1), date(2026, 12, 10))]
    after = plan(
        tenant="xfj",
        rules=[rule()],
        members=people,
        absences=away,
        past=(),
        kept={shift.slot: Kept(seats=shift.seats, public=True) for shift in before},
        calendar=CALENDAR,
        first=first,
        last=last,
    )
    moved = [old.day for old, new in zip(before, after, strict=True) if old.seats != new.seats]
    assert moved == [
        each.day for each in before if "m01" in each.members and date(2026, 12, 1) <= each.day <= date(2026, 12, 10)
    ]
    assert all(not each.gaps for each in after)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[ServiceRule], list[Member], list[Absence], date, date]:
    people = [
        member(number, rank=draw(st.sampled_from([Rank.LEADER, Rank.STAFF])))
        for number in range(draw(st.integers(1, 8)))
    ]
    first = draw(st.dates(date(2024, 1, 1), date(2026, 10, 1)))
    last = first + timedelta(days=draw(st.integers(0, 60)))
    away = []
    for number in range(draw(st.integers(0, 6))):
        begins = first + timedelta(days=draw(st.integers(-5, 60)))
        who = draw(st.sampled_from(people)).id
        away.append(absence(who, begins, begins + timedelta(days=draw(st.integers(0, 20))), number))
    lead = Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER}))
    staff = Seat(role=SeatRole.STAFF, ranks=frozenset({Rank.STAFF}), count=draw(st.integers(1, 2)))
    rules = [rule("daily", "FREQ=DAILY", HolidayPolicy.SKIP, lead, staff)]
    if draw(st.booleans()):
        rules.append(rule("weekly", "FREQ=WEEKLY;BYDAY=WE", HolidayPolicy.NEXT, lead))
    return rules, people, away, first, last


@settings(max_examples=200, deadline=None)
@given(situations())
def test_nobody_twice_at_once_nobody_away_no_gap_while_somebody_is_free(
    situation: tuple[list[ServiceRule], list[Member], list[Absence], date, date],
) -> None:
    rules, people, away, first, last = situation
    table = planned(rules, people, away, first, last)
    for day in {each.day for each in table}:
        seated = [who for shift in table if shift.day == day for who in shift.members]
        # All hours of these rules are the same.
        assert len(seated) == len(set(seated))
        absent = {each.member for each in away if each.covers(day)}
        assert not absent & set(seated)
        ranks = {each.id: each.rank for each in people}
        for shift in (each for each in table if each.day == day):
            for role in shift.gaps:
                wanted = Rank.LEADER if role is SeatRole.LEAD else Rank.STAFF
                free = [each for each, rank in ranks.items() if rank is wanted and each not in {*absent, *seated}]
                assert not free
    assert planned(rules, people, away, first, last) == table


@settings(max_examples=50, deadline=None)
@given(situations())
def test_a_shift_has_one_id_and_the_order_is_that_of_time(
    situation: tuple[list[ServiceRule], list[Member], list[Absence], date, date],
) -> None:
    rules, people, away, first, last = situation
    table = planned(rules, people, away, first, last)
    assert len({each.id for each in table}) == len(table)
    assert [(each.day, each.start) for each in table] == sorted((each.day, each.start) for each in table)
    assert all(first <= each.day <= last for each in table)
    assert [msgspec.structs.asdict(each)["id"] for each in table] == [each.id for each in table]
