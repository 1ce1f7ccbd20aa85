"""Who was at a reception, and who received a visitor there. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from services.common.receiving import receivers
from services.contracts.receptions import Appointment
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift


def receptions(shifts: Iterable[Shift]) -> list[Shift]:
    """Those at which petitioners are received, cancelled ones too."""
    return [shift for shift in shifts if shift.kind is ServiceKind.RECEPTION]


def took_place(shift: Shift, now: datetime) -> bool:
    return shift.cancelled is None and shift.ends <= now


def came(shift: Shift, seat: SeatTaken) -> bool | None:
    """Whether he was there; None where nobody's coming was noted at this shift, so that nothing is known."""
    if all(each.in_at is None for each in shift.seats):
        return None
    return seat.in_at is not None


def late(shift: Shift, seat: SeatTaken) -> bool:
    """Whether he came after it had begun, by the minute."""
    return seat.in_at is not None and seat.in_at.replace(second=0, microsecond=0) > shift.begins


def leads(shift: Shift) -> list[SeatTaken]:
    """The seats of those who receive, as far as somebody sits there."""
    return [seat for seat in shift.seats if seat.role is SeatRole.LEAD and seat.member is not None]


def receivers_of(appointment: Appointment, shift: Shift) -> list[str]:
    """Ids of those who received him: who led, but for whom somebody stepped in where he had to step aside (RO-30)."""
    return receivers(msgspec.structs.replace(shift, seats=leads(shift)), appointment.recused)


def open_to_all(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Without accusations: not even a sum may tell of one, and every reader is to find the same numbers (Art. 30)."""
    return [each for each in appointments if not each.accusation and not each.confined]
