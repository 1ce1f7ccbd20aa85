"""The roster's commands about the plan and single shifts, as a part of the service class. The rules stand in
``planning`` and ``entering``."""

from datetime import date, timedelta
from typing import Any

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id, new_id
from services.common.receiving import HOLDS
from services.common.workdays import OutsideCalendar
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.receptions import Appointment
from services.contracts.roster_commands import CancelShift, EnterShift, NameSeat, PlanReport, PlanShifts
from services.contracts.shifts import Shift
from services.roster import entering
from services.roster.limits import LIMITS
from services.roster.plan_store import plan_tenant
from services.roster.seating_store import lock_table, table_of
from services.roster.stored import of_shifts

OFFICE = (Role.CLERK, Role.HEAD)


class PlanCommands:
    """A base of the service class. All are about the actor's own tenant."""

    @command(PlanShifts, roles=OFFICE)
    def plan_shifts(self, tx: Transaction, body: PlanShifts) -> PlanReport:
        if not tx.today <= body.until <= _furthest(tx):
            raise InvalidInput(f"请选择 {tx.today} 至 {_furthest(tx)} 之间的日期", field="until")
        try:
            return plan_tenant(tx, tenant=tx.actor.tenant, until=body.until, anew=body.anew, dry_run=body.dry_run)
        except OutsideCalendar as outside:
            raise InvalidInput(str(outside), field="until") from outside

    @command(EnterShift, roles=OFFICE)
    def enter_shift(self, tx: Transaction, body: EnterShift) -> Shift:
        lock_table(tx, tx.actor.tenant)
        table = table_of(tx, tx.actor.tenant, first=body.day, last=body.day)
        shift = entering.entered(body, id=new_id(), table=table, tenant=tx.actor.tenant, now=tx.now, last=_furthest(tx))
        tx.record(shift, act=Act.SHIFT_ENTERED)
        return shift

    @command(NameSeat, roles=OFFICE)
    def name_seat(self, tx: Transaction, body: NameSeat) -> Shift:
        row = _own(tx, body.shift_id)
        table = table_of(tx, tx.actor.tenant, first=row.state.day, last=row.state.day)
        after = entering.named(body, shift=row.state, table=table, now=tx.now)
        if after != row.state:
            tx.record(after, act=Act.SEAT_NAMED, base=row.version, remark=body.reason.strip() or None)
        return after

    @command(CancelShift, roles=OFFICE)
    def cancel_shift(self, tx: Transaction, body: CancelShift) -> Any:
        """Answers the shift's id and how many visitors had booked: they must be told."""
        row = _own(tx, body.shift_id)
        after = entering.cancelled(body, shift=row.state, now=tx.now)
        # Whoever books into it at this moment has booked before, or sees that it is cancelled.
        tx.lock(after.id)
        with tx.whole_county():
            # Visitors whom only named people may see are counted too: it is a number and nothing else.
            booked = sum(each.state.state in HOLDS for each in of_shifts(tx, Appointment, [row.state.id]))
        tx.record(after, act=Act.SHIFT_CANCELLED, base=row.version, remark=after.cancelled)
        return {"shift": after.id, "appointments": booked}


def _own(tx: Transaction, shift_id: str) -> Versioned[Shift]:
    """A shift of the actor's own tenant, with its duty table locked before it. Raises ``NotFound``."""
    lock_table(tx, tx.actor.tenant)
    row = tx.find(Shift, shift_id) if is_id(shift_id) else None
    if row is None or row.state.tenant != tx.actor.tenant:
        raise NotFound("本单位没有这个班次，请刷新后核对")
    return row


def _furthest(tx: Transaction) -> date:
    return tx.today + timedelta(days=LIMITS.furthest_days)
