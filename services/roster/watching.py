"""For whom the watcher works, and whether anything has changed by which a table is planned."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Database, Transaction

metadata = sa.MetaData(schema="roster")

county = sa.Table("county", metadata, sa.Column("code", sa.Text, primary_key=True))
"""The counties that have a directory: read before there is an actor."""

INPUTS = """
SELECT of_tenant AS tenant, sum(version) AS changes,
       (SELECT coalesce(sum(version), 0) FROM roster.kept_fact
        WHERE county_id = :county AND type IN ('deadlines.regime.v1', 'deadlines.calendar.v1')) AS calendar
FROM roster.aggregate
WHERE county_id = :county AND type IN ('roster.member.v1', 'roster.rules.v1', 'roster.absence.v1')
GROUP BY 1 ORDER BY 1
"""
"""Versions only grow and nothing is deleted, so their sum tells every change."""


class Mark(NamedTuple):
    """What a tenant's table was planned from. Another day is another horizon."""

    today: date
    changes: int
    calendar: int


def enter_county(tx: Transaction) -> None:
    """Has the watcher work for the transaction's county from now on."""
    tx.connection.execute(insert(county).values(code=tx.actor.county).on_conflict_do_nothing())


def watched_counties(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.execute(sa.select(county.c.code).order_by(county.c.code)).scalars())


def marks(tx: Transaction) -> dict[str, Mark]:
    """By tenant of the county, for those that have a roster; the transaction must see the whole county."""
    rows = tx.connection.execute(sa.text(INPUTS), {"county": tx.actor.county})
    return {row.tenant: Mark(tx.today, int(row.changes), int(row.calendar)) for row in rows}
