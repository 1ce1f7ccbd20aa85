"""The slots of a reception, which of them are free, in which order visitors are called, and who receives them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from services.contracts.base import LEGAL_ZONE
from services.contracts.receptions import Appointment, AppointmentState, Recused
from services.contracts.shifts import Shift

HOLDS = frozenset(
    {
        *(AppointmentState.REQUESTED, AppointmentState.ACCEPTED, AppointmentState.WAITING),
        *(AppointmentState.CALLED, AppointmentState.DONE),
    }
)
"""States in which an appointment holds its slots."""
OPEN = frozenset({AppointmentState.REQUESTED, AppointmentState.ACCEPTED})
"""States in which the visitor is still to come."""
SOME_DAY = date(2000, 1, 1)


class Held(Protocol):
    """An appointment that holds slots, or what one needs to know of it."""

    @property
    def slot(self) -> time | None: ...

    @property
    def slots(self) -> int: ...


def slots_of(shift: Shift) -> list[time]:
    """When each slot begins; none where nobody is booked in. A rest at the end that is no whole slot is none."""
    if shift.slot_minutes is None or shift.cancelled is not None:
        return []
    length = timedelta(minutes=shift.slot_minutes)
    at, end = datetime.combine(SOME_DAY, shift.start), datetime.combine(SOME_DAY, shift.end)
    found = []
    while at + length <= end:
        found.append(at.time())
        at += length
    return found


def free_slots(shift: Shift, holding: Iterable[Held], *, now: datetime) -> list[time]:
    """Those that nobody holds and that have not begun. ``holding``: the appointments in one of ``HOLDS``."""
    slots = slots_of(shift)
    taken = {each for one in holding for each in _held(one, slots)}
    return [each for each in slots if each not in taken and datetime.combine(shift.day, each, LEGAL_ZONE) > now]


def _held(appointment: Held, slots: Sequence[time]) -> list[time]:
    if appointment.slot is None or appointment.slot not in slots:
        return []
    first = slots.index(appointment.slot)
    return list(slots[first : first + appointment.slots])


def queue(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Who waits, in the order in which they are called: who booked at his slot, then walk-ins by number (RO-27)."""
    waiting = [each for each in appointments if each.state is AppointmentState.WAITING]
    return sorted(waiting, key=lambda each: (each.slot is None, each.slot or time.min, each.number or 0))


def receivers(shift: Shift, recused: Iterable[Recused]) -> list[str]:
    """Ids of those who receive him, in the order of seats: who stepped aside is replaced by who takes his place."""
    instead = {each.member: each.by_member for each in recused}
    found: list[str] = []
    for member in shift.members:
        who: str | None = member
        passed: set[str] = set()
        while who in instead and who not in passed:
            passed.add(who)
            who = instead[who]
        if who is not None and who not in passed and who not in found:
            found.append(who)
    return found
