"""The roster's commands about who is at his post, as a part of the service class. The rules stand in ``presence``."""

from collections.abc import Callable
from datetime import timedelta

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.contracts.acts import Act
from services.contracts.presence import CheckIn, CheckOut, TakeBackCheck
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.roster import presence
from services.roster.acting import ANYBODY_SERVING, OFFICE, check_acts_for
from services.roster.limits import LIMITS
from services.roster.seating_store import lock_table, member_or_self

CHECK_IN_BEFORE = timedelta(minutes=LIMITS.check_in_before_minutes)
CHECK_OUT_AFTER = timedelta(minutes=LIMITS.check_out_after_minutes)


class PresenceCommands:
    """Each answers the shift as it now is."""

    @command(CheckIn, roles=ANYBODY_SERVING)
    def check_in(self, tx: Transaction, body: CheckIn) -> Shift:
        return _entered(
            tx,
            body.shift_id,
            body.member,
            Act.CHECKED_IN,
            lambda shift, member: presence.checked_in(shift, member, now=tx.now, before=CHECK_IN_BEFORE),
        )

    @command(CheckOut, roles=ANYBODY_SERVING)
    def check_out(self, tx: Transaction, body: CheckOut) -> Shift:
        return _entered(
            tx,
            body.shift_id,
            body.member,
            Act.CHECKED_OUT,
            lambda shift, member: presence.checked_out(shift, member, now=tx.now, after=CHECK_OUT_AFTER),
        )

    @command(TakeBackCheck, roles=tuple(sorted(OFFICE)))
    def take_back_check(self, tx: Transaction, body: TakeBackCheck) -> Shift:
        return _entered(
            tx,
            body.shift_id,
            body.member,
            Act.CHECK_TAKEN_BACK,
            lambda shift, member: presence.taken_back(shift, member, reason=body.reason),
            why=body.reason.strip(),
        )


def _entered(
    tx: Transaction,
    shift_id: str,
    member_id: str | None,
    act: Act,
    change: Callable[[Shift, Member], Shift],
    *,
    why: str | None = None,
) -> Shift:
    member = member_or_self(tx, member_id)
    check_acts_for(member, tx.actor)
    lock_table(tx, tx.actor.tenant)
    row = tx.find(Shift, shift_id)
    if row is None or row.state.tenant != tx.actor.tenant:
        raise NotFound("本单位没有这个班次，请在值班表中核对")
    shift = change(row.state, member)
    if shift != row.state:
        tx.record(shift, act=act, base=row.version, remark="：".join(each for each in (member.name, why) if each))
    return shift
