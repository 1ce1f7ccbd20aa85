"""What is known of a tenant's seats, read at once; and shifts written back with what moved."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.common.database import Entry, Transaction
from services.common.errors import NotFound
from services.contracts.acts import Act
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_settings import RosterRules
from services.contracts.shifts import Shift
from services.roster.acting import is_own
from services.roster.seating import Table
from services.roster.standing_in import moved_words
from services.roster.stored import of_tenant, shifts_between

LOOKED_BACK = timedelta(days=92)
"""Over how long before a shift turns are compared, to find whose turn it is: a quarter."""


def lock_table(tx: Transaction, tenant: str) -> None:
    """Nobody else changes the tenant's duty table until this transaction ends."""
    tx.lock(f"roster {tenant}")


def table_of(tx: Transaction, tenant: str, *, first: date, last: date) -> Table:
    """``first``, ``last``: the days whose shifts may change; the neighbouring ones are there for who is busy."""
    rules = tx.read(RosterRules, tenant)
    shifts = shifts_between(tx, first=first - LOOKED_BACK, last=last + timedelta(days=1), tenant=tenant)
    return Table(
        members={row.state.id: row.state for row in of_tenant(tx, Member, tenant)},
        absences=[row.state for row in of_tenant(tx, Absence, tenant)],
        rules=rules.state.rules if rules else [],
        shifts={row.state.id: row.state for row in shifts},
    )


def record_shifts(tx: Transaction, changed: Mapping[str, Shift], *, act: Act, why: str) -> None:
    """Writes the shifts as they now are. The caller holds the tenant's table."""
    known = tx.several(Shift, list(changed))
    tx.record_many(
        [
            Entry(shift, act, known[id].version, f"{words}（{why}）")
            for id, shift in sorted(changed.items())
            if (words := moved_words(known[id].state, shift))
        ]
    )


def member_of(tx: Transaction, member_id: str) -> Member:
    """A member of the actor's own tenant. Raises ``NotFound``."""
    row = tx.read(Member, member_id)
    if row is None or row.state.tenant != tx.actor.tenant:
        raise NotFound("本单位没有这名值班人员，请在值班人员名册中核对")
    return row.state


def member_or_self(tx: Transaction, member_id: str | None) -> Member:
    """``member_of``; without an id the actor himself. Raises ``NotFound`` for who is in no list."""
    if member_id is not None:
        return member_of(tx, member_id)
    own = next((row.state for row in of_tenant(tx, Member, tx.actor.tenant) if is_own(row.state, tx.actor)), None)
    if own is None:
        raise NotFound("您不在本单位值班人员名册中，请经办人代为办理，或先将您加入名册")
    return own
