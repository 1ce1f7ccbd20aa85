"""What the gateway tells itself: facts in its own outbox, committed with what they tell of; the relay carries them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import history, outbox
from services.common.facts import cloud_event_headers, encode_fact
from services.common.history import row_of
from services.contracts.fact import Fact
from services.contracts.topology import FACTS

NOTIFY = sa.text("SELECT pg_notify('xq_outbox', 'gateway')")


async def tell(connection: AsyncConnection, facts: Sequence[Fact[Any]]) -> None:
    """Puts the facts into the outbox and the history, in the caller's transaction."""
    if facts:
        await connection.execute(sa.insert(history), [row_of(fact) for fact in facts])
        await connection.execute(sa.insert(outbox), [_row(fact) for fact in facts])
        await connection.execute(NOTIFY)


def _row(fact: Fact[Any]) -> dict[str, object]:
    return {
        "county_id": fact.county,
        "exchange": FACTS,
        "routing_key": f"{fact.county}.{fact.type}",
        "headers": cloud_event_headers(fact),
        "body": encode_fact(fact),
    }
