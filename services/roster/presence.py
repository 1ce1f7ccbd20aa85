"""Who came and who left: check-in and check-out at one's post (RO-03). Pure."""

from datetime import datetime, timedelta

import msgspec

from services.common.errors import InvalidInput, Refusal, WrongState, require
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import Member
from services.contracts.shifts import SeatTaken, Shift
from services.roster.seating import place_of, with_seat


class OutsideShift(Refusal):
    code = "OUTSIDE_SHIFT"
    default = "不在该班次的签到时间内"


def checked_in(shift: Shift, member: Member, *, now: datetime, before: timedelta) -> Shift:
    """``before``: how long before its begin one may be there already. Again: he is there since the first time; after
    he had left: he is back. Raises ``InvalidInput``, ``WrongState`` and ``OutsideShift``."""
    place, seat = _seat(shift, member)
    if not shift.begins - before <= now < shift.ends:
        raise OutsideShift(
            f"“{shift.name}”签到时间为 {_minute(shift.begins - before)} 至 {_minute(shift.ends)}；事后更正请联系经办人"
        )
    if seat.in_at is not None and seat.out_at is None:
        return shift
    return with_seat(shift, place, msgspec.structs.replace(seat, in_at=seat.in_at or now, out_at=None))


def checked_out(shift: Shift, member: Member, *, now: datetime, after: timedelta) -> Shift:
    """``after``: how long after its end one may still say that he leaves. Again: he left the first time."""
    place, seat = _seat(shift, member)
    if seat.in_at is None:
        raise WrongState(f"{member.name}尚未签到，不能签退")
    if seat.out_at is not None:
        return shift
    if now > shift.ends + after:
        raise OutsideShift(f"“{shift.name}”签退时间至 {_minute(shift.ends + after)}")
    return with_seat(shift, place, msgspec.structs.replace(seat, out_at=now))


def taken_back(shift: Shift, member: Member, *, reason: str) -> Shift:
    """Without his last entry: first the check-out, then the check-in."""
    require(reason, "reason", "请填写更正理由")
    place, seat = _seat(shift, member)
    if seat.in_at is None:
        raise WrongState(f"{member.name}没有签到记录，不必更正")
    corrected = (
        msgspec.structs.replace(seat, out_at=None)
        if seat.out_at is not None
        else msgspec.structs.replace(seat, in_at=None)
    )
    return with_seat(shift, place, corrected)


def _seat(shift: Shift, member: Member) -> tuple[int, SeatTaken]:
    if shift.cancelled is not None:
        raise WrongState(f"{shift.day} 的“{shift.name}”已取消")
    place = place_of(shift, member.id)
    if place is None:
        raise InvalidInput(f"{member.name}不在该班次中；替他人值班的，请先办理替班", field="member")
    return place, shift.seats[place]


def _minute(at: datetime) -> str:
    return f"{at.astimezone(LEGAL_ZONE):%m-%d %H:%M}"
