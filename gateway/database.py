"""The gateway's connections: each scoped to one actor for one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.common.errors import Unavailable
from services.common.scope import SET_SCOPE, scope_parameters
from services.contracts.actor import Actor

POOL_SIZE = 20
RETRY_SECONDS = 3
AWAY = (OperationalError, InterfaceError, PendingRollbackError, TimeoutError, ConnectionError)
"""How it is told that the database is not there, or has no connection left."""


class DatabaseAway(Unavailable):
    code = "DATABASE_AWAY"
    default = "数据暂时无法读取，请稍后重试；填写的内容请保留"

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_SECONDS)


def connect(url: str) -> AsyncEngine:
    # hide_parameters: an error's text must not carry what people wrote.
    return create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        # Behind policies every query looks dear to the planner, so that it would compile each for longer than it runs.
        connect_args={"options": "-c jit=off"},
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
