"""The duty table: who sits where on which day, a function of rules, people, absences, calendar and past. Pure.

Turns are given to whoever has had the fewest of that class, so that nobody loses a turn by being away and nobody pays
twice by coming back: three ledgers are kept apart, ordinary days, holidays, and Spring Festival, which is fair across
years only if nothing else counts for it. Who joins starts level with the one who has had the fewest.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time

import msgspec

from services.common.workdays import Calendar, DayKind
from services.contracts.base import Labelled
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import Choice, Hours, Seat, SeatRole, ServiceRule
from services.roster.recurring import Occurrence, occurrences

SHIFT_IDS = uuid.UUID("7d3e0d0e-1df3-5b0e-8a52-2f3f8f1a9b64")
"""Namespace of shift ids. Never change it: planned shifts would not be found again."""
SPRING_FESTIVAL = "春节"
OF_HOLIDAY = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})


class TurnClass(Labelled):
    ORDINARY = "ORDINARY", "平日"
    HOLIDAY = "HOLIDAY", "节假日"
    SPRING_FESTIVAL = "SPRING_FESTIVAL", "春节"


class Seated(msgspec.Struct, frozen=True, kw_only=True):
    role: SeatRole
    member: str | None
    """None: nobody of the pool is there; the post is empty."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One shift: a rule's hours on one day."""

    id: str
    rule: str
    day: date
    start: time
    end: time
    turn: TurnClass
    seats: tuple[Seated, ...]
    moved_from: date | None = None
    because: str | None = None

    @property
    def members(self) -> list[str]:
        return [seat.member for seat in self.seats if seat.member is not None]

    @property
    def gaps(self) -> list[SeatRole]:
        return [seat.role for seat in self.seats if seat.member is None]


class Ledger:
    """How many turns of each class everybody has had, and when the last one was."""

    def __init__(self, past: Iterable[Planned] = ()) -> None:
        self._turns: dict[tuple[TurnClass, str], Counter[str]] = defaultdict(Counter)
        self._last: dict[str, date] = {}
        for shift in sorted(past, key=lambda each: (each.day, each.start)):
            self.enter(shift)

    def enter(self, shift: Planned) -> None:
        for seat in shift.seats:
            if seat.member is not None:
                self._turns[shift.turn, seat.role][seat.member] += 1
                self._last[seat.member] = max(shift.day, self._last.get(seat.member, shift.day))

    def turns(self, turn: TurnClass, role: SeatRole, member: str) -> int:
        return self._turns[turn, role][member]

    def last(self, member: str) -> date:
        return self._last.get(member, date.min)

    def admit(self, members: Collection[str], *, role: SeatRole) -> None:
        """Who has had no turn at all yet is set level with the one of the others who has had the fewest."""
        for turn in TurnClass:
            counter = self._turns[turn, role]
            known = [counter[each] for each in members if each in counter]
            for each in members:
                if each not in counter:
                    counter[each] = min(known, default=0)


def plan(
    *,
    rules: Sequence[ServiceRule],
    members: Sequence[Member],
    absences: Sequence[Absence],
    past: Iterable[Planned],
    kept: Mapping[str, Planned],
    calendar: Calendar,
    first: date,
    last: date,
) -> list[Planned]:
    """The shifts from ``first`` to ``last``, both included, in the order of time.

    ``past``: what was served before ``first``, from which the ledgers are made. ``kept``: shifts by id whose people
    stay where they are as long as they can serve (what was announced). Raises ``OutsideCalendar``.
    """
    ledger, by_id = Ledger(past), {member.id: member for member in members}
    away = _Away(absences)
    table: list[Planned] = []
    busy: dict[date, list[tuple[time, time, str]]] = defaultdict(list)
    for occurrence, rule, hours in _in_order(rules, calendar, first, last):
        known = calendar.day(occurrence.day)
        turn = TurnClass.ORDINARY
        if known.kind in OF_HOLIDAY:
            turn = TurnClass.SPRING_FESTIVAL if known.name == SPRING_FESTIVAL else TurnClass.HOLIDAY
        number = shift_id(rule=rule.id, day=occurrence.nominal, start=hours.start)
        stays = [seat.member for seat in kept[number].seats] if number in kept else []
        seated: list[Seated] = []
        taken = {who for start, end, who in busy[occurrence.day] if start < hours.end and hours.start < end}
        for seat in hours.seats or rule.seats:
            free = _free(seat, members, occurrence.day, away, taken)
            ledger.admit([each.id for each in pool(seat, members) if each.serves(occurrence.day)], role=seat.role)
            for _ in range(seat.count):
                wanted = stays[len(seated)] if len(seated) < len(stays) else None
                who = next((each for each in free if each.id == wanted), None) or _next(seat, free, turn, ledger)
                seated.append(Seated(role=seat.role, member=who.id if who else None))
                if who is not None:
                    free.remove(who)
                    taken.add(who.id)
        shift = Planned(
            id=number,
            rule=rule.id,
            day=occurrence.day,
            start=hours.start,
            end=hours.end,
            turn=turn,
            seats=tuple(seated),
            moved_from=occurrence.nominal if occurrence.because else None,
            because=occurrence.because,
        )
        busy[occurrence.day].extend((hours.start, hours.end, who) for who in shift.members if who in by_id)
        ledger.enter(shift)
        table.append(shift)
    return table


def shift_id(*, rule: str, day: date, start: time) -> str:
    """``day`` is the nominal one: a shift that a new calendar moves stays the same shift."""
    return str(uuid.uuid5(SHIFT_IDS, f"{rule}/{day}/{start:%H%M}"))


def pool(seat: Seat, members: Sequence[Member]) -> list[Member]:
    """Everybody who could ever sit there, in the order in which the seat or the tenant names them."""
    if seat.members:
        by_id = {member.id: member for member in members}
        named = [by_id[each] for each in seat.members if each in by_id]
    else:
        named = sorted((each for each in members if each.rank in seat.ranks), key=lambda each: (each.order, each.id))
    return [each for each in named if seat.qualifications <= each.qualifications]


def _in_order(
    rules: Sequence[ServiceRule], calendar: Calendar, first: date, last: date
) -> list[tuple[Occurrence, ServiceRule, Hours]]:
    found = [
        (occurrence, rule, hours)
        for rule in rules
        for occurrence in occurrences(
            recurrence=rule.recurrence,
            since=rule.since,
            until=rule.until,
            calendar=calendar,
            first=first,
            last=last,
        )
        for hours in rule.hours
    ]
    return sorted(found, key=lambda each: (each[0].day, each[2].start, each[1].id))


class _Away:
    def __init__(self, absences: Sequence[Absence]) -> None:
        self._by_member: dict[str, list[Absence]] = defaultdict(list)
        for absence in absences:
            self._by_member[absence.member].append(absence)

    def is_away(self, member: str, day: date) -> bool:
        return any(each.covers(day) for each in self._by_member.get(member, ()))


def _free(seat: Seat, members: Sequence[Member], day: date, away: _Away, taken: Collection[str]) -> list[Member]:
    return [
        each
        for each in pool(seat, members)
        if each.serves(day) and each.id not in taken and not away.is_away(each.id, day)
    ]


def _next(seat: Seat, free: Sequence[Member], turn: TurnClass, ledger: Ledger) -> Member | None:
    if seat.choice is Choice.FIXED:
        return next(iter(free), None)
    return min(
        free,
        key=lambda each: (
            ledger.turns(turn, seat.role, each.id),
            # Of two who are level, the one whose last turn of any kind is the longer ago.
            ledger.last(each.id),
        ),
        default=None,
    )
