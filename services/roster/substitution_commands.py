"""The roster's commands about substitutions, as a part of the service class. The rules stand in ``substituting``."""

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id, new_id
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.contracts.substitutions import (
    DecideSubstitution,
    RequestSubstitution,
    Substitution,
    SubstitutionState,
    TakeBackSubstitution,
)
from services.roster import substituting
from services.roster.acting import ANYBODY_SERVING, check_acts_for, check_decides, is_own
from services.roster.seating import Table
from services.roster.seating_store import lock_table, member_of, record_shifts, table_of
from services.roster.stored import of_shifts, of_tenant


class SubstitutionCommands:
    """Each answers the substitution as it now is; an approved one stands in the duty table at once."""

    @command(RequestSubstitution, roles=ANYBODY_SERVING)
    def request_substitution(self, tx: Transaction, body: RequestSubstitution) -> Substitution:
        member, by = member_of(tx, body.member), member_of(tx, body.by_member)
        on_behalf = check_acts_for(member, tx.actor)
        lock_table(tx, tx.actor.tenant)
        shifts = [each for each in (body.shift_id, body.in_return) if each is not None]
        table = _table(tx, shifts)
        substitution = substituting.requested(
            id=new_id(),
            command=body,
            table=table,
            standing=[row.state for row in of_shifts(tx, Substitution, shifts)],
            actor=tx.actor,
            on_behalf=on_behalf,
            now=tx.now,
        )
        tx.record(substitution, act=Act.SUBSTITUTION_REQUESTED, remark=f"{by.name}：{substitution.reason}")
        return substitution

    @command(DecideSubstitution, roles=(Role.HEAD,))
    def decide_substitution(self, tx: Transaction, body: DecideSubstitution) -> Substitution:
        row = _found(tx, body.substitution_id)
        members = [each.state for each in of_tenant(tx, Member, tx.actor.tenant)]
        check_decides(member_of(tx, row.state.member), tx.actor, members, today=tx.today)
        decided = substituting.decided(row.state, approve=body.approve, reason=body.reason, actor=tx.actor, now=tx.now)
        if decided.state is SubstitutionState.APPROVED:
            table = _table(tx, _shifts(decided))
            moved = substituting.carried_out(decided, table=table, now=tx.now)
            record_shifts(tx, moved, act=Act.SHIFT_MOVED, why=decided.kind.label)
        words = "；".join(each for each in (decided.state.label, decided.decision) if each)
        tx.record(decided, act=Act.SUBSTITUTION_DECIDED, base=row.version, remark=words)
        return decided

    @command(TakeBackSubstitution, roles=ANYBODY_SERVING)
    def take_back_substitution(self, tx: Transaction, body: TakeBackSubstitution) -> Substitution:
        row = _found(tx, body.substitution_id)
        if not is_own(member_of(tx, row.state.by_member), tx.actor):
            check_acts_for(member_of(tx, row.state.member), tx.actor)
        after = substituting.taken_back(row.state, reason=body.reason)
        if row.state.state is SubstitutionState.APPROVED:
            table = _table(tx, _shifts(after))
            moved = substituting.undone(after, table=table, now=tx.now)
            record_shifts(tx, moved, act=Act.SHIFT_MOVED, why=f"撤回{after.kind.label}")
        tx.record(after, act=Act.SUBSTITUTION_TAKEN_BACK, base=row.version, remark=body.reason.strip())
        return after


def _found(tx: Transaction, substitution_id: str) -> Versioned[Substitution]:
    """One of the actor's own tenant, with its duty table locked before it. Raises ``NotFound``."""
    lock_table(tx, tx.actor.tenant)
    row = tx.find(Substitution, substitution_id) if is_id(substitution_id) else None
    if row is None or row.state.tenant != tx.actor.tenant:
        raise NotFound()
    return row


def _shifts(substitution: Substitution) -> list[str]:
    return [each for each in (substitution.shift, substitution.in_return) if each is not None]


def _table(tx: Transaction, shifts: list[str]) -> Table:
    """With these shifts of the actor's own tenant. Raises ``NotFound``."""
    found = [row.state for row in tx.several(Shift, shifts).values() if row.state.tenant == tx.actor.tenant]
    if len(found) != len(set(shifts)):
        raise NotFound("本单位没有这个班次，请在值班表中核对")
    return table_of(tx, tx.actor.tenant, first=min(each.day for each in found), last=max(each.day for each in found))
