"""A thousand sockets on one gateway process: ``.venv/bin/python -m tests.bench.subscriptions``.

Starts a platform of its own. Everybody follows ``caseChanged`` of the same county, so that each act is told to all of
them: the worst there is. What the delay is held against is a poll: the same fields, asked for over HTTP.
"""

import argparse
import asyncio
import json
import os
import platform as machine
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.database import connect as database
from gateway.identity.sessions import open_session
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.identity import SignInMethod
from tests.bench.latency import Target, own_platform
from tests.bench.requests import COUNTY_CODE, OFFICE, User, log_in, register
from tests.harness.standing_in import become

FOLLOW = """subscription { caseChanged { cursor what petitionId
  petition { id number title statusLabel urgencyLabel nextDueOn } } }"""
POLL = """query { petitions(first: 1, orderBy: NEWEST_FIRST) { nodes {
  id number title statusLabel urgencyLabel nextDueOn } } }"""
PROTOCOL = Subprotocol("graphql-transport-ws")
OF_ONE_USER = 5
"""Sockets: a person with some pages open."""
AT_ONCE = 25
"""That connect at the same time."""
ACTS = 30
POLLS = 200
SLOW = 50
LIMIT_SECONDS = 60.0


class Followers:
    """Sockets that note when they first heard of each petition."""

    def __init__(self) -> None:
        self.heard: dict[str, list[float]] = {}
        self.came = asyncio.Event()
        self.events = 0
        self.listening: list[asyncio.Task[None]] = []

    async def listen(self, socket: ClientConnection) -> None:
        seen: set[str] = set()
        async for text in socket:
            self.events += 1
            change = (json.loads(text)["payload"].get("data") or {}).get("caseChanged")
            assert change is not None, text
            petition = change["petitionId"]
            if petition is not None and petition not in seen:
                seen.add(petition)
                self.heard.setdefault(petition, []).append(time.perf_counter())
                self.came.set()

    async def all_heard(self, petition: str, many: int) -> list[float]:
        limit = time.perf_counter() + LIMIT_SECONDS
        while (heard := len(self.heard.get(petition, ()))) < many:
            for task in self.listening:
                if task.done() and not task.cancelled():
                    task.result()
            if time.perf_counter() > limit:
                raise TimeoutError(f"{heard} of {many} heard within {LIMIT_SECONDS:.0f} s")
            self.came.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.came.wait(), 1)
        return self.heard[petition]


async def tokens(target: Target, engine: AsyncEngine, users: int) -> list[str]:
    """Of so many clerks of the county office, each with an account of his own."""
    found: list[str] = []
    for number in range(users):
        name = f"bench{number}@luonan"
        actor = Actor(
            county=COUNTY_CODE,
            tenant=OFFICE,
            kind=TenantKind.COUNTY,
            user=name,
            name=name,
            roles=frozenset({Role.CLERK}),
        )
        become(target.settings, actor)
        given = await open_session(
            engine, config=target.settings, county=COUNTY_CODE, username=name, method=SignInMethod.OIDC
        )
        found.append(given.access_token)
    return found


@asynccontextmanager
async def followed(url: str, token: str) -> AsyncIterator[ClientConnection]:
    """A socket that follows what changes."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    async with connect(
        address,
        subprotocols=[PROTOCOL],
        proxy=None,
        compression=None,
        ping_interval=None,
        open_timeout=LIMIT_SECONDS,
        close_timeout=1,
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": token}}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW}}))
        assert json.loads(await socket.recv())["payload"]["data"]["caseChanged"]["what"] == "STARTED"
        yield socket


def gateway_pid(url: str) -> int:
    """The process that listens there."""
    port = int(httpx.URL(url).port or 0)
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            held = {os.readlink(each) for each in folder.iterdir()}
        except OSError:
            continue
        if any(f"socket:[{inode}]" in held for inode in inodes):
            return int(folder.parent.name)
    raise LookupError(f"nobody listens on port {port}")


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def summed(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
    return f"| {name} | {len(ordered)} | {statistics.median(ordered) * 1000:.0f} | {p95 * 1000:.0f} |"


async def told(followers: Followers, office: User, many: int, *, pid: int, name: str) -> list[str]:
    """One act after the other; each is begun when all have heard of the one before."""
    answered, last, first = [], [], []
    cpu, events = cpu_seconds(pid), followers.events
    for _ in range(ACTS):
        made: list[str] = []
        started = time.perf_counter()
        assert await register(office, made)()
        answered.append(time.perf_counter() - started)
        heard = await followers.all_heard(made[0], many)
        first.append(min(heard) - started)
        last.append(max(heard) - started)
    # What the other parts tell of these cases comes a moment later, and belongs to them.
    await asyncio.sleep(2)
    used, came = cpu_seconds(pid) - cpu, followers.events - events
    return [
        summed(f"{name}: command answered", answered),
        summed(f"{name}: the first of {many} heard", first),
        summed(f"{name}: the last of {many} heard", last),
        f"\n{name}: {came} events told in {used:.1f} s of the gateway's processor time (its commands included),"
        f" {used / came * 1000:.2f} ms each.\n",
    ]


async def polled(target: Target, token: str, pid: int) -> list[str]:
    async with httpx.AsyncClient(base_url=target.url, trust_env=False, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        cpu, took = cpu_seconds(pid), []
        for _ in range(POLLS):
            started = time.perf_counter()
            assert (await client.post("/graphql", json={"query": POLL})).status_code == 200
            took.append(time.perf_counter() - started)
        used = cpu_seconds(pid) - cpu
    return [summed("a poll of the newest case", took), f"\nA poll costs {used / POLLS * 1000:.2f} ms of it.\n"]


async def run(target: Target, many: int) -> list[str]:
    engine, pid = database(target.settings.gateway_database_url), gateway_pid(target.url)
    own = await tokens(target, engine, -(-many // OF_ONE_USER))
    await engine.dispose()
    login = next(one for one in target.logins if (one["tenant"], one["role"]) == (OFFICE, "CLERK"))
    office, followers, lines = await log_in(target.url, login), Followers(), []
    lines += ["| what | times | p50 ms | p95 ms |", "|---|--:|--:|--:|"]
    lines += (await polled(target, own[0], pid))[:1]
    async with AsyncExitStack() as stack:
        turns, took, before, cpu = asyncio.Semaphore(AT_ONCE), [], memory_mb(pid), cpu_seconds(pid)

        async def come(token: str) -> ClientConnection:
            async with turns:
                started = time.perf_counter()
                socket = await stack.enter_async_context(followed(target.url, token))
                took.append(time.perf_counter() - started)
                return socket

        started = time.perf_counter()
        sockets = await asyncio.gather(*(come(own[number // OF_ONE_USER]) for number in range(many)))
        whole = time.perf_counter() - started
        used = memory_mb(pid) - before
        lines.append(summed(f"connect and subscribe, {AT_ONCE} at once", took))
        listening = followers.listening = [asyncio.create_task(followers.listen(socket)) for socket in sockets]
        after = [
            f"\n{many} sockets came in {whole:.1f} s and {cpu_seconds(pid) - cpu:.1f} s of processor time;"
            f" memory {before:.0f} -> {before + used:.0f} MB, {used * 1024 / many:.0f} KB each.\n"
        ]
        cpu = cpu_seconds(pid)
        await asyncio.sleep(20)
        after.append(f"Idle they cost {(cpu_seconds(pid) - cpu) / 20 * 100:.1f} % of a core.\n")
        rows = await told(followers, office, many, pid=pid, name="all read")
        # These take nothing from now on: their sockets fill, then their mailboxes.
        for task in listening[:SLOW]:
            task.cancel()
        rows += await told(followers, office, many - SLOW, pid=pid, name=f"{SLOW} do not read")
        lines += [row for row in rows if row.startswith("|")]
        after += [row for row in rows if not row.startswith("|")]
        after.append(f"Memory at the end {memory_mb(pid):.0f} MB.")
        for task in listening:
            task.cancel()
        ended = await asyncio.gather(*listening, return_exceptions=True)
        assert not [one for one in ended[SLOW:] if not isinstance(one, asyncio.CancelledError)], "a reader was cut off"
        poll = await polled(target, own[0], pid)
        after.append(poll[1])
    await office.client.aclose()
    return [*lines, *after]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    given = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    with own_platform() as target:
        lines = asyncio.run(run(target, given.sockets))
    print(f"{machine.system()} {machine.machine()}, {os.cpu_count()} cores; load before: {load}\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
