"""The slots of a reception: which are free, who gets which, in which order visitors are called. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from services.common.errors import InvalidInput, Refusal
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.shifts import Shift

HOLDS = frozenset(
    {
        *(AppointmentState.REQUESTED, AppointmentState.ACCEPTED, AppointmentState.WAITING),
        *(AppointmentState.CALLED, AppointmentState.DONE),
    }
)
"""States in which an appointment holds its slots."""
SOME_DAY = date(2000, 1, 1)


class SlotTaken(Refusal):
    code = "SLOT_TAKEN"
    default = "该时段已有人预约，请另选时段"


class ReceptionFull(Refusal):
    code = "RECEPTION_FULL"
    default = "当日接访已约满，请另选日期，或当日到场取号等候"


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


def free_slots(shift: Shift, booked: Iterable[Appointment]) -> list[time]:
    slots = slots_of(shift)
    taken = {each for one in booked if one.state in HOLDS for each in _held(one, slots)}
    return [each for each in slots if each not in taken]


def _held(appointment: Appointment, slots: Sequence[time]) -> list[time]:
    if appointment.slot is None or appointment.slot not in slots:
        return []
    first = slots.index(appointment.slot)
    return list(slots[first : first + appointment.slots])


def slot_for(*, shift: Shift, booked: Sequence[Appointment], wanted: time | None, count: int = 1) -> time:
    """Where ``count`` slots in a row begin: the wanted one, or the first that is free.

    Raises ``InvalidInput`` for a time that is no slot, ``SlotTaken`` and ``ReceptionFull``.
    """
    slots, free = slots_of(shift), set(free_slots(shift, booked))
    if not slots:
        raise InvalidInput("该次接访不接受预约，请当日到场", field="shiftId")
    if wanted is not None and wanted not in slots:
        raise InvalidInput(f"没有 {wanted:%H:%M} 开始的时段，可选：{_words(sorted(free))}", field="slot")
    starts = [
        slots[place]
        for place in range(len(slots) - count + 1)
        if all(each in free for each in slots[place : place + count])
    ]
    if not starts:
        raise ReceptionFull(field="shiftId")
    if wanted is None:
        return starts[0]
    if wanted not in starts:
        raise SlotTaken(f"{wanted:%H:%M} 已有人预约，尚有空闲：{_words(starts)}", field="slot")
    return wanted


def _words(slots: Sequence[time]) -> str:
    return "、".join(f"{each:%H:%M}" for each in slots) or "无"


def queue(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Who waits, in the order in which they are called: who booked at his slot, then walk-ins by number (RO-27)."""
    waiting = [each for each in appointments if each.state is AppointmentState.WAITING]
    return sorted(waiting, key=lambda each: (each.slot is None, each.slot or time.min, each.number or 0))
