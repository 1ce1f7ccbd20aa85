"""Commands about the logs of shifts and the handing over. The rules stand in ``logging_duty``."""

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.redacting import redacted
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.handovers import (
    AcknowledgeHandover,
    DutyLog,
    HandOver,
    LogState,
    SettleLogEntry,
    WriteLog,
)
from services.contracts.intake import Petition
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.roster import logging_duty
from services.roster.stored import of_shifts, shifts_between

ANYBODY = (Role.CLERK, Role.HEAD, Role.HANDLER, Role.LEADER, Role.SUPERVISOR)
"""Who sits in a shift writes its log, whatever his role."""


class LogCommands:
    """Each answers the log as it now is."""

    @command(WriteLog, roles=ANYBODY)
    def write_log(self, tx: Transaction, body: WriteLog) -> DutyLog:
        shift, row = _kept_by_actor(tx, body.shift_id)
        petition = None
        if body.petition_id is not None:
            kept = tx.kept(Petition, body.petition_id)
            if kept is None:
                raise NotFound("未找到该信访件，或您无权查看；刚登记的请稍候再试")
            petition = kept.state
        log = logging_duty.written(
            log=row.state if row else None,
            shift=shift,
            kind=body.kind,
            text=redacted(body.text, ()),
            corrects=body.corrects,
            petition=petition,
            actor=tx.actor,
            now=tx.now,
        )
        tx.record(log, act=Act.LOG_WRITTEN, base=row.version if row else 0)
        return log

    @command(SettleLogEntry, roles=ANYBODY)
    def settle_log_entry(self, tx: Transaction, body: SettleLogEntry) -> DutyLog:
        _, row = _kept_by_actor(tx, body.shift_id)
        if row is None:
            raise NotFound("该班次还没有值班日志，请核对班次")
        log = logging_duty.settled(log=row.state, place=body.place, done=body.done)
        if log != row.state:
            tx.record(log, act=Act.LOG_WRITTEN, base=row.version)
        return log

    @command(HandOver, roles=ANYBODY)
    def hand_over(self, tx: Transaction, body: HandOver) -> DutyLog:
        shift, row = _kept_by_actor(tx, body.shift_id)
        until = shift.day + logging_duty.LOOK_AHEAD
        shifts = [each.state for each in shifts_between(tx, first=shift.day, last=until, tenant=shift.tenant)]
        logs = {each.state.shift: each for each in of_shifts(tx, DutyLog, [each.id for each in shifts])}
        closed = {id for id, each in logs.items() if each.state.state is not LogState.OPEN}
        next_shift = logging_duty.following(shift=shift, shifts=shifts, closed=closed)
        next_row = logs.get(next_shift.id) if next_shift else None
        log, next_log = logging_duty.handed_over(
            log=row.state if row else logging_duty.empty(shift),
            shift=shift,
            next_shift=next_shift,
            next_log=next_row.state if next_row else None,
            actor=tx.actor,
            now=tx.now,
        )
        tx.record(log, act=Act.SHIFT_HANDED_OVER, base=row.version if row else 0)
        if next_log is not None:
            tx.record(next_log, act=Act.LOG_WRITTEN, base=next_row.version if next_row else 0)
        return log

    @command(AcknowledgeHandover, roles=ANYBODY)
    def acknowledge_handover(self, tx: Transaction, body: AcknowledgeHandover) -> DutyLog:
        _lock(tx)
        row = tx.find(DutyLog, body.shift_id)
        if row is None:
            raise NotFound("该班次还没有值班日志，请核对班次")
        taker = None if row.state.handed_to is None else tx.read(Shift, row.state.handed_to)
        log = logging_duty.acknowledged(
            log=row.state,
            next_shift=taker.state if taker else None,
            members=_members(tx, taker.state) if taker else {},
            actor=tx.actor,
            now=tx.now,
        )
        tx.record(log, act=Act.HANDOVER_ACKNOWLEDGED, base=row.version)
        return log


def _lock(tx: Transaction) -> None:
    """All logs of a tenant at once: handing over touches two of them."""
    tx.lock(f"duty logs {tx.actor.tenant}")


def _members(tx: Transaction, shift: Shift) -> dict[str, Member]:
    return {id: row.state for id, row in tx.several(Member, shift.members).items()}


def _kept_by_actor(tx: Transaction, shift_id: str) -> tuple[Shift, Versioned[DutyLog] | None]:
    """The shift whose log the actor keeps, and the log as far as there is one. Raises ``NotFound``, ``Forbidden``."""
    _lock(tx)
    row = tx.read(Shift, shift_id)
    if row is None:
        raise NotFound("没有这个班次，请刷新后核对")
    logging_duty.check_keeper(actor=tx.actor, shift=row.state, members=_members(tx, row.state))
    return row.state, tx.find(DutyLog, shift_id)
