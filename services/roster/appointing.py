"""Appointments from the booking to the day: booked, checked, moved, cancelled. Pure; slots stand in ``booking``."""

from collections.abc import Sequence
from datetime import date, datetime, time

import msgspec

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState, require
from services.common.receiving import OPEN
from services.contracts.actor import Actor, Role
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    BookAppointment,
    BookingWay,
    DecideAppointment,
    LeftQueue,
)
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import Shift

STILL_TO_COME = OPEN | {AppointmentState.WAITING, AppointmentState.ABSENT}
"""States in which an appointment may be moved or cancelled: he was not received."""


class AlreadyBooked(Refusal):
    code = "ALREADY_BOOKED"
    default = "该来访人当日已有预约，同一人一天只能预约一次；需要改时间的请改约，不去的请先取消原预约"


class NotAnnounced(Refusal):
    code = "RECEPTION_NOT_ANNOUNCED"
    default = "该次接访尚未公示，不能网上预约；请在公示的接访安排中选择，或致电接访单位"


def check_shift(shift: Shift, *, now: datetime) -> None:
    """Raises ``InvalidInput`` for what is no reception, and ``WrongState`` for one that is over or cancelled."""
    if shift.kind is not ServiceKind.RECEPTION:
        raise InvalidInput("这不是接访班次，不能预约，请选择接访日", field="shift_id")
    if shift.cancelled is not None:
        raise WrongState(f"该次接访已取消（{shift.cancelled}），请选择其他接访日")
    if shift.ends <= now:
        raise WrongState("该次接访已经结束，请选择以后的接访日")


def check_way(*, command: BookAppointment, shift: Shift, actor: Actor, today: date, announced: bool) -> None:
    """Raises ``Forbidden``, ``InvalidInput`` and ``NotAnnounced``. ``announced``: the public was told of it."""
    if Role.PUBLIC in actor.roles:
        if command.way is not BookingWay.ONLINE:
            raise Forbidden("网上只能办理网上预约；电话、窗口预约请联系接访单位")
        if command.petition_id is not None:
            raise InvalidInput("网上预约不填写信访件，请在事由中写明编号", field="petition_id")
        if not announced:
            raise NotAnnounced(field="shift_id")
        if not (command.phone or "").strip():
            raise InvalidInput("请填写联系电话，接访单位据此通知审核结果", field="phone")
    elif command.way is BookingWay.ONLINE:
        raise InvalidInput("网上预约由来访人自行办理；代为登记的请选择窗口预约或电话预约", field="way")
    if command.way is BookingWay.WALK_IN and shift.day != today:
        raise InvalidInput("现场取号只能在接访当日办理，其他日期请预约", field="way")
    if command.way is BookingWay.WALK_IN and command.slot is not None:
        raise InvalidInput("现场取号按到场先后排在预约群众之后，不选时段", field="slot")
    if command.way is BookingWay.DEFERRED and shift.day <= today:
        raise InvalidInput("领导外出另约时间的，请选择今天以后的接访日", field="shift_id")
    require(command.name, "name", "请填写来访人姓名")
    require(command.matter, "matter", "请填写来访事由")


def decided(appointment: Appointment, command: DecideAppointment) -> Appointment:
    if appointment.state is not AppointmentState.REQUESTED:
        raise WrongState(f"该预约{appointment.state.label}，无须审核")
    if command.accept:
        reason = command.reason.strip() or None
        return msgspec.structs.replace(appointment, state=AppointmentState.ACCEPTED, reason=reason)
    require(command.reason, "reason", "不同意预约的，请写明原因和来访人可以怎样办理（如改日预约、到哪个单位反映）")
    return msgspec.structs.replace(appointment, state=AppointmentState.DECLINED, reason=command.reason.strip())


def cancelled(appointment: Appointment, reason: str) -> Appointment:
    if appointment.state not in STILL_TO_COME:
        raise WrongState(f"该预约{appointment.state.label}，不能取消；请刷新后查看最新状态")
    return msgspec.structs.replace(appointment, state=AppointmentState.CANCELLED, reason=reason)


def check_movable(appointment: Appointment) -> None:
    if appointment.state not in STILL_TO_COME:
        raise WrongState(f"该预约{appointment.state.label}，不能改约；请重新预约")


def moved(appointment: Appointment, *, to: Shift, slot: time, slots: int) -> Appointment:
    """On another slot; who was here already, or did not come, is expected anew. Who waits for the check goes on to."""
    waits = appointment.state is AppointmentState.REQUESTED
    stays = to.id == appointment.shift
    left = appointment.left
    if appointment.number is not None and not stays:
        left = [*left, LeftQueue(shift=appointment.shift, number=appointment.number)]
    return msgspec.structs.replace(
        appointment,
        shift=to.id,
        day=to.day,
        slot=slot,
        slots=slots,
        state=AppointmentState.REQUESTED if waits else AppointmentState.ACCEPTED,
        # On the same day it stays his: the next one is nobody's twice.
        number=appointment.number if stays else _number_had(left, to.id),
        left=left,
        came_at=None,
        called_at=None,
        # Of the other reception's receivers.
        recused=appointment.recused if stays else [],
    )


def _number_had(left: Sequence[LeftQueue], shift: str) -> int | None:
    """Who is moved back has the number again that he had there."""
    return next((each.number for each in left if each.shift == shift), None)


def move_remark(before: Appointment, after: Appointment, reason: str) -> str:
    was = "当日取号" if before.slot is None else f"{before.slot:%H:%M}"
    now = "当日取号" if after.slot is None else f"{after.slot:%H:%M}"
    return f"由 {before.day} {was} 改约到 {after.day} {now}。原因：{reason}"
