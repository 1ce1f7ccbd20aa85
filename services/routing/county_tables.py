"""The county's directory and its routing rules, read anew only where they changed: every hand-over needs them.

They are everybody's to see, so what one actor read serves the others. Not for the commands that change them: what a
transaction has not committed must not be remembered.
"""

from typing import TypeVar

import msgspec
import sqlalchemy as sa

from services.common.database import Transaction, any_of
from services.common.tables import floor_tables
from services.contracts.base import State
from services.contracts.directory import Organisation
from services.contracts.proposals import RoutingRules

S = TypeVar("S", bound=State)

_aggregate = floor_tables("routing").aggregate.c
_read: dict[tuple[str, str, str], tuple[int, State]] = {}
"""By county, type and id the version that was read, and what it said."""


def directory(tx: Transaction) -> dict[str, Organisation]:
    """Every organisation of the county by its code, those that are closed as well."""
    return _all(tx, Organisation)


def routing_rules(tx: Transaction) -> RoutingRules | None:
    return _all(tx, RoutingRules).get("rules")


def _all(tx: Transaction, kind: type[S]) -> dict[str, S]:
    county = tx.actor.county
    mine = (_aggregate.county_id == county, _aggregate.type == kind.fact_type)
    rows = tx.connection.execute(sa.select(_aggregate.id, _aggregate.version).where(*mine).order_by(_aggregate.id))
    versions = {row.id: row.version for row in rows}
    stale = [one for one, version in versions.items() if _read.get((county, kind.fact_type, one), (0,))[0] != version]
    if stale:
        query = sa.select(_aggregate.id, _aggregate.version, _aggregate.state)
        for row in tx.connection.execute(query.where(*mine, _aggregate.id == any_of(stale))):
            _read[county, kind.fact_type, row.id] = row.version, msgspec.convert(row.state, kind)
    found = {one: _read[county, kind.fact_type, one][1] for one in versions}
    return {one: state for one, state in found.items() if isinstance(state, kind)}
