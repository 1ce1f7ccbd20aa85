"""How commands find what they are about, and lock it."""

from typing import TypeVar

from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.base import State

S = TypeVar("S", bound=State)


def locked(tx: Transaction, state: type[S], aggregate_id: str) -> Versioned[S]:
    """An aggregate that the actor sees, with its case locked for this transaction.

    The case is locked before the row, as every handler of a service does it, so that no two wait for each
    other in a circle. Raises ``NotFound``, alike for what is unknown and for what the actor may not see.
    """
    row = tx.read(state, aggregate_id) if is_id(aggregate_id) else None
    if row is None:
        raise NotFound()
    if row.state.case_id is not None:
        tx.lock(row.state.case_id)
    row = tx.find(state, aggregate_id)
    if row is None:
        raise NotFound()
    return row
