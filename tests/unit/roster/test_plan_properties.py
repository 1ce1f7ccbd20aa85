"""Laws of the plan that hold for any people, rules, leave and past; each is tried on hundreds of made-up houses."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.common.known_calendar import library_calendar
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import Choice, HolidayPolicy, Rank, Seat, SeatRole, ServiceKind, ServiceRule
from services.roster.ledgers import Planned, Slot
from services.roster.planning import Kept, plan, pool, seats_of
from tests.unit.roster.years import absence, member, service

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANKS = [Rank.CHIEF, Rank.LEADER, Rank.STAFF]
HOURS = [
    (time(8, 30), time(12)),
    (time(9), time(11)),
    (time(14, 30), time(17)),
    (time(17, 30), time(8, 30)),
    (time(8, 30), time(8, 30)),
]
"""Two that overlap, an afternoon, a night's watch, and a whole day and night."""
RRULES = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYMONTHDAY=5,15,25"]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    rules: list[ServiceRule]
    people: list[Member]
    away: list[Absence]
    first: date
    last: date

    def table(
        self,
        *,
        away: Sequence[Absence] | None = None,
        past: Sequence[Planned] = (),
        kept: dict[Slot, Kept] | None = None,
        first: date | None = None,
        now: datetime | None = None,
    ) -> list[Planned]:
        return plan(
            tenant="xfj",
            rules=self.rules,
            members=self.people,
            absences=self.away if away is None else away,
            past=past,
            kept=kept or {},
            calendar=library_calendar(),
            first=first or self.first,
            last=self.last,
            now=now,
        )


@st.composite
def seats(draw: st.DrawFn, ids: list[str]) -> Seat:
    named = draw(st.booleans())
    return Seat(
        role=draw(st.sampled_from([SeatRole.LEAD, SeatRole.STAFF, SeatRole.ACCOMPANY])),
        count=draw(st.integers(1, 2)),
        members=draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True)) if named else [],
        ranks=frozenset() if named else draw(st.frozensets(st.sampled_from(RANKS), min_size=1)),
        choice=draw(st.sampled_from([Choice.ROTATE, Choice.ROTATE, Choice.FIXED])),
    )


@st.composite
def absences(draw: st.DrawFn, ids: list[str], first: date) -> Absence:
    begins = first + timedelta(days=draw(st.integers(-5, 30)))
    who, substitute = draw(st.sampled_from(ids)), draw(st.sampled_from([None, *ids]))
    ends = begins + timedelta(days=draw(st.integers(0, 15)))
    return absence(who, begins, ends, substitute=None if substitute == who else substitute)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    first = draw(st.dates(date(2024, 1, 1), date(2026, 10, 1)))
    people = []
    for number in range(draw(st.integers(1, 7))):
        until = first + timedelta(days=draw(st.integers(5, 40))) if draw(st.integers(0, 5)) == 0 else None
        since = first + timedelta(days=draw(st.integers(1, 20))) if draw(st.integers(0, 5)) == 0 else date(2015, 1, 1)
        rank = draw(st.sampled_from(RANKS))
        people.append(msgspec.structs.replace(member(number, since=since, until=until), rank=rank))
    ids = [each.id for each in people]
    rules = []
    for number in range(draw(st.integers(1, 3))):
        start, end = draw(st.sampled_from(HOURS))
        rule = service(
            f"rule-{number}",
            draw(st.sampled_from(RRULES)),
            *draw(st.lists(seats(ids), min_size=1, max_size=2)),
            start=start,
            end=end,
            holiday=draw(st.sampled_from(HolidayPolicy)),
            kind=draw(st.sampled_from(ServiceKind)),
        )
        # A young rule: each of its days since then is looked at.
        rules.append(msgspec.structs.replace(rule, since=first - timedelta(days=60)))
    away = draw(st.lists(absences(ids, first), max_size=5))
    return Situation(
        rules=rules, people=people, away=away, first=first, last=first + timedelta(days=draw(st.integers(3, 20)))
    )


def check(
    table: Sequence[Planned], situation: Situation, *, away: Sequence[Absence], busy: Sequence[Planned] = ()
) -> None:
    """Nobody twice at once, also over midnight; nobody away, on no day that the shift touches; no post empty for which
    somebody of its pool is free."""
    turns = [(shift, who) for shift in (*busy, *table) for who in shift.members]
    for number, (shift, who) in enumerate(turns):
        for other, again in turns[number + 1 :]:
            overlap = shift.span.begins < other.span.ends and other.span.begins < shift.span.ends
            assert not (who == again and overlap), (who, shift, other)
    by_id = {each.id: each for each in situation.people}
    there = {
        (each.id, day): each.serves(day) and not any(a.member == each.id and a.covers(day) for a in away)
        for each in situation.people
        for day in (situation.first + timedelta(days=n) for n in range(-1, 45))
    }
    for shift in table:
        assert all(there[who, day] for who in shift.members for day in shift.span.days)
        rule = next(rule for rule in situation.rules if rule.id == shift.rule)
        places = [seat for seat in seats_of(rule, rule.hours[0]) for _ in range(seat.count)]
        taken = {
            who for other, who in turns if other.span.begins < shift.span.ends and shift.span.begins < other.span.ends
        }
        for seat, seated in zip(places, shift.seats, strict=True):
            assert seat.role is seated.role
            if seated.member is None:
                could = {each.id for each in pool(seat, list(by_id.values()))} - taken
                assert not [who for who in could if all(there[who, day] for day in shift.span.days)]


def standing(table: Sequence[Planned], *, public: bool) -> dict[Slot, Kept]:
    return {shift.slot: Kept(seats=shift.seats, public=public) for shift in table}


@MANY
@given(situations())
def test_nobody_twice_at_once_nobody_away_no_gap_while_somebody_is_free(situation: Situation) -> None:
    check(situation.table(), situation, away=situation.away)


@MANY
@given(situations(), st.data())
def test_after_a_change_the_same_laws_hold_and_the_past_stands(situation: Situation, data: st.DataObject) -> None:
    before = situation.table()
    today = data.draw(st.dates(situation.first, situation.last))
    now = datetime.combine(today, data.draw(st.sampled_from([time(0), time(9, 15), time(18)])), LEGAL_ZONE)
    late = data.draw(st.lists(absences([each.id for each in situation.people], today), max_size=3))
    begun = [shift for shift in before if shift.span.begins <= now]
    coming = [shift for shift in before if shift.span.begins > now]
    away = [*situation.away, *late]
    after = situation.table(
        away=away, past=begun, kept=standing(coming, public=data.draw(st.booleans())), first=today, now=now
    )
    # Nothing that has begun is planned again: it is no part of what comes out, and who sits there stays busy.
    assert all(shift.span.begins > now for shift in after)
    assert {shift.slot for shift in after} == {shift.slot for shift in coming}
    still = [shift for shift in begun if shift.span.ends > now]
    check(after, situation, away=away, busy=still)


@MANY
@given(situations(), st.booleans())
def test_planned_again_without_a_change_nothing_moves(situation: Situation, public: bool) -> None:
    before = situation.table()
    after = situation.table(kept=standing(before, public=public))
    assert [(shift.id, shift.members, shift.gaps) for shift in after] == [
        (shift.id, shift.members, shift.gaps) for shift in before
    ]


@MANY
@given(situations(), st.data())
def test_whom_the_public_was_told_of_stays_as_long_as_he_can_serve(situation: Situation, data: st.DataObject) -> None:
    before = situation.table()
    late = data.draw(st.lists(absences([each.id for each in situation.people], situation.first), max_size=3))
    after = {shift.slot: shift for shift in situation.table(away=late, kept=standing(before, public=True))}
    for shift in before:
        for seat, now in zip(shift.seats, after[shift.slot].seats, strict=True):
            gone = [a for a in late if a.member == seat.member and any(a.covers(day) for day in shift.span.days)]
            if seat.member is not None and not gone:
                assert now.member == seat.member
