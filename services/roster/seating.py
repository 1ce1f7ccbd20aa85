"""Who may sit where: whom the rule allows on a seat, who of them is free, and whose turn it would be. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

import msgspec

from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import Choice, Rank, Seat, SeatRole, ServiceRule
from services.contracts.shifts import SeatOrigin, SeatTaken, Shift
from services.roster.ledgers import span_of
from services.roster.planning import pool, seats_of

A_DAY = timedelta(days=1)
LEADERS = frozenset({Rank.CHIEF, Rank.LEADER})


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one tenant: its people, their absences, its rules, and the shifts of a span of days."""

    members: dict[str, Member]
    absences: list[Absence]
    rules: list[ServiceRule]
    shifts: dict[str, Shift]

    def name(self, member: str) -> str:
        return self.members[member].name if member in self.members else member

    def is_away(self, member: str, day: date) -> bool:
        return any(each.member == member and each.covers(day) for each in self.absences)

    def is_away_from(self, member: str, shift: Shift) -> bool:
        """On one of the days that the shift touches: of a night's watch two."""
        return any(self.is_away(member, day) for day in span_of(shift.day, shift.start, shift.end).days)

    def with_shifts(self, changed: Iterable[Shift]) -> "Table":
        return msgspec.structs.replace(self, shifts={**self.shifts, **{each.id: each for each in changed}})


def pool_of(table: Table, shift: Shift, place: int) -> list[Member]:
    """Everybody whom the rule allows on this seat (``place``: its number in the shift), in the order of the rule."""
    seat = _rule_seat(table, shift, place)
    return pool(seat, list(table.members.values()))


def why_not(table: Table, member: Member, shift: Shift, *, leaving: Collection[str] = ()) -> str | None:
    """Why he cannot serve in that shift, in words; None where he can. ``leaving``: ids of shifts that he gives away."""
    return _why_not(table, member, shift, _at_once(table, shift), leaving)


def candidates(table: Table, shift: Shift, place: int) -> list[Member]:
    """Who is free and allowed on the seat: who has the fewest turns in that role first, of a fixed seat in the order of
    the rule."""
    beside = _at_once(table, shift)
    found = [each for each in pool_of(table, shift, place) if _why_not(table, each, shift, beside, ()) is None]
    if _rule_seat(table, shift, place).choice is Choice.FIXED:
        return found
    role = shift.seats[place].role
    turns: Counter[str] = Counter()
    last: dict[str, date] = {}
    for other in table.shifts.values():
        for seat in other.seats if other.cancelled is None else ():
            if seat.member is not None:
                turns[seat.member] += seat.role is role
                last[seat.member] = max(other.day, last.get(seat.member, other.day))
    # Of two who are level, the one whose last turn of any kind is the longer ago.
    return sorted(found, key=lambda each: (turns[each.id], last.get(each.id, date.min), each.order, each.id))


def _at_once(table: Table, shift: Shift) -> list[Shift]:
    """The other shifts that go on at the same time."""
    near = {shift.day - A_DAY, shift.day, shift.day + A_DAY}
    begins, ends = shift.begins, shift.ends
    return [
        other
        for other in table.shifts.values()
        if other.day in near
        and other.id != shift.id
        and other.cancelled is None
        and other.begins < ends
        and begins < other.ends
    ]


def _why_not(
    table: Table, member: Member, shift: Shift, beside: Iterable[Shift], leaving: Collection[str]
) -> str | None:
    if not all(member.serves(day) for day in span_of(shift.day, shift.start, shift.end).days):
        return f"{member.name} {shift.day} 不在任"
    if table.is_away_from(member.id, shift):
        return f"{member.name} {shift.day} 请假或外出"
    for other in beside:
        if other.id not in leaving and member.id in other.members:
            return f"{member.name} {other.day} {other.start:%H:%M} 起已安排“{other.name}”"
    return f"{member.name}已在该班次中" if member.id in shift.members and shift.id not in leaving else None


def taken_by(seat: SeatTaken, member: Member | None, *, origin: SeatOrigin = SeatOrigin.SUBSTITUTE) -> SeatTaken:
    """The seat with another in it, None: nobody; it is remembered whose turn it was, unless it is his own."""
    turn = seat.instead_of or seat.member
    return SeatTaken(
        role=seat.role,
        member=member.id if member else None,
        name=member.name if member else None,
        post=member.post if member else None,
        origin=origin,
        instead_of=None if member is not None and turn == member.id else turn,
    )


def given_back(seat: SeatTaken, member: Member, *, by_hand: bool) -> SeatTaken:
    """The seat with ``member`` in it again; as his own turn, unless it was another's before him."""
    own = seat.instead_of in (None, member.id)
    return SeatTaken(
        role=seat.role,
        member=member.id,
        name=member.name,
        post=member.post,
        origin=(SeatOrigin.NAMED if by_hand else SeatOrigin.PLANNED) if own else SeatOrigin.SUBSTITUTE,
        instead_of=None if own else seat.instead_of,
    )


def with_seat(shift: Shift, place: int, seat: SeatTaken) -> Shift:
    seats = list(shift.seats)
    seats[place] = seat
    return msgspec.structs.replace(shift, seats=seats)


def place_of(shift: Shift, member: str) -> int | None:
    return next((place for place, seat in enumerate(shift.seats) if seat.member == member), None)


def _rule_seat(table: Table, shift: Shift, place: int) -> Seat:
    """What the rule says of the seat. Of a shift by hand, or where the rule has changed since: leaders lead, and
    anybody does the rest."""
    role = shift.seats[place].role
    rule = next((each for each in table.rules if each.id == shift.rule), None)
    if rule is not None and not shift.by_hand:
        hours = next((each for each in rule.hours if each.start == shift.start), rule.hours[0])
        seats = [seat for seat in seats_of(rule, hours) for _ in range(seat.count)]
        if place < len(seats) and seats[place].role is role:
            return seats[place]
        same = next((seat for seat in seats if seat.role is role), None)
        if same is not None:
            return same
    return Seat(role=role, ranks=LEADERS if role is SeatRole.LEAD else frozenset(Rank))
