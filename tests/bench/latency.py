"""How long the gateway takes: ``.venv/bin/python -m tests.bench.latency``. No part of ``./xinqiao test``.

Starts a platform of its own; with ``--url`` and ``--logins`` it measures one that runs (it registers some hundred
petitions there). The settings file then says where that one's broker and database are, for the comparison with them.
"""

import argparse
import asyncio
import json
import os
import platform as machine
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import trial
from gateway.rpc import Rpc
from services.common import settings as settings_file
from services.common.settings import Settings
from tests.bench.baselines import bare_ping, raw_list, settled
from tests.bench.load import Job, Measured, dealt, measure, table
from tests.bench.requests import COUNTY, OFFICE, log_in, read_list, read_whole, refer, register
from tests.harness.instance import started_instance
from tests.harness.platform import started_platform

NEEDED = ("amqp_url", "gateway_database_url", "relay_database_url")
WARM_UP = 20


@dataclass(frozen=True)
class Target:
    """The platform that is measured."""

    url: str
    logins: list[dict[str, Any]]
    settings: Settings


@contextmanager
def own_platform() -> Iterator[Target]:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with started_instance() as instance, started_platform(instance) as platform:
            yield Target(platform.url, platform.logins, platform.settings)
    finally:
        trial.remove(trial.folder_of(os.getpid()))


@contextmanager
def running_platform(url: str, logins: Path) -> Iterator[Target]:
    yield Target(url, json.loads(logins.read_text("utf-8")), settings_file.load(*NEEDED))


async def run(target: Target, *, counts: list[int], requests: int) -> list[Measured]:
    """All measurements, quietest first, with the same platform."""
    here = [login for login in target.logins if login["county"] == COUNTY]
    bureaus = sorted({login["tenant"] for login in here if login["kind"] == "BUREAU"})
    # The window of the county office first, then one clerk of each township: offices that register at the same time.
    clerks = {login["tenant"]: login for login in here if login["role"] == "CLERK" and login["kind"] != "BUREAU"}
    users = [await log_in(target.url, login) for login in sorted(clerks.values(), key=lambda one: one["kind"])]
    office = next(user for user in users if user.tenant == OFFICE)
    rows: list[Measured] = []

    async def measured(name: str, jobs: list[Job], clients: int) -> None:
        await settled(target.settings)
        rows.append(await measure(name, dealt(jobs, clients)))

    async with Rpc.connect(target.settings.amqp_url) as rpc:
        made: list[str] = []
        await measure("warm-up", dealt([register(office, made)] * WARM_UP, 2))
        await measure("warm-up", dealt([refer(office, one, bureaus[0]) for one in made], 2))
        for clients in counts:
            made = []
            registering = [register(users[index % clients % len(users)], made) for index in range(requests)]
            await measured("registerPetition", registering, clients)
            await measured(
                "referPetition",
                [refer(office, one, bureaus[index % len(bureaus)]) for index, one in enumerate(made)],
                clients,
            )
            await measured("petitions, 20 rows", [read_list(office)] * requests, clients)
            await measured("petition by id, whole", [read_whole(office, one) for one in made], clients)
            rows.append(await raw_list(target.settings, office.actor, clients=clients, requests=requests))
            rows.append(await bare_ping(rpc, clients=clients, requests=requests))
    for user in users:
        await user.client.aclose()
    return rows


def ratios(rows: list[Measured]) -> str:
    """Each request against what it cannot be faster than, by the medians of the same run, in Markdown."""
    lines = ["| request | against | clients | p50 ratio |", "|---|---|--:|--:|"]
    for name, base in (
        ("petitions, 20 rows", "the list's SQL alone"),
        ("registerPetition", "bare RPC (ping)"),
        ("referPetition", "bare RPC (ping)"),
    ):
        for clients in sorted({row.clients for row in rows}):
            above, below = (
                next(row for row in rows if (row.name, row.clients) == (one, clients)) for one in (name, base)
            )
            lines.append(f"| {name} | {base} | {clients} | {above.percentile(50) / below.percentile(50):.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="the gateway of a running platform, e.g. http://127.0.0.1:8000")
    parser.add_argument("--logins", type=Path, default=Path(".run/logins.json"), help="its demonstration logins")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--requests", type=int, default=200, help="requests of each kind for each number of clients")
    given = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    with running_platform(given.url, given.logins) if given.url else own_platform() as target:
        rows = asyncio.run(run(target, counts=given.clients, requests=given.requests))
    print(
        f"{machine.system()} {machine.machine()}, {os.cpu_count()} cores, Python {machine.python_version()}; "
        f"load before: {load}\n"
    )
    print(table(rows), ratios(rows), sep="\n\n")


if __name__ == "__main__":
    main()
