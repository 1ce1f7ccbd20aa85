"""Replay: a service tells its newest states and its history again, to the platform alone."""

from typing import Any

import sqlalchemy as sa

from services.common.bus.commands import command
from services.common.database import Database, Transaction
from services.contracts.actor import Role
from services.contracts.replay import ReplayHistory, ReplayStates

ASKED_BY = frozenset({Role.SYSTEM})


class Replays:
    """What every service class derives from: nameko wants entry points on the class itself."""

    database: Database

    @command(ReplayStates, roles=ASKED_BY, keep=False)
    def replay_states(self, tx: Transaction, body: ReplayStates) -> Any:
        table = self.database.tables.aggregate
        # As text: nobody here reads it.
        query = (
            sa.select(table.c.id, table.c.version, table.c.petition_id, sa.cast(table.c.state, sa.Text))
            .where(table.c.county_id == tx.actor.county, table.c.type == body.type, table.c.id > body.after)
            .order_by(table.c.id)
            .limit(body.limit)
        )
        return [list(row) for row in tx.connection.execute(query)]

    @command(ReplayHistory, roles=ASKED_BY, keep=False)
    def replay_history(self, tx: Transaction, body: ReplayHistory) -> Any:
        history = self.database.tables.history.c
        query = (
            sa.select(
                *(history.fact_id, history.petition_id, history.at, history.act, history.type, history.subject),
                *(history.tenant, history.actor_name, history.remark),
            )
            .where(history.county_id == tx.actor.county, history.fact_id > body.after, history.on_timeline)
            .order_by(history.fact_id)
            .limit(body.limit)
        )
        return [list(row) for row in tx.connection.execute(query)]
