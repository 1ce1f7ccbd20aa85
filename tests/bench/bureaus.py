"""What a dead and a slow bureau do to the others: ``.venv/bin/python -m tests.bench.bureaus``. No part of ``test``.

Starts a broker and a database of its own, durable as in production, and the relay; routing's tables and its outbox are
written directly, in routing's own transactions, so that neither the gateway nor the services are measured. Referrals go
to all bureaus in turn at a steady pace: first all read; then one never reads and one takes 50 ms for each message, and
the dead one returns; then all read again. Each system has its own account and connection.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.local import parts
from deploy.operator.handover import BureauAccount
from services.common.database import Database
from services.common.settings import Settings
from tests.bench.many_bureaus import SLOW_SECONDS, Delays, System, Writer, accounts, all_read, delays_of
from tests.bench.sweep import machine_line, own_instance
from tests.harness.instance import TestInstance

WARM_UP = 300
DEAD, SLOW = 0, 1
"""Which of the bureaus."""


@dataclass(frozen=True)
class Phase:
    name: str
    others: Delays
    """Of the bureaus that are neither dead nor slow in any phase."""
    slow: Delays | None
    seconds: float


async def phase(
    name: str,
    given: Sequence[BureauAccount],
    writer: Writer,
    *,
    count: int,
    per_second: float,
    slow_seconds: float | None = None,
) -> tuple[Phase, System]:
    """Sends ``count`` referrals; returns what came of it, and the system of the dead one. ``slow_seconds`` for each
    message: one bureau is dead and one slow; None: all read as they can."""
    troubled = slow_seconds is not None
    systems = [System(account) for account in given]
    systems[SLOW].pause = slow_seconds or 0.0
    listening = [one for index, one in enumerate(systems) if not (troubled and index == DEAD)]
    for sent in writer.sent.values():
        sent.clear()
    tasks = [asyncio.create_task(one.listen()) for one in listening]
    began = time.monotonic()
    await writer.write(count, per_second=per_second)
    await all_read(listening, writer)
    seconds = time.monotonic() - began
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    others = [one for index, one in enumerate(systems) if index not in (DEAD, SLOW)]
    slow = delays_of([systems[SLOW]], writer) if troubled else None
    return Phase(name, delays_of(others, writer), slow, seconds), systems[DEAD]


async def run(
    settings: Settings, given: Sequence[BureauAccount], *, count: int, per_second: float, slow_seconds: float
) -> str:
    """All phases and the return of the dead one, in Markdown. Raises ``AssertionError`` for what is lost or doubled."""
    database = Database(service="routing", url=settings.routing_database_url)
    writer = Writer(database, [one.tenant for one in given], facts=True)
    # The relay has only just been started.
    await phase("warm-up", given, writer, count=WARM_UP, per_second=per_second)
    before, _ = await phase("all read", given, writer, count=count // 2, per_second=per_second)
    during, dead = await phase(
        "one dead, one slow", given, writer, count=count, per_second=per_second, slow_seconds=slow_seconds
    )
    began = time.monotonic()
    returned = asyncio.create_task(dead.listen())
    await all_read([dead], writer)
    backlog = time.monotonic() - began
    returned.cancel()
    await asyncio.gather(returned, return_exceptions=True)
    after, _ = await phase("all read again", given, writer, count=count // 2, per_second=per_second)
    database.engine.dispose()
    return told([before, during, after], dead=dead, backlog=backlog)


def told(phases: Sequence[Phase], *, dead: System, backlog: float) -> str:
    lines = [
        "| phase | seconds | messages of the others | median ms | p95 ms | longest ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for each in phases:
        one = each.others
        lines.append(
            f"| {each.name} | {each.seconds:.1f} | {one.messages} | {one.median:.1f} | {one.p95:.1f}"
            f" | {one.longest:.0f} |"
        )
    before, during, after = (each.others for each in phases)
    median, p95 = ((getattr(before, name) + getattr(after, name)) / 2 for name in ("median", "p95"))
    slow = phases[1].slow
    assert slow is not None
    return "\n".join(
        [
            *lines,
            "",
            f"With the dead and the slow one against without (mean of before and after): median "
            f"{during.median / median:.2f}, p95 {during.p95 / p95:.2f}.",
            f"The slow one read its {slow.messages}: median {slow.median:.0f} ms, p95 {slow.p95:.0f} ms.",
            f"The dead one returned and read its {len(dead.read)} in {backlog:.2f} s.",
            "Every bureau read exactly what was sent to it, each once and in order.",
        ]
    )


def measured(instance: TestInstance, *, bureaus: int, count: int, per_second: float, slow_seconds: float) -> str:
    given = accounts(instance.settings, count=bureaus, file=instance.folder / "bureaus.json")
    for part in parts.platform({}):
        if part.name == parts.RELAY:
            instance.keeper.add(part)
    return asyncio.run(run(instance.settings, given, count=count, per_second=per_second, slow_seconds=slow_seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--referrals", type=int, default=10_000, help="while one is dead and one is slow")
    parser.add_argument("--bureaus", type=int, default=30)
    parser.add_argument("--per-second", type=float, default=100.0)
    parser.add_argument("--slow-ms", type=float, default=SLOW_SECONDS * 1000)
    given = parser.parse_args()
    print(machine_line(), "", sep="\n", flush=True)
    with own_instance() as instance:
        table = measured(
            instance,
            bureaus=given.bureaus,
            count=given.referrals,
            per_second=given.per_second,
            slow_seconds=given.slow_ms / 1000,
        )
    print(table)


if __name__ == "__main__":
    main()
