"""What tracing costs: ``.venv/bin/python -m tests.bench.tracing``. No part of ``test``.

Starts a broker and a database of its own, durable as in production. A command's way through a service (its span, its
transaction, one aggregate with its fact) and a fact's way through the relay, round by round: with the code of tracing
taken out, with tracing off, and with every trace exported to a collector in another process. Figures are processor
time of the process that does the work: what else the machine does weighs on them least.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing.connection import Connection
from typing import Any
from unittest.mock import patch

from opentelemetry.trace import INVALID_SPAN

from services.common import tracing
from services.common.database import Database
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.deadlines import Level, Obligation
from services.contracts.reminders import Alert
from tests.bench.ledger import COUNTY, carried
from tests.bench.sweep import machine_line, own_instance
from tests.harness.collector import started_collector

WAYS = ("taken out", "off", "exported")
CAME = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}


def alert(database: Database) -> None:
    """As one command does it."""
    with (
        tracing.span("deadlines.command", headers=CAME),
        database.begin(system_actor(COUNTY, "deadlines")) as tx,
    ):
        made = Alert(
            clock_id=new_id(),
            petition_id=new_id(),
            owner="jtj",
            obligation=Obligation.HANDLING,
            level=Level.FIRST_WARNING,
            since=tx.now,
        )
        tx.record(made, act=Act.CLOCK_WARNED)


def collect(pipe: Connection) -> None:
    with started_collector() as collector:
        pipe.send(collector.endpoint)
        pipe.recv()
        pipe.send(len(collector.spans))


@contextmanager
def way(name: str, endpoint: str) -> Iterator[None]:
    if name == "taken out":
        none: dict[str, Any] = {
            "span": lambda *_, **__: nullcontext(INVALID_SPAN),
            "passing_on": lambda *_, **__: nullcontext({}),
            "made_here": dict,
        }
        with patch.multiple(tracing, **none):
            yield
        return
    config = Settings(tracing=name == "exported", tracing_endpoint=endpoint)
    inside: AbstractContextManager[None] = tracing.exporting(part="bench", config=config)
    with inside:
        yield


def round_of(settings: Settings, database: Database, count: int) -> tuple[float, float]:
    """Microseconds of processor time of a command, and of a fact in the relay."""
    began = time.process_time()
    for _ in range(count):
        alert(database)
    middle = time.process_time()
    asyncio.run(carried(settings))
    return (middle - began) / count * 1e6, (time.process_time() - middle) / count * 1e6


def run(settings: Settings, *, endpoint: str, count: int, rounds: int) -> str:
    """The figures, in Markdown."""
    database = Database(service="deadlines", url=settings.deadlines_database_url)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name in WAYS:
            with way(name, endpoint):
                found[name].append(round_of(settings, database, count))
    database.engine.dispose()
    lines = ["| tracing | a command, µs | ratio | a fact in the relay, µs | ratio |", "|---|--:|--:|--:|--:|"]
    for name in WAYS:
        cells = []
        for place in (0, 1):
            ratios = [one[place] / base[place] for one, base in zip(found[name], found[WAYS[0]], strict=True)]
            cells += [f"{statistics.median(one[place] for one in found[name]):.0f}", f"{statistics.median(ratios):.2f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="commands in each round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    here, there = multiprocessing.Pipe()
    collecting = multiprocessing.get_context("spawn").Process(target=collect, args=(there,))
    collecting.start()
    endpoint = here.recv()
    with own_instance() as instance:
        print(machine_line(), "\n", flush=True)
        print(run(instance.settings, endpoint=endpoint, count=given.count, rounds=given.rounds))
    here.send("how many")
    print(f"\nThe collector was sent {here.recv()} spans; {3 * given.count * given.rounds} were made.")
    collecting.join()


if __name__ == "__main__":
    main()
