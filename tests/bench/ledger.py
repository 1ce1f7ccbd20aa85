"""What the ledger costs the relay: ``.venv/bin/python -m tests.bench.ledger``. No part of ``test``.

Starts a broker and a database of its own, durable as in production. Facts of the deadlines' kind, the most frequent of
all, are entered in its outbox and carried by a relay in this process, round by round without and with entering them in
the ledger; then the ledger that came of it is verified.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence

import psycopg
from psycopg.rows import dict_row

from deploy.operator.ledger import verified
from services.common import relay
from services.common.database import Database, Entry
from services.common.ids import new_id
from services.common.ledger_writing import append
from services.common.settings import Settings
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.deadlines import Level, Obligation
from services.contracts.reminders import Alert
from tests.bench.sweep import machine_line, own_instance

COUNTY = "970009"
AT_ONCE = 2000
POLL_SECONDS = 0.01


async def nothing(database: psycopg.AsyncConnection, *, key: bytes, service: str, bodies: Sequence[bytes]) -> None:
    """In place of entering them."""


def fill(database: Database, count: int) -> None:
    with database.begin(system_actor(COUNTY, "deadlines"), trace="bench") as tx:
        for _ in range(count // AT_ONCE):
            alerts = [
                Alert(
                    clock_id=new_id(),
                    petition_id=new_id(),
                    owner="jtj",
                    obligation=Obligation.HANDLING,
                    level=Level.FIRST_WARNING,
                    since=tx.now,
                )
                for _ in range(AT_ONCE)
            ]
            tx.record_many([Entry(alert, Act.CLOCK_WARNED, remark="办理答复：预警") for alert in alerts])


async def carried(settings: Settings) -> float:
    """Seconds until the outbox is empty."""
    worker = relay.Relay(
        database_url=settings.relay_database_url,
        amqp_url=settings.amqp_url,
        ledger_key=bytes.fromhex(settings.ledger_key),
    )
    async with await psycopg.AsyncConnection.connect(settings.relay_database_url, autocommit=True) as looking:
        started = time.monotonic()
        working = asyncio.create_task(worker.run())
        while await (await looking.execute("SELECT 1 FROM deadlines.outbox LIMIT 1")).fetchone():
            await asyncio.sleep(POLL_SECONDS)
        seconds = time.monotonic() - started
    worker.stop()
    await working
    return seconds


def run(settings: Settings, *, count: int, rounds: int) -> str:
    """The figures, in Markdown."""
    database = Database(service="deadlines", url=settings.deadlines_database_url)
    rates: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(rounds):
        for name, entering in (("without", nothing), ("with", append)):
            fill(database, count)
            vars(relay)["append"] = entering
            rates[name].append(count / asyncio.run(carried(settings)))
    database.engine.dispose()
    key = bytes.fromhex(settings.ledger_key)
    with psycopg.connect(settings.relay_database_url, row_factory=dict_row, autocommit=True) as connection:
        started = time.monotonic()
        verified(connection, county=COUNTY, key=key, kept=[])
        checked = count * rounds / (time.monotonic() - started)
    # Round by round, because whatever else the machine does weighs on both of one round alike.
    ratios = [with_it / without for without, with_it in zip(rates["without"], rates["with"], strict=True)]
    lines = [
        "| facts a second | rounds | median |",
        "|---|---|--:|",
        *(f"| {name} the ledger | {' '.join(f'{one:.0f}' for one in found)} | {statistics.median(found):.0f} |"
          for name, found in rates.items()),
        "",
        f"With against without, round by round: {' '.join(f'{one:.2f}' for one in ratios)}, "
        f"median {statistics.median(ratios):.2f}. Verifying: {checked:.0f} entries a second.",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="facts in each round, in thousands of two")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with own_instance() as instance:
        print(machine_line(), "\n", flush=True)
        print(run(instance.settings, count=given.count, rounds=given.rounds))


if __name__ == "__main__":
    main()
