"""How long a report of indicators takes: ``.venv/bin/python -m tests.bench.indicators``. No part of ``test``.

Starts a database of its own, durable as in production, seeds three years of cases, and reads a month and the year
so far as users of the county office and of a bureau do.
"""

import argparse
import asyncio
import time
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import connect, scoped
from gateway.indicators.answering import report
from gateway.reading import ViewReader
from services.common.database import Database
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.circulars import PeriodKind, ReportingPeriod
from tests.bench.many_cases import COUNTY, OFFICE, YEARS, seed_cases
from tests.bench.many_clocks import template
from tests.bench.sweep import machine_line, own_instance

LAST = date(2026, 11, 22)
PERIODS = {
    "a month": ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=10),
    "a year": ReportingPeriod(kind=PeriodKind.YEAR, year=2026),
}
BASE = "SELECT count(*), sum(length(state::text)) FROM gateway_view.petition WHERE county_id = :county"
"""What no report is faster than: each petition that the user sees, gone through once."""
TICK_SECONDS = 0.005


def user(tenant: str, kind: TenantKind) -> Actor:
    return Actor(county=COUNTY, tenant=tenant, kind=kind, user="clerk", name="经办人", roles=frozenset({Role.CLERK}))


USERS = {"county office": user(OFFICE, TenantKind.COUNTY), "a bureau": user("body3", TenantKind.BUREAU)}


class Delay:
    """The longest time by which the loop was late while something ran beside it."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            self.longest = max(self.longest, time.perf_counter() - began - TICK_SECONDS)


async def once(engine: AsyncEngine, actor: Actor, period: ReportingPeriod) -> tuple[float, float, float]:
    """Seconds of the report, of the base, and the loop's longest delay during the report."""
    async with scoped(engine, actor) as connection:
        began = time.perf_counter()
        await connection.execute(sa.text(BASE), {"county": COUNTY})
        base = time.perf_counter() - began
    delay = Delay()
    watching = asyncio.create_task(delay.watch())
    reader = ViewReader(engine=engine, actor=actor)
    began = time.perf_counter()
    found = await report(engine=engine, reader=reader, actor=actor, period=period, tenant=None)
    seconds = time.perf_counter() - began
    watching.cancel()
    await reader.release()
    if not any(one.now.denominator for one in found.items):
        raise AssertionError("nothing was counted")
    return seconds, base, delay.longest


async def run(url: str, *, times: int) -> list[str]:
    engine = connect(url)
    rows = []
    for who, actor in USERS.items():
        for name, period in PERIODS.items():
            taken = sorted([await once(engine, actor, period) for _ in range(times)])
            seconds, base, delay = taken[times // 2]
            rows.append(f"{name} | {who} | {seconds:.2f} | {base:.2f} | {seconds / base:.1f} | {delay * 1000:.0f} |")
    await engine.dispose()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[3_000, 30_000], help="cases a year")
    parser.add_argument("--times", type=int, default=3, help="how often each report is made; the median is told")
    given = parser.parse_args()
    print(machine_line(), "", sep="\n")
    print("| cases a year | cases | report of | user | seconds | petitions read once, s | ratio | loop late, ms |")
    print("|--:|--:|---|---|--:|--:|--:|--:|")
    with own_instance() as instance:
        settings: Any = instance.settings
        admin = sa.create_engine(settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
        database = Database(service="deadlines", url=settings.deadlines_database_url)
        clock = template(database)
        for a_year in given.cases:
            seed_cases(admin, clock, a_year=a_year, last=LAST)
            for row in asyncio.run(run(settings.gateway_database_url, times=given.times)):
                print(f"| {a_year} | {a_year * YEARS} | {row}", flush=True)
        database.engine.dispose()
        admin.dispose()


if __name__ == "__main__":
    main()
