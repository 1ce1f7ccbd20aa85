"""What is measured at the moment somebody asks: the broker, what waits in outboxes and queues, the view, the parts.

What cannot be found out is left out, and ``xinqiao_broker_connected`` and ``xinqiao_database_up`` say why.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

import aio_pika
import sqlalchemy as sa
from aio_pika.exceptions import AMQPError, ChannelClosed
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.identity.model import session
from gateway.model import county
from gateway.rpc import Rpc
from services.common import clock
from services.contracts.actor import system_actor
from services.contracts.topology import BUREAU, VIEW_QUEUE, consumer_queues, dead_queue

OUTBOX = "outbox."
"""Before the name of a schema: the relay's note of what waits in its outbox, among the heartbeats."""
BROKER_SECONDS = 5.0

Samples = Iterable[tuple[Mapping[str, str], float]]


async def sampled(*, engine: AsyncEngine, rpc: Rpc, amqp_url: str) -> list[Metric]:
    """As Prometheus' families; the database and the broker are asked at the same time."""
    database, broker = await asyncio.gather(_of_database(engine), _of_broker(amqp_url, connected=rpc.connected))
    return [
        _gauge("xinqiao_broker_connected", "Whether this gateway's line to the broker stands.", [({}, rpc.connected)]),
        _gauge(
            "xinqiao_service_shut",
            "1 while a service is given no commands, because it does not answer.",
            [({"service": service}, gate.shut) for service, gate in rpc.gates.items()],
        ),
        _gauge(
            "xinqiao_commands_in_flight",
            "Commands under way.",
            [({"service": service}, gate.under_way) for service, gate in rpc.gates.items()],
        ),
        *database,
        *broker,
    ]


async def _of_database(engine: AsyncEngine) -> list[Metric]:
    try:
        async with engine.begin() as connection:
            beats = (await connection.execute(sa.text("SELECT part, at, pending, oldest_at FROM xq.heartbeat"))).all()
            counties = list((await connection.execute(sa.select(county.c.code))).scalars())
        sessions = [({"county": code}, await _sessions(engine, code)) for code in counties]
    except (SQLAlchemyError, OSError):
        return [_gauge("xinqiao_database_up", "Whether the database answers.", [({}, 0)])]
    now = clock.now()
    outboxes = {row.part.removeprefix(OUTBOX): row for row in beats if row.part.startswith(OUTBOX)}
    parts = [row for row in beats if not row.part.startswith(OUTBOX)]
    view = [row for row in parts if row.part == "projector"]
    return [
        _gauge("xinqiao_database_up", "Whether the database answers.", [({}, 1)]),
        _gauge(
            "xinqiao_outbox_rows",
            "Messages that wait for the relay.",
            [({"schema": name}, row.pending) for name, row in outboxes.items()],
        ),
        _gauge(
            "xinqiao_outbox_age_seconds",
            "Age of the oldest of them; 0 where none waits.",
            [({"schema": name}, _age(row.oldest_at, now)) for name, row in outboxes.items()],
        ),
        _gauge(
            "xinqiao_part_heartbeat_age_seconds",
            "Since a part that answers no call gave its last sign of life.",
            [({"part": row.part}, _age(row.at, now)) for row in parts],
        ),
        _gauge(
            "xinqiao_part_pending",
            "What such a part has before it.",
            [({"part": row.part}, row.pending) for row in parts],
        ),
        _gauge(
            "xinqiao_view_lag_seconds",
            "Age of the oldest fact that the projector has taken and not yet shown; 0 where there is none.",
            [({}, _age(row.oldest_at, now)) for row in view],
        ),
        _gauge("xinqiao_sessions", "Sessions that are open.", sessions),
    ]


async def _sessions(engine: AsyncEngine, code: str) -> int:
    c = session.c
    query = sa.select(sa.func.count()).where(c.county_id == code, c.ended_at.is_(None), c.expires_at > sa.func.now())
    async with scoped(engine, system_actor(code, "gateway")) as connection:
        return int((await connection.execute(query)).scalar_one())


async def _of_broker(amqp_url: str, *, connected: bool) -> list[Metric]:
    if not connected:
        return []
    dead = [*(dead_queue(queue) for queue in consumer_queues()), dead_queue(BUREAU)]
    try:
        async with asyncio.timeout(BROKER_SECONDS):
            found = await _depths(amqp_url, [VIEW_QUEUE, *dead])
    except (AMQPError, ConnectionError, OSError, TimeoutError):
        return []
    return [
        _gauge(
            "xinqiao_view_queue",
            "Facts in the broker that the projector has not taken.",
            [({}, found[VIEW_QUEUE])] if VIEW_QUEUE in found else [],
        ),
        _gauge(
            "xinqiao_dead_letters",
            "Messages that their consumer could not handle.",
            [({"queue": queue}, found[queue]) for queue in dead if queue in found],
        ),
    ]


async def _depths(amqp_url: str, queues: list[str]) -> dict[str, int]:
    """How much is ready in each, by name; queues that are not there are missing."""
    found: dict[str, int] = {}
    async with await aio_pika.connect(amqp_url, timeout=BROKER_SECONDS) as connection:
        channel = await connection.channel()
        for queue in queues:
            try:
                declared = await channel.declare_queue(queue, passive=True)
                found[queue] = declared.declaration_result.message_count or 0
            except ChannelClosed:
                # Asked for a queue that is not there, the broker closes the channel.
                channel = await connection.channel()
    return found


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max((now - moment).total_seconds(), 0.0)


def _gauge(name: str, words: str, samples: Samples) -> Metric:
    many = list(samples)
    family = GaugeMetricFamily(name, words, labels=list(many[0][0]) if many else ())
    for labels, value in many:
        family.add_metric(list(labels.values()), float(value))
    return family
