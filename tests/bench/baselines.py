"""What a request cannot be faster than: the list's own SQL, and a call to a service that does nothing."""

import asyncio
import re
import time
from contextlib import AsyncExitStack

import psycopg

from gateway.rpc import Rpc
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.settings import Settings
from services.contracts.actor import Actor
from services.contracts.directory import Organisation
from services.contracts.topology import SERVICES, VIEW_QUEUE, consumer_queues
from tests.bench.load import Job, Measured, dealt, measure
from tests.harness.broker import waiting

PING_SECONDS = 10.0
SETTLE_SECONDS = 120.0
POLL_SECONDS = 0.5

SCOPE = re.sub(r":(\w+)", r"%(\1)s", SET_SCOPE)
PAGE = """SELECT id, state, version, status, next_due_on FROM gateway_view.petition WHERE county_id = %s
  ORDER BY registered_at DESC, id DESC LIMIT 21"""
PARTS = (
    "SELECT petition_id, type, state FROM gateway_view.case_part"
    " WHERE county_id = %s AND petition_id = ANY(%s) ORDER BY id"
)
DIRECTORY = "SELECT state FROM gateway_view.shared_table WHERE county_id = %s AND type = %s ORDER BY id"


async def raw_list(settings: Settings, actor: Actor, *, clients: int, requests: int) -> Measured:
    """The statements that the list of 20 sends, each client on a connection of its own."""
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(
                await psycopg.AsyncConnection.connect(settings.gateway_database_url, autocommit=True)
            )
            for _ in range(clients)
        ]

        def job(connection: psycopg.AsyncConnection) -> Job:
            async def once() -> bool:
                async with connection.transaction():
                    await connection.execute(SCOPE, scope_parameters(actor))
                    rows = await (await connection.execute(PAGE, (actor.county,))).fetchall()
                    parts = await connection.execute(PARTS, (actor.county, [row[0] for row in rows[:20]]))
                    await parts.fetchall()
                    directory = await connection.execute(DIRECTORY, (actor.county, Organisation.fact_type))
                    return len(rows) == 21 and bool(await directory.fetchall())

            return once

        jobs = [[job(connection)] * (requests // clients) for connection in connections]
        return await measure("the list's SQL alone", jobs)


async def bare_ping(rpc: Rpc, *, clients: int, requests: int) -> Measured:
    """A call to intake that only asks the database for a 1: broker, nameko and pool, without a command."""

    async def once() -> bool:
        return await rpc.ping("intake", timeout=PING_SECONDS)

    return await measure("bare RPC (ping)", dealt([once] * requests, clients))


async def settled(settings: Settings) -> None:
    """Waits until every fact has been sent and handled, so that the next figures are of nothing else.

    Raises ``TimeoutError``.
    """
    limit = time.monotonic() + SETTLE_SECONDS
    quiet = 0
    while quiet < 2:
        if time.monotonic() > limit:
            raise TimeoutError(f"facts still on their way after {SETTLE_SECONDS:.0f} s")
        quiet = 0 if await asyncio.to_thread(_on_their_way, settings) else quiet + 1
        await asyncio.sleep(POLL_SECONDS)


def _on_their_way(settings: Settings) -> bool:
    with psycopg.connect(settings.relay_database_url) as connection:
        for service in SERVICES:
            if connection.execute(f"SELECT 1 FROM {service}.outbox LIMIT 1").fetchone():
                return True
    return any(waiting(settings.amqp_url, queue) for queue in (*consumer_queues(), VIEW_QUEUE))
