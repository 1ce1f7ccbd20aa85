"""What the commands of deadlines share: how they find what they are about, and when they look beyond their actor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id
from services.common.scope import SET_SCOPE, scope_parameters
from services.contracts.actor import system_actor
from services.contracts.base import State

S = TypeVar("S", bound=State)


def locked(tx: Transaction, state: type[S], aggregate_id: str) -> Versioned[S]:
    """An aggregate that the actor sees, with its case locked for this transaction.

    The case is locked before the row, as everything else in this service does it, so that no two wait for each
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


@contextmanager
def whole_county(tx: Transaction) -> Iterator[None]:
    """Inside, the transaction reads and writes as the service itself does; what is recorded still names the actor.

    For what rests on the whole case, of which the actor's tenant sees only its part: the clocks counted anew, and
    the facts that say who holds the case. What is read here must not reach the actor's answer unchecked.
    """
    tx.connection.execute(sa.text(SET_SCOPE), scope_parameters(system_actor(tx.actor.county, "deadlines")))
    yield
    # Not after an exception: it ends the transaction, and after a database error no statement would be taken.
    tx.connection.execute(sa.text(SET_SCOPE), scope_parameters(tx.actor))
