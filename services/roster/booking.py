"""Which slot somebody gets. Pure; which slots there are stands in ``services.common.receiving``."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from services.common.errors import InvalidInput, Refusal
from services.common.receiving import HOLDS, free_slots, slots_of
from services.contracts.receptions import Appointment
from services.contracts.shifts import Shift


class SlotTaken(Refusal):
    code = "SLOT_TAKEN"
    default = "该时段已有人预约，请另选时段"


class ReceptionFull(Refusal):
    code = "RECEPTION_FULL"
    default = "当日接访已约满，请另选日期，或当日到场取号等候"


def slot_for(
    *, shift: Shift, booked: Iterable[Appointment], wanted: time | None, count: int = 1, now: datetime
) -> time:
    """Where ``count`` slots in a row begin: the wanted one, or the first that is free. ``booked``: of the shift.

    Raises ``InvalidInput`` for a time that is no slot or has begun, ``SlotTaken`` and ``ReceptionFull``, which tell
    whoever needs several in a row how many, where single ones are still free.
    """
    slots = slots_of(shift)
    free = set(free_slots(shift, [each for each in booked if each.state in HOLDS], now=now))
    ahead = set(free_slots(shift, (), now=now))
    if not slots:
        raise InvalidInput("该次接访不接受预约，请当日到场", field="shift_id")
    if wanted is not None and wanted not in slots:
        raise InvalidInput(f"没有 {wanted:%H:%M} 开始的时段，可选：{_words(sorted(free))}", field="slot")
    if wanted is not None and wanted not in ahead:
        raise InvalidInput(f"{wanted:%H:%M} 的时段已经开始或已过，可选：{_words(sorted(free))}", field="slot")
    starts = [
        slots[place]
        for place in range(len(slots) - count + 1)
        if all(each in free for each in slots[place : place + count])
    ]
    if not starts and free:
        raise ReceptionFull(
            f"人数较多，需连续 {count} 个时段，当日已没有，请另选日期，或当日到场取号等候", field="shift_id"
        )
    if not starts:
        raise ReceptionFull(field="shift_id")
    if wanted is None:
        return starts[0]
    if wanted in free and wanted not in starts:
        raise SlotTaken(
            f"人数较多，需连续 {count} 个时段，从 {wanted:%H:%M} 起不够，可从以下时间开始：{_words(starts)}",
            field="slot",
        )
    if wanted not in starts:
        raise SlotTaken(f"{wanted:%H:%M} 已有人预约，尚有空闲：{_words(starts)}", field="slot")
    return wanted


def _words(slots: Sequence[time]) -> str:
    return "、".join(f"{each:%H:%M}" for each in slots) or "无"
