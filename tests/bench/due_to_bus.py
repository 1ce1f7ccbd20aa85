"""From the moment at which a clock reaches a level to its fact on the bus, with sweeper and relay as in production."""

import statistics
import time
from datetime import datetime, timedelta

import sqlalchemy as sa
from kombu import Connection, Queue

from deploy.local import parts
from services.common import clock, topology
from services.common.facts import decode_fact
from services.common.ids import new_id
from services.contracts.fact import typed
from services.contracts.reminders import Alert
from tests.harness.instance import TestInstance

MOMENTS = 60
"""Moments at which a clock falls due, half a second apart."""
LEAD = timedelta(seconds=20)
"""For the two parts to start."""
LIMIT_SECONDS = 120.0

ARRANGE = """
UPDATE deadlines.watch SET next_at = due.at, level_at[told + 1] = due.at
FROM (SELECT clock_id, CAST(:first AS timestamptz) + row_number() OVER () * interval '0.5 second' AS at
      FROM deadlines.watch WHERE county_id = :county AND next_at > :first LIMIT :moments) AS due
WHERE watch.county_id = :county AND watch.clock_id = due.clock_id
"""
HOLD_BACK = "UPDATE deadlines.watch SET next_at = NULL WHERE county_id = :county AND next_at <= :until"


def due_to_bus(instance: TestInstance, *, county: str) -> str:
    """The delays in words. Raises ``AssertionError`` where a fact does not come."""
    admin = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with Connection(instance.settings.amqp_url) as connection, connection.channel() as channel:
        key = f"{county}.{Alert.fact_type}"
        queue = Queue(f"bench.{new_id()}", exchange=topology.FACTS, routing_key=key, auto_delete=True)(channel)
        queue.declare()
        with admin.begin() as database:
            database.execute(sa.text("TRUNCATE deadlines.outbox"))
            database.execute(sa.text(HOLD_BACK), {"county": county, "until": clock.now() + timedelta(hours=1)})
            first = clock.now() + LEAD
            database.execute(sa.text(ARRANGE), {"county": county, "first": first, "moments": MOMENTS})
        # Only now, so that they do not work on what is being put right for them.
        for part in parts.platform({}):
            if part.name in (parts.SWEEPER, parts.RELAY):
                instance.keeper.add(part)
        delays: list[float] = []
        limit = time.monotonic() + LIMIT_SECONDS
        while len(delays) < MOMENTS:
            assert time.monotonic() < limit, f"{len(delays)} of {MOMENTS} facts came"
            message = queue.get(no_ack=True)
            if message is None:
                time.sleep(0.005)
                continue
            body = message.body
            fact = typed(decode_fact(body.encode() if isinstance(body, str) else bytes(body)), Alert)
            delays.append(seconds_since(fact.state.since))
        queue.delete()
    admin.dispose()
    ordered = sorted(delays)
    return (
        f"From the due moment to the fact on the bus, {MOMENTS} clocks half a second apart: "
        f"median {statistics.median(ordered):.2f} s, p95 {ordered[int(MOMENTS * 0.95) - 1]:.2f} s, "
        f"longest {ordered[-1]:.2f} s."
    )


def seconds_since(instant: datetime) -> float:
    return (clock.now() - instant).total_seconds()
