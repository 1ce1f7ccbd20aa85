"""Whether what a command rests on is still what its sender has before him (``Envelope.expect``).

Looked at before the command, so that who acts on an old state is told so and not of what follows from the new one;
where it is refused, for it may have waited for the one who was faster; and at its end, when its own locks have made
everybody else wait: what it wrote must have stood on the expected version, and what it did not write is held still to
the commit. A command that was carried out before gets its answer without any of this.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from services.common.database import Transaction, any_of
from services.common.errors import NotFound, Refusal, VersionConflict
from services.common.tables import FloorTables
from services.contracts.actor import Expected
from services.contracts.topology import VERSIONED

TYPES = [state.fact_type for state in VERSIONED]


@contextmanager
def guarded(tx: Transaction, tables: FloorTables, expected: Sequence[Expected]) -> Iterator[None]:
    """Inside, the command is carried out. Raises ``VersionConflict``; ``NotFound`` for what the actor does not see."""
    _check(tx, tables, expected)
    try:
        yield
    except Refusal:
        written = {fact.subject for fact in tx.facts}
        _check(tx, tables, [one for one in expected if one.id not in written])
        raise
    _check_done(tx, tables, expected)


def _check(tx: Transaction, tables: FloorTables, expected: Sequence[Expected]) -> None:
    """Of its own states the service knows best. Of others the newest that it or the sender's view has heard decides."""
    if not expected:
        return
    own = _versions(tx, tables.aggregate, expected)
    heard = _versions(tx, tables.kept_fact, expected)
    for one in expected:
        if one.id in own:
            _compare(one, own[one.id])
        elif one.shown is None:
            raise NotFound(field="expect")
        else:
            _compare(one, max(one.shown, heard.get(one.id, 0)))


def _check_done(tx: Transaction, tables: FloorTables, expected: Sequence[Expected]) -> None:
    """Of the service's own states, once the command is done and not yet committed."""
    if not expected:
        return
    stood_on: dict[str, int] = {}
    for fact in tx.facts:
        if fact.type in TYPES:
            stood_on.setdefault(fact.subject, fact.version - 1)
    for one in expected:
        if one.id in stood_on:
            _compare(one, stood_on[one.id])
    rest = [one for one in expected if one.id not in stood_on]
    still = _versions(tx, tables.aggregate, rest, hold=True) if rest else {}
    for one in rest:
        if one.id in still:
            _compare(one, still[one.id])


def _compare(expected: Expected, version: int) -> None:
    if version != expected.version:
        raise VersionConflict(subject=expected.id, version=version)


def _versions(tx: Transaction, table: sa.Table, expected: Sequence[Expected], *, hold: bool = False) -> dict[str, int]:
    """By id, of those that the actor sees; ``hold``: nobody changes them before the commit."""
    query = (
        sa.select(table.c.id, table.c.version)
        .where(
            table.c.county_id == tx.actor.county,
            table.c.type == any_of(TYPES),
            table.c.id == any_of({one.id for one in expected}),
        )
        .order_by(table.c.id)
    )
    rows = tx.connection.execute(query.with_for_update(read=True) if hold else query)
    return {row.id: row.version for row in rows}
