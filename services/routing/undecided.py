"""Which petitions wait for a decision about who answers them, page by page."""

import sqlalchemy as sa

from services.common.tables import floor_tables
from services.contracts.proposals import Proposal

_aggregate = floor_tables("routing").aggregate


def undecided(connection: sa.Connection, *, county: str, after: str | None, limit: int) -> list[str]:
    """Ids of the petitions whose proposal nobody has decided, by id, those behind ``after``.

    By the index ``aggregate_undecided``: a county has ten thousands of decided ones.
    """
    table = _aggregate.c
    query = (
        sa.select(table.id)
        .where(
            table.county_id == county,
            table.type == sa.literal_column(f"'{Proposal.fact_type}'"),
            table.state["decision"].astext.is_(None),
            table.id > (after or ""),
        )
        .order_by(table.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())
