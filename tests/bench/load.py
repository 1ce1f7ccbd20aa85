"""Sending a bounded number of requests with so many clients at once, and what came of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Job = Callable[[], Awaitable[bool]]
"""One request; tells whether it was answered well."""


@dataclass(frozen=True)
class Measured:
    """Latencies in seconds of the requests that were answered well, and the wall time of all."""

    name: str
    clients: int
    latencies: list[float]
    errors: int
    seconds: float

    def percentile(self, percent: int) -> float:
        """Nearest rank, in milliseconds; nothing was answered: NaN."""
        ordered = sorted(self.latencies)
        if not ordered:
            return float("nan")
        rank = max(1, -(-len(ordered) * percent // 100))
        return ordered[rank - 1] * 1000

    @property
    def throughput(self) -> float:
        """Requests answered well a second."""
        return len(self.latencies) / self.seconds


async def measure(name: str, jobs: Sequence[Sequence[Job]]) -> Measured:
    """``jobs``: for each client what it asks, one after the other; all clients start together."""
    latencies: list[float] = []
    errors = 0

    async def client(own: Sequence[Job]) -> None:
        nonlocal errors
        for job in own:
            started = time.perf_counter()
            if await job():
                latencies.append(time.perf_counter() - started)
            else:
                errors += 1

    started = time.perf_counter()
    await asyncio.gather(*(client(own) for own in jobs))
    return Measured(name, len(jobs), latencies, errors, time.perf_counter() - started)


def dealt(jobs: Sequence[Job], clients: int) -> list[list[Job]]:
    """The jobs dealt out to the clients in turn."""
    return [list(jobs[index::clients]) for index in range(clients)]


def table(rows: Sequence[Measured]) -> str:
    """The rows in Markdown."""
    lines = [
        "| request | clients | requests | p50 ms | p95 ms | per second | errors |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.name} | {row.clients} | {len(row.latencies) + row.errors} | {row.percentile(50):.1f} "
        f"| {row.percentile(95):.1f} | {row.throughput:.0f} | {row.errors} |"
        for row in rows
    ]
    return "\n".join(lines)
