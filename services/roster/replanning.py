"""What a new plan changes in the table that stands: added, moved and cancelled shifts, in words. Pure.

Nothing is deleted: a shift that a plan no longer holds is cancelled with its reason, and comes back if a later plan
holds it again. What was cancelled by hand stays cancelled.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, zip_longest

import msgspec

from services.common.workdays import Calendar
from services.contracts.acts import Act
from services.contracts.roster_commands import Moved
from services.contracts.roster_people import Member
from services.contracts.roster_rules import ServiceRule
from services.contracts.shifts import SeatOrigin, SeatTaken, Shift
from services.roster.ledgers import Planned, Seated, Slot, turn_class
from services.roster.planning import Kept

NOBODY = "空岗"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One shift as it is to be written."""

    shift: Shift
    act: Act
    words: str
    """What is different, as people read it."""


def slot_of(shift: Shift) -> Slot:
    return Slot(shift.rule, shift.moved_from or shift.day, shift.start)


def as_planned(shift: Shift, calendar: Calendar) -> Planned:
    """A shift that is not planned but counts: served, begun, or entered by hand."""
    return Planned(
        id=shift.id,
        rule=shift.rule,
        kind=shift.kind,
        day=shift.day,
        nominal=shift.moved_from or shift.day,
        start=shift.start,
        end=shift.end,
        turn=turn_class(calendar, shift.day),
        seats=tuple(Seated(role=seat.role, member=seat.member) for seat in shift.seats),
    )


def not_again(*, begun: Iterable[Shift], coming: Iterable[Shift]) -> set[Slot]:
    """What is not planned: what has begun, which a new holiday does not have a second time on a later day, and what was
    cancelled by hand."""
    by_hand = (shift for shift in coming if shift.cancelled is not None)
    return {slot_of(shift) for shift in chain(begun, by_hand) if not shift.dropped}


def kept_seats(standing: Iterable[Shift], *, public: Collection[str], anew: bool) -> dict[Slot, Kept]:
    """Who stays where he stands. ``public``: ids of the shifts of which the public was told. With ``anew`` those turns
    are dealt again that nobody was told of and that no people arranged."""
    return {
        slot_of(shift): Kept(
            seats=tuple(
                Seated(
                    role=seat.role,
                    member=None if anew and shift.id not in public and not _firm(seat) else seat.member,
                    firm=_firm(seat),
                )
                for seat in shift.seats
            ),
            public=shift.id in public,
        )
        for shift in standing
    }


def changes(
    *,
    tenant: str,
    before: Sequence[Shift],
    after: Sequence[Planned],
    rules: Mapping[str, ServiceRule],
    members: Mapping[str, Member],
    calendar: Calendar,
) -> list[Change]:
    """``before``: the shifts of rules that the plan may change, those it once dropped among them."""
    stood = {shift.id: shift for shift in before}
    live = {slot_of(shift): shift for shift in before if shift.cancelled is None}
    found: list[Change] = []
    for planned in after:
        old = stood.get(planned.id)
        # What a holiday moved is another shift, and the same people keep their places in it.
        fresh = _shift(tenant, planned, rules[planned.rule], members, live.get(planned.slot))
        if old is None or old.cancelled is not None:
            found.append(Change(shift=fresh, act=Act.SHIFT_PLANNED, words=_who(fresh)))
        elif old != fresh:
            found.append(Change(shift=fresh, act=Act.SHIFT_MOVED, words=_difference(old, fresh)))
    holds = {planned.id for planned in after}
    days = {planned.slot: planned for planned in after}
    for old in live.values():
        if old.id not in holds:
            why = _why_dropped(old, days.get(slot_of(old)), rules.get(old.rule), calendar)
            gone = msgspec.structs.replace(old, cancelled=why, dropped=True)
            found.append(Change(shift=gone, act=Act.SHIFT_CANCELLED, words=why))
    return found


def moved(changes: Iterable[Change], *, limit: int) -> list[Moved]:
    """Those of which people should know, the first in time."""
    told = [each for each in changes if each.act is not Act.SHIFT_PLANNED and each.words]
    told.sort(key=lambda each: (each.shift.day, each.shift.start, each.shift.id))
    return [_line(each.shift.id, each.shift.day, each.shift.name, each.words) for each in told[:limit]]


def empty_posts(table: Iterable[Planned], rules: Mapping[str, ServiceRule], *, limit: int) -> list[Moved]:
    gaps = [each for each in table if each.gaps]
    return [
        _line(each.id, each.day, rules[each.rule].name, "、".join(role.label for role in each.gaps) + " 无人可排")
        for each in gaps[:limit]
    ]


def _line(shift: str, day: date, name: str, what: str) -> Moved:
    return Moved(shift=shift, day=day, name=name, what=what)


def _firm(seat: SeatTaken) -> bool:
    return seat.origin is not SeatOrigin.PLANNED and seat.member is not None


def _shift(
    tenant: str, planned: Planned, rule: ServiceRule, members: Mapping[str, Member], stood: Shift | None
) -> Shift:
    sat = list(stood.seats) if stood else []
    return Shift(
        id=planned.id,
        tenant=tenant,
        rule=rule.id,
        name=rule.name,
        kind=rule.kind,
        mode=rule.mode,
        day=planned.day,
        start=planned.start,
        end=planned.end,
        place=rule.place,
        phone=rule.phone,
        slot_minutes=rule.slot_minutes,
        seats=[_seat(seat, sat, members) for seat in planned.seats],
        moved_from=planned.nominal if planned.because else None,
        because=planned.because,
    )


def _seat(seat: Seated, sat: list[SeatTaken], members: Mapping[str, Member]) -> SeatTaken:
    member = members.get(seat.member or "")
    before = next((each for each in sat if each.role is seat.role and each.member == seat.member), None)
    if before is not None:
        sat.remove(before)
        if member is None:
            return before
        return msgspec.structs.replace(before, name=member.name, post=member.post)
    return SeatTaken(
        role=seat.role,
        member=member.id if member else None,
        name=member.name if member else None,
        post=member.post if member else None,
        origin=SeatOrigin.SUBSTITUTE if seat.instead_of else SeatOrigin.PLANNED,
        instead_of=seat.instead_of,
    )


def _who(shift: Shift) -> str:
    return "，".join(f"{seat.role.label} {seat.name or NOBODY}" for seat in shift.seats)


def _difference(old: Shift, new: Shift) -> str:
    named = (
        ("名称", old.name, new.name),
        ("时间", f"{old.start:%H:%M}-{old.end:%H:%M}", f"{new.start:%H:%M}-{new.end:%H:%M}"),
        ("地点", old.place, new.place),
        ("电话", old.phone or "无", new.phone or "无"),
    )
    words = [f"{name} 由 {was} 改为 {now}" for name, was, now in named if was != now]
    for role in dict.fromkeys(seat.role for seat in (*old.seats, *new.seats)):
        was, now = ([seat for seat in shift.seats if seat.role is role] for shift in (old, new))
        stay = {seat.member for seat in was} & {seat.member for seat in now} - {None}
        gone, come = ([seat.name or NOBODY for seat in seats if seat.member not in stay] for seats in (was, now))
        pairs = zip_longest(gone, come, fillvalue="无此岗")
        words += [f"{role.label} 由 {one} 改为 {other}" for one, other in pairs if one != other]
    return "，".join(words)


def _why_dropped(old: Shift, instead: Planned | None, rule: ServiceRule | None, calendar: Calendar) -> str:
    if instead is not None:
        return f"因{instead.because or '放假安排变更'}改在 {instead.day}"
    if rule is None or (rule.until is not None and old.day > rule.until):
        return "该项安排已经结束"
    known = calendar.day(old.day)
    if not calendar.is_workday(old.day) and known.name is not None:
        return f"{known.reason}放假，停止一次"
    return "值班接访规则已经变更"
