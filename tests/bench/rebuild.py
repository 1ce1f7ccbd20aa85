"""The view made anew under load: ``.venv/bin/python -m tests.bench.rebuild``. No part of ``./xinqiao test``.

Starts a platform of its own, durable as in production. Some cases are carried through all that can happen to them, and
copied where the services keep them until there are as many as asked for; a first rebuild brings them into the view.
Then the view is made anew while clients register, hand over and read through the gateway, and what they saw is held
against what they saw before.
"""

import argparse
import asyncio
import os
import random
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from deploy.local import trial
from deploy.operator import view
from deploy.operator.view_rebuild import Rebuilt
from tests.bench.latency import Target
from tests.bench.load import Job, Measured, table
from tests.bench.many_states import multiply
from tests.bench.requests import COUNTY, COUNTY_CODE, OFFICE, User, log_in, read_list, read_whole, refer, register
from tests.bench.sweep import machine_line
from tests.harness.instance import started_instance
from tests.harness.platform import started_platform

TEMPLATES = 40
BEFORE_SECONDS = 60.0
REQUESTS = ("registerPetition", "referPetition", "petitions, 20 rows", "petition, whole")
PAUSE_SECONDS = 0.2
"""Between two requests of a client: somebody reads what he got."""


@dataclass
class Seen:
    """What the clients of one kind of request saw."""

    latencies: list[float]
    errors: int = 0

    def as_row(self, name: str, *, clients: int, seconds: float) -> Measured:
        return Measured(name, clients, self.latencies, self.errors, seconds)


class Clients:
    """They go on until they are told to stop."""

    def __init__(self, users: Sequence[User], bureaus: Sequence[str], known: Sequence[str]) -> None:
        self._users = users
        self._bureaus = bureaus
        self._known = known
        self.made: list[str] = []

    async def work(self, stop: asyncio.Event, *, clients: int) -> dict[str, Seen]:
        seen = {name: Seen([]) for name in REQUESTS}
        await asyncio.gather(*(self._client(number, stop, seen) for number in range(clients)))
        return seen

    async def _client(self, number: int, stop: asyncio.Event, seen: dict[str, Seen]) -> None:
        chance, user = random.Random(number), self._users[number % len(self._users)]
        while not stop.is_set():
            mine: list[str] = []
            jobs = [("registerPetition", register(user, mine))]
            jobs += [("petitions, 20 rows", read_list(user))] * 3
            jobs += [("petition, whole", read_whole(user, chance.choice(self._known))) for _ in range(3)]
            for name, job in jobs:
                await self._asked(seen[name], job)
            if mine:
                self.made += mine
                await self._asked(seen["referPetition"], refer(user, mine[0], chance.choice(self._bureaus)))

    async def _asked(self, seen: Seen, job: Job) -> None:
        started = time.perf_counter()
        if await job():
            seen.latencies.append(time.perf_counter() - started)
        else:
            seen.errors += 1
        await asyncio.sleep(PAUSE_SECONDS)


async def templates(users: Sequence[User], bureaus: Sequence[str]) -> list[str]:
    made: list[str] = []
    office = next(user for user in users if user.tenant == OFFICE)
    for number in range(TEMPLATES):
        assert await register(office, made)()
        if number % 4:
            assert await refer(office, made[-1], bureaus[number % len(bureaus)])()
    return made


async def run(target: Target, *, cases: int, clients: int) -> str:
    here = [login for login in target.logins if login["county"] == COUNTY]
    bureaus = sorted({login["tenant"] for login in here if login["kind"] == "BUREAU"})
    office = [login for login in here if login["tenant"] == OFFICE and "CLERK" in login["role"].split(";")]
    users = [await log_in(target.url, login) for login in office]
    known = await templates(users, bureaus)
    settled(target)
    made = await asyncio.to_thread(
        multiply, target.settings.admin_database_url, county=COUNTY_CODE, cases=known, copies=cases // TEMPLATES
    )
    print(f"copied: {made['states']} states, {made['acts']} acts", flush=True)
    with ThreadPoolExecutor(1) as pool:
        loop = asyncio.get_running_loop()
        alone = await loop.run_in_executor(pool, lambda: view.run(target.settings))
        print(f"brought into the view, without load: {alone.seconds:.0f} s", flush=True)
        people = Clients(users, bureaus, known)
        stop = asyncio.Event()
        loop.call_later(BEFORE_SECONDS, stop.set)
        before = await people.work(stop, clients=clients)
        stop = asyncio.Event()
        working = asyncio.create_task(people.work(stop, clients=clients))
        under_load = await loop.run_in_executor(pool, lambda: view.run(target.settings))
        stop.set()
        during = await working
    office_user = users[0]
    lost = [one for one in people.made if not await read_whole(office_user, one)()]
    for user in users:
        await user.client.aclose()
    return report(under_load, before=before, during=during, clients=clients, lost=len(lost), alone=alone)


def settled(target: Target) -> None:
    """Waits until every fact of the templates is carried and applied."""
    with psycopg.connect(target.settings.admin_database_url, autocommit=True) as admin:
        last = -1
        while True:
            row = admin.execute(
                "SELECT (SELECT count(*) FROM intake.outbox) + (SELECT count(*) FROM routing.outbox)"
                " + (SELECT count(*) FROM deadlines.outbox), (SELECT count(*) FROM gateway_view.timeline)"
            ).fetchone()
            assert row is not None
            if row[0] == 0 and row[1] == last:
                return
            last = row[1]
            time.sleep(3)


def report(
    done: Rebuilt, *, before: dict[str, Seen], during: dict[str, Seen], clients: int, lost: int, alone: Rebuilt
) -> str:
    rows = []
    for name in before:
        rows.append(before[name].as_row(f"{name}, before", clients=clients, seconds=BEFORE_SECONDS))
        rows.append(during[name].as_row(f"{name}, during", clients=clients, seconds=done.seconds))
    ratios = [
        f"{name}: p50 x{rows[2 * place + 1].percentile(50) / rows[2 * place].percentile(50):.1f},"
        f" longest {max(during[name].latencies) * 1000:.0f} ms"
        for place, name in enumerate(before)
    ]
    compared = [
        f"| {each.name} | {each.after.rows} | {each.after.digest[:12]} | {'equal' if each.equal else each.differing} |"
        for each in done.counties[COUNTY_CODE]
    ]
    return "\n".join(
        [
            f"rebuild without load: {alone.seconds:.0f} s (writing held off {alone.held_seconds:.2f} s)",
            f"rebuild with {clients} clients: {done.seconds:.0f} s, {done.facts} facts meanwhile,"
            f" writing held off {done.held_seconds:.2f} s, equal: {done.equal}, lost: {lost}",
            *ratios,
            "",
            table(rows),
            "",
            *("| table | rows | digest | compared |", "|---|--:|---|---|", *compared),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=20)
    given = parser.parse_args()
    print(machine_line(), flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with started_instance(durable=True) as instance, started_platform(instance) as platform:
            target = Target(platform.url, platform.logins, platform.settings)
            print(asyncio.run(run(target, cases=given.cases, clients=given.clients)), flush=True)
    finally:
        trial.remove(trial.folder_of(os.getpid()))


if __name__ == "__main__":
    main()
