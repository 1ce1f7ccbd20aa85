"""Whose turn it is: how many turns of each class everybody has had. Pure.

Three ledgers are kept apart for each kind of service and seat, ordinary days, holidays, and Spring Festival, which is
fair across years only if nothing else counts for it. A turn counts for who sat there, so that nobody loses one by
being away: he has fewer, and the next ones are his. Who comes later starts with what his peers had on the average on
that day: nobody pays for the years before he came, and what was planned without him before he came is made good.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec

from services.common.workdays import ONE_DAY, Calendar, DayKind
from services.contracts.base import LEGAL_ZONE, Labelled
from services.contracts.roster_rules import SeatRole, ServiceKind

SPRING_FESTIVAL = "春节"
OF_HOLIDAY = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})


class TurnClass(Labelled):
    ORDINARY = "ORDINARY", "平日"
    HOLIDAY = "HOLIDAY", "节假日"
    SPRING_FESTIVAL = "SPRING_FESTIVAL", "春节"


def turn_class(calendar: Calendar, day: date) -> TurnClass:
    """Raises ``OutsideCalendar``."""
    known = calendar.day(day)
    if known.kind not in OF_HOLIDAY:
        return TurnClass.ORDINARY
    return TurnClass.SPRING_FESTIVAL if known.name == SPRING_FESTIVAL else TurnClass.HOLIDAY


class Slot(NamedTuple):
    """What a shift is of: a rule's hours on the day that the rule says, whatever day a holiday moved it to."""

    rule: str
    nominal: date
    start: time


class Span(NamedTuple):
    begins: datetime
    ends: datetime

    @property
    def days(self) -> tuple[date, ...]:
        """The days that it touches: of a night's watch two."""
        first, last = self.begins.date(), (self.ends - timedelta.resolution).date()
        return (first,) if first == last else (first, last)


def span_of(day: date, start: time, end: time) -> Span:
    """An end not after the start is on the next day."""
    return Span(
        datetime.combine(day, start, LEGAL_ZONE),
        datetime.combine(day if end > start else day + ONE_DAY, end, LEGAL_ZONE),
    )


class Seated(msgspec.Struct, frozen=True, kw_only=True):
    role: SeatRole
    member: str | None
    """None: nobody of the pool is there; the post is empty."""
    firm: bool = False
    """People put him there, and no rule: he stays though the pool does not hold him."""
    instead_of: str | None = None
    """Who is away and named him as his substitute for these days."""


class Served(NamedTuple):
    """One turn of the past."""

    kind: ServiceKind
    role: SeatRole
    day: date
    member: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One shift: a rule's hours on one day."""

    id: str
    rule: str
    kind: ServiceKind
    day: date
    nominal: date
    start: time
    end: time
    turn: TurnClass
    seats: tuple[Seated, ...]
    because: str | None = None
    """The holiday that moved it from its nominal day."""

    @property
    def slot(self) -> Slot:
        return Slot(self.rule, self.nominal, self.start)

    @property
    def span(self) -> Span:
        return span_of(self.day, self.start, self.end)

    @property
    def members(self) -> list[str]:
        return [seat.member for seat in self.seats if seat.member is not None]

    @property
    def served(self) -> Iterator[Served]:
        return (Served(self.kind, seat.role, self.day, seat.member) for seat in self.seats if seat.member is not None)

    @property
    def gaps(self) -> list[SeatRole]:
        return [seat.role for seat in self.seats if seat.member is None]


class Account(NamedTuple):
    """One ledger."""

    kind: ServiceKind
    turn: TurnClass
    role: SeatRole


Peers = Callable[[str, SeatRole, date], Collection[str]]
"""Of a rule, a role and a day: ids of those who take turns there and were there that day."""


class Ledger:
    """``since``: by member the first day of his service; ``there``: who was not away; ``peers``: who takes turns with
    whom."""

    def __init__(
        self,
        *,
        calendar: Calendar,
        served: Iterable[Served],
        since: Mapping[str, date],
        there: Callable[[str, date], bool],
        peers: Peers,
    ) -> None:
        self._since, self._there, self._peers = since, there, peers
        self._turns: dict[Account, dict[str, list[date]]] = defaultdict(dict)
        self._days: dict[str, list[date]] = defaultdict(list)
        self._came: dict[tuple[Account, str], tuple[date, date]] = {}
        self._starts: dict[tuple[Account, str, str, date], int] = {}
        classes: dict[date, TurnClass] = {}
        for kind, role, day, member in served:
            if day not in classes:
                classes[day] = turn_class(calendar, day)
            self.enter(Account(kind, classes[day], role), day, member)

    def enter(self, account: Account, day: date, member: str) -> None:
        insort(self._turns[account].setdefault(member, []), day)
        insort(self._days[member], day)

    def level(self, account: Account, rule: str, day: date, member: str) -> int:
        """Turns had, and those that stand for the time before he came."""
        turns = self._turns[account].get(member, ())
        return self._start(account, rule, self._joined(account, rule, day, member), member) + len(turns)

    def apart(self, member: str, day: date) -> int:
        """How many days the nearest of his other turns lies away, before or after; of any kind."""
        days = self._days[member]
        place = bisect_left(days, day)
        near = days[max(place - 1, 0) : place + 1]
        return min((abs((each - day).days) for each in near), default=date.max.toordinal())

    def _joined(self, account: Account, rule: str, day: date, member: str) -> date:
        """When he came among them: with his service, or with a new post, which he has had since his first turn here.
        Who was there for a whole round before it and was passed over was not among them then."""
        turns = self._turns[account]
        first = next(iter(turns.get(member, ())), day)
        known = self._came.get((account, member))
        if known is None or known[0] != first:
            known = self._came[account, member] = (first, self._came_among(account, rule, first, member))
        return known[1]

    def _came_among(self, account: Account, rule: str, first: date, member: str) -> date:
        turns = self._turns[account]
        if not turns:
            return date.min
        since = self._since.get(member, date.min)
        if since > min(days[0] for days in turns.values()):
            return since
        before = (each for days in turns.values() for each in days[: bisect_left(days, first)])
        passed = (each for each in before if self._there(member, each))
        round = len(self._peers(rule, account.role, first))
        return first if len(list(islice(passed, round))) == round else date.min

    def _start(self, account: Account, rule: str, joined: date, member: str) -> int:
        """What his peers had on the average when he came; in the first round nobody is behind."""
        key = (account, rule, member, joined)
        if key not in self._starts:
            turns = self._turns[account]
            levels = []
            for peer in self._peers(rule, account.role, joined):
                before = bisect_left(turns.get(peer, ()), joined)
                if before and peer != member:
                    came = self._joined(account, rule, joined, peer)
                    levels.append(before + (self._start(account, rule, came, peer) if came < joined else 0))
            self._starts[key] = sum(levels) // len(levels) if levels and max(levels) > 1 else 0
        return self._starts[key]
