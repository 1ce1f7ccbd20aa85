"""Which leader was on duty when something was registered. Pure."""

from collections.abc import Iterable
from datetime import datetime

from services.common.clock import legal_day
from services.contracts.duty_notes import DutyTurn
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift

FIRST_KIND = {kind: place for place, kind in enumerate((ServiceKind.RECEPTION, ServiceKind.DUTY, ServiceKind.ON_CALL))}
"""Whoever receives is the one whom a visitor meets; who is on call is asked last."""


def turn_at(shifts: Iterable[Shift], at: datetime) -> DutyTurn | None:
    """The leader of the shift that goes on at ``at``, else of the first one of that legal day; None where no leader
    stands in the table.

    ``shifts``: of one tenant, of that day and of the one before, whose night's watch may still go on.
    """
    led = [(shift, leader) for shift in shifts if shift.cancelled is None and (leader := _leader(shift)) is not None]
    now = [each for each in led if each[0].holds(at)]
    today = [each for each in led if each[0].day == legal_day(at)]
    found = min(now or today, key=lambda each: (FIRST_KIND[each[0].kind], each[0].begins, each[0].id), default=None)
    return None if found is None else _turn(*found)


def _leader(shift: Shift) -> SeatTaken | None:
    return next((seat for seat in shift.seats if seat.role is SeatRole.LEAD and seat.member is not None), None)


def _turn(shift: Shift, leader: SeatTaken) -> DutyTurn:
    return DutyTurn(
        weekday=shift.day.isoweekday(),
        leader=leader.name or "",
        post=leader.post or "",
        place=shift.place,
        hours=hours_of(shift),
        phone=shift.phone,
        shift=shift.id,
        member=leader.member,
    )


def hours_of(shift: Shift) -> str:
    """As people read it: ``08:30-11:30``; ``17:30-次日08:30`` of a night's watch."""
    next_day = "" if shift.ends.date() == shift.day else "次日"
    return f"{shift.start:%H:%M}-{next_day}{shift.end:%H:%M}"
