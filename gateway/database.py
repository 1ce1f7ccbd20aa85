"""The gateway's connections: each scoped to one actor for one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.common.scope import SET_SCOPE, scope_parameters
from services.contracts.actor import Actor

POOL_SIZE = 20


def connect(url: str) -> AsyncEngine:
    # hide_parameters: an error's text must not carry what people wrote.
    return create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        # Most of what is read is JSON: json.loads takes three times as long for the same.
        json_deserializer=msgspec.json.decode,
        # Whether an insert found its row taken is told by the row count, which is dropped otherwise.
        execution_options={"preserve_rowcount": True},
    )


@asynccontextmanager
async def scoped(engine: AsyncEngine, actor: Actor) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees what the actor sees."""
    async with engine.begin() as connection:
        await connection.execute(sa.text(SET_SCOPE), scope_parameters(actor))
        yield connection
