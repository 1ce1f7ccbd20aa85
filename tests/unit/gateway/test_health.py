"""What is told of a gateway that reaches nobody."""

import asyncio
from typing import Any

from prometheus_client.core import Metric

from deploy.local.ports import free_ports
from gateway.database import connect
from gateway.health import OUTDATED, health, readiness
from gateway.metrics.sampled import sampled
from gateway.rpc import Rpc


async def alone() -> tuple[dict[str, Any], dict[str, Any], list[Metric]]:
    database, broker = free_ports(2)
    amqp_url = f"amqp://nobody:nothing@127.0.0.1:{broker}/"
    engine = connect(f"postgresql://nobody@127.0.0.1:{database}/nothing")
    async with Rpc.connect(amqp_url, patient=True) as rpc:
        ready, parts = await readiness(engine=engine, rpc=rpc), await health(engine=engine, rpc=rpc)
        figures = await sampled(engine=engine, rpc=rpc, amqp_url=amqp_url)
    await engine.dispose()
    return ready, parts, figures


def test_a_gateway_that_reaches_nobody_says_so_and_does_not_fail() -> None:
    ready, parts, figures = asyncio.run(alone())
    assert ready == {
        "status": "not_ready",
        "checks": {"database": "down", "migrations": "down", "broker": "down"},
    }
    assert parts["status"] == "down"
    assert {name for name, part in parts["parts"].items() if part["status"] == "ok"} == {"gateway"}
    values = {sample.name: sample.value for family in figures for sample in family.samples}
    assert values["xinqiao_broker_connected"] == 0
    assert values["xinqiao_database_up"] == 0
    assert "xinqiao_outbox_rows" not in values


def test_a_schema_at_any_older_migration_is_outdated_and_at_the_newest_is_not() -> None:
    assert "gateway_0001" in OUTDATED
    numbers = sorted(int(name.removeprefix("gateway_")) for name in OUTDATED)
    assert numbers == list(range(1, len(numbers) + 1))
