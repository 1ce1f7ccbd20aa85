"""Turns of who is away are taken by others, and taken back when he is there again; what has begun stays. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import msgspec

from services.contracts.roster_people import Absence
from services.contracts.shifts import SeatOrigin, Shift
from services.roster.ledgers import span_of
from services.roster.seating import Table, candidates, given_back, pool_of, taken_by, why_not, with_seat

Turn = tuple[Shift, int]
"""A shift, and the number of the seat in it."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A turn of who is away, for which the substitute whom he named does not do, though others are free."""

    shift: Shift
    place: int
    why: str | None
    """Why the named one cannot; None: nobody is named."""
    free: list[str]
    """Names of those who can, whose turn it would be first."""


def shifts_touched(table: Table, absence: Absence) -> set[str]:
    """Ids of the shifts that go on on one of its days, the night's watch of the evening before among them: whoever is
    away gives these away."""
    return {
        id
        for id, shift in table.shifts.items()
        if any(absence.first <= day <= absence.last for day in span_of(shift.day, shift.start, shift.end).days)
    }


def turns_away(table: Table, members: Collection[str], *, now: datetime) -> Iterator[Turn]:
    """Turns of these members, in the order of time, in shifts that have not begun and touch a day of absence."""
    for shift in sorted(table.shifts.values(), key=lambda each: (each.begins, each.id)):
        if shift.cancelled is not None or shift.begins <= now:
            continue
        for place, seat in enumerate(shift.seats):
            if seat.member is not None and seat.member in members and table.is_away_from(seat.member, shift):
                yield shift, place


def stand_in(
    table: Table, members: Collection[str], *, named: Mapping[str, str], now: datetime
) -> tuple[dict[str, Shift], list[Gap]]:
    """The shifts, by id, as they are when others take the turns of ``members``.

    ``named``: by member the substitute who takes all his turns. Of who names nobody each turn goes to whoever is first
    in line. Where nobody at all is free the seat is empty, and is told as an empty post.
    """
    changed: dict[str, Shift] = {}
    gaps: list[Gap] = []
    for found, place in list(turns_away(table, members, now=now)):
        shift = changed.get(found.id, found)
        seat, free = shift.seats[place], candidates(table, shift, place)
        wanted = named.get(seat.member or "")
        why = None if wanted is None else _unfit(table, wanted, shift, place)
        if free and (wanted is None or why is not None):
            gaps.append(Gap(shift=shift, place=place, why=why, free=[each.name for each in free]))
        first = next(iter(free), None)
        by = table.members[wanted] if wanted is not None and why is None else first
        changed[shift.id] = with_seat(shift, place, taken_by(seat, by))
        # What he takes now keeps him busy for the next one.
        table = table.with_shifts([changed[shift.id]])
    return changed, gaps


def give_back(
    table: Table, members: Collection[str], *, agreed: Collection[tuple[str, str]], now: datetime
) -> dict[str, Shift]:
    """The shifts, by id, as they are when these members take their own turns again.

    ``agreed``: pairs of shift and member whose turn was given to another by agreement, which stands.
    """
    changed: dict[str, Shift] = {}
    for shift in sorted(table.shifts.values(), key=lambda each: (each.begins, each.id)):
        if shift.cancelled is not None or shift.begins <= now:
            continue
        for place, seat in enumerate(shift.seats):
            member = table.members.get(seat.instead_of or "")
            if member is None or member.id not in members or seat.origin is not SeatOrigin.SUBSTITUTE:
                continue
            if (shift.id, member.id) in agreed or why_not(table, member, changed.get(shift.id, shift)) is not None:
                continue
            changed[shift.id] = with_seat(
                changed.get(shift.id, shift), place, given_back(seat, member, by_hand=shift.by_hand)
            )
            table = table.with_shifts([changed[shift.id]])
    return changed


def _unfit(table: Table, wanted: str, shift: Shift, place: int) -> str | None:
    member = table.members[wanted]
    if all(each.id != wanted for each in pool_of(table, shift, place)):
        return f"{member.name}不能担任{shift.seats[place].role.label}"
    return why_not(table, member, shift)


def moved_words(before: Shift, after: Shift) -> str:
    """What is different, as people read it: ``带班（接访）领导 由 甲 改为 乙``."""
    pairs = zip(before.seats, after.seats, strict=True)
    return "；".join(
        f"{new.role.label} 由 {old.name or '空岗'} 改为 {new.name or '空岗'}"
        for old, new in pairs
        if old.member != new.member
    )
