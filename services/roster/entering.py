"""What an office does to single shifts by hand: enters one, puts somebody into a seat, cancels one. Pure."""

from datetime import date, datetime

import msgspec

from services.common.errors import InvalidInput, WrongState, require
from services.common.redacting import mask_text
from services.contracts.roster_commands import CancelShift, EnterShift, NameSeat, SeatInput
from services.contracts.roster_people import Member
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import SeatOrigin, SeatTaken, Shift
from services.roster.seating import Table, taken_by, why_not, with_seat
from services.roster.substituting import NotFree, ShiftBegun

BY_HAND = ""
"""The rule of a shift that follows from none."""


def entered(command: EnterShift, *, id: str, table: Table, tenant: str, now: datetime, last: date) -> Shift:
    """``last``: the furthest day that may be entered. Raises ``InvalidInput``, ``ShiftBegun`` and ``NotFree``."""
    reception = command.kind is ServiceKind.RECEPTION
    if reception and command.mode is None:
        raise InvalidInput("接访请选择接访方式（定点、约访、下访等）", field="mode")
    if not reception and (command.mode is not None or command.slot_minutes is not None):
        raise InvalidInput(f"{command.kind.label}没有接访方式，也不接受预约，请留空", field="mode")
    require(command.name, "name", "请填写班次名称")
    require(command.place, "place", "请填写地点")
    if not command.seats:
        raise InvalidInput("请至少安排一个岗位", field="seats")
    if command.day > last:
        raise InvalidInput(f"最远可以安排到 {last}", field="day")
    shift = Shift(
        id=id,
        tenant=tenant,
        rule=BY_HAND,
        name=command.name.strip(),
        kind=command.kind,
        mode=command.mode,
        day=command.day,
        start=command.start,
        end=command.end,
        place=command.place.strip(),
        phone=command.phone,
        slot_minutes=command.slot_minutes,
        seats=[_empty(seat) for seat in command.seats],
        by_hand=True,
    )
    _check_coming(shift, now)
    for place, seat in enumerate(command.seats):
        if seat.member is not None:
            member = _free(table, seat.member, shift, field=f"seats.{place}.member")
            shift = with_seat(shift, place, _named(shift.seats[place], member))
    return shift


def named(command: NameSeat, *, shift: Shift, table: Table, now: datetime) -> Shift:
    """Raises ``InvalidInput``, ``WrongState``, ``ShiftBegun`` and ``NotFree``."""
    _check_coming(shift, now)
    places = [place for place, seat in enumerate(shift.seats) if seat.role is command.role]
    if command.place >= len(places):
        raise InvalidInput(f"该班次没有这个{command.role.label}岗位，请核对岗位和序号", field="place")
    place = places[command.place]
    seat = shift.seats[place]
    if seat.member == command.member:
        return shift
    if seat.member is not None:
        require(command.reason, "reason", f"{seat.name} 已在该岗位，改由他人担任请填写理由")
    return with_seat(shift, place, _named(seat, _free(table, command.member, shift, field="member")))


def cancelled(command: CancelShift, *, shift: Shift, now: datetime) -> Shift:
    """Everybody reads the reason, so no numbers of people stand in it. Raises ``InvalidInput``, ``WrongState`` and
    ``ShiftBegun``."""
    require(command.reason, "reason", "请填写取消理由，已经公示或预约的，群众会看到这条理由")
    _check_coming(shift, now)
    return msgspec.structs.replace(shift, cancelled=mask_text(command.reason.strip()))


def _check_coming(shift: Shift, now: datetime) -> None:
    if shift.cancelled is not None:
        raise WrongState(f"{shift.day} 的“{shift.name}”已经取消：{shift.cancelled}")
    if shift.begins <= now:
        raise ShiftBegun(f"{shift.day} {shift.start:%H:%M} 的班次已经开始或已经过去，只能安排以后的班次", field="day")


def _free(table: Table, member_id: str, shift: Shift, *, field: str) -> Member:
    member = table.members.get(member_id)
    if member is None:
        raise InvalidInput("本单位没有这名值班人员，请在值班人员名册中核对", field=field)
    if member.id in shift.members:
        raise NotFree(f"{member.name}已在该班次中", field=field)
    why = why_not(table, member, shift)
    if why is not None:
        raise NotFree(f"{why}，请另选", field=field)
    return member


def _empty(seat: SeatInput) -> SeatTaken:
    return SeatTaken(role=seat.role, member=None, name=None, post=None, origin=SeatOrigin.NAMED)


def _named(seat: SeatTaken, member: Member) -> SeatTaken:
    taken = taken_by(seat, member, origin=SeatOrigin.NAMED)
    # Nobody's turn was taken where the post was empty.
    return taken if seat.member is not None else msgspec.structs.replace(taken, instead_of=None)
