"""A visit on the day: he comes and gets a number, is called, is received or was not there; and each of it taken back.
Pure."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from services.common.errors import InvalidInput, WrongState, require
from services.common.receiving import queue
from services.contracts.actor import ActorRef
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    FinishAppointment,
    Outcome,
    VisitOutcome,
)
from services.contracts.shifts import Shift

MAY_COME = frozenset({AppointmentState.ACCEPTED, AppointmentState.ABSENT})
NEEDS_TEXT = {
    VisitOutcome.ANSWERED: "请写明答复了什么",
    VisitOutcome.PROMISED: "请写明承诺办理什么",
    VisitOutcome.DIRECTED: "请写明指引到哪个部门、为什么",
}


def numbers_of(shift: str, appointments: Iterable[Appointment]) -> list[int]:
    """Numbers of the reception's queue: of those who are there, and of those who were moved from it to another."""
    found: list[int] = []
    for each in appointments:
        if each.shift == shift and each.number is not None:
            found.append(each.number)
        found += [left.number for left in each.left if left.shift == shift]
    return found


def next_number(given: Iterable[int]) -> int:
    """Of the queue of a reception, from 1 without gaps; ``given``: all that were given."""
    return max(given, default=0) + 1


def check_held(shift: Shift) -> None:
    """Raises ``WrongState`` for a reception that is cancelled: nobody waits there."""
    if shift.cancelled is not None:
        raise WrongState(f"该次接访已取消（{shift.cancelled}），不能取号；请为来访人改约")


def arrived(appointment: Appointment, *, number: int, now: datetime, today: date) -> Appointment:
    """He is here. Who comes back after he was missed keeps his number."""
    if appointment.state is AppointmentState.REQUESTED:
        raise WrongState("该预约尚未审核，请先审核再取号")
    if appointment.state not in MAY_COME:
        raise WrongState(f"该预约{appointment.state.label}，不能取号；请刷新后查看最新状态")
    if appointment.day != today:
        raise InvalidInput(f"该预约在 {appointment.day}，请当日到场取号；要改到今天的请先改约", field="appointment_id")
    return msgspec.structs.replace(
        appointment,
        state=AppointmentState.WAITING,
        number=number if appointment.number is None else appointment.number,
        came_at=now,
        called_at=None,
    )


def next_called(appointments: Iterable[Appointment], *, now: datetime) -> Appointment | None:
    """Whoever is next, as called; None where nobody waits."""
    waiting = queue(appointments)
    return msgspec.structs.replace(waiting[0], state=AppointmentState.CALLED, called_at=now) if waiting else None


def finished(appointment: Appointment, command: FinishAppointment, *, by: ActorRef, now: datetime) -> Appointment:
    """Received, with what came of it. Raises ``WrongState`` and ``InvalidInput``."""
    if appointment.state is not AppointmentState.CALLED:
        raise WrongState(f"该来访人{appointment.state.label}，请先叫号再登记接访结果")
    if command.kind in NEEDS_TEXT:
        require(command.text, "text", NEEDS_TEXT[command.kind])
    if command.kind is VisitOutcome.PROMISED and command.promised_on is None:
        raise InvalidInput("承诺期限办理的，请填写承诺办结的日期", field="promised_on")
    if command.promised_on is not None:
        if command.kind is not VisitOutcome.PROMISED:
            raise InvalidInput("只有承诺期限办理的才填写承诺日期", field="promised_on")
        if command.promised_on < appointment.day:
            raise InvalidInput(f"承诺日期 {command.promised_on} 早于接访当日，请核对", field="promised_on")
    petition_id = command.petition_id or appointment.petition_id
    if command.kind is VisitOutcome.REGISTERED and petition_id is None:
        raise InvalidInput("登记为信访件的，请填写信访件；尚未登记的请用“转登记”", field="petition_id")
    outcome = Outcome(
        kind=command.kind,
        text=command.text.strip(),
        promised_on=command.promised_on,
        petition_id=petition_id,
        by=by,
    )
    return msgspec.structs.replace(
        appointment, state=AppointmentState.DONE, done_at=now, outcome=outcome, petition_id=petition_id
    )


def missed(appointment: Appointment) -> Appointment:
    """He was not there when he was called; or it is his time, and he has not come."""
    if appointment.state not in (AppointmentState.CALLED, AppointmentState.ACCEPTED, AppointmentState.WAITING):
        raise WrongState(f"该预约{appointment.state.label}，不能登记为未到场；请刷新后查看最新状态")
    return msgspec.structs.replace(appointment, state=AppointmentState.ABSENT)


def step_back(appointment: Appointment) -> Appointment:
    """Before the last step. His number stays his, so that the next one is nobody's twice."""
    state = appointment.state
    if state is AppointmentState.DONE:
        if appointment.outcome is not None and appointment.outcome.kind is VisitOutcome.REGISTERED:
            raise WrongState("该来访已登记为信访件，不能撤销；登记有误的请更正信访件")
        return msgspec.structs.replace(appointment, state=AppointmentState.CALLED, done_at=None, outcome=None)
    if state is AppointmentState.CALLED:
        return msgspec.structs.replace(appointment, state=AppointmentState.WAITING, called_at=None)
    if state is AppointmentState.WAITING and appointment.slot is not None:
        return msgspec.structs.replace(appointment, state=AppointmentState.ACCEPTED, came_at=None)
    if state is AppointmentState.ABSENT:
        if appointment.called_at is not None:
            return msgspec.structs.replace(appointment, state=AppointmentState.CALLED)
        back = AppointmentState.ACCEPTED if appointment.came_at is None else AppointmentState.WAITING
        return msgspec.structs.replace(appointment, state=back)
    raise WrongState(f"该预约{state.label}，没有可以撤销的接访环节；现场取号有误的请取消预约")
