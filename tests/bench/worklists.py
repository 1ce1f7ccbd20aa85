"""How long the work lists take: ``.venv/bin/python -m tests.bench.worklists``. No part of ``test``.

Starts a database of its own, durable as in production, fills one county with very many cases, and asks each list and
its total through the executor of the gateway, as users of the county office, of a township and of a bureau. A list of
50 is measured beside its own SQL, and a small query with its text beside the same, parsed before.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.context import Context
from gateway.database import connect, scoped
from gateway.execution import Executor
from gateway.reading import ViewReader
from gateway.schema.root import build_schema
from gateway.work.lists import TASK_ORDER, TASKS, mine
from services.common.clock import legal_day, now
from services.common.database import Database
from services.contracts.actor import Actor, Role, TenantKind
from tests.bench.many_cases import COUNTY, OFFICE, YEARS, seed_cases
from tests.bench.many_clocks import template
from tests.bench.many_tasks import seed_tasks
from tests.bench.sweep import machine_line, own_instance

ROWS = "nodes { id number title status nextDueOn }"
CASES = "(first: 20) { " + ROWS + " }"
TOTAL = "(first: 1) { totalCount }"
LISTS = ("dueSoon", "returned", "awaitingDelivery", "awaitingReview", "supervised")
QUERIES = {
    "inbox": "{ inbox(first: 20) { nodes { id kind todo dueOn daysLeft petition { number title } } } }",
    "inbox, total": "{ inbox(first: 1) { totalCount } }",
    **{name: f"{{ {name}{CASES} }}" for name in LISTS},
    **{f"{name}, total": f"{{ {name}{TOTAL} }}" for name in LISTS},
    "petitions": f"{{ petitions{CASES} }}",
    "petitions, total": f"{{ petitions{TOTAL} }}",
    "petitions of a status": f"{{ petitions(first: 20, filter: {{ status: [RETURNED] }}) {{ {ROWS} }} }}",
    "petitions of a status, total": "{ petitions(first: 1, filter: { status: [RETURNED] }) { totalCount } }",
    "petitions of a township, total": '{ petitions(first: 1, filter: { place: "990200001" }) { totalCount } }',
    "countyOverview": "{ countyOverview { lines { open due overdue returned rated satisfied } } }",
}
FIFTY = "{ inbox(first: 50) { nodes { id kind kindLabel dueOn overdue daysLeft } } }"
SMALL = "{ me { username name } }"
TIMES = 20


def user(tenant: str, kind: TenantKind) -> Actor:
    return Actor(county=COUNTY, tenant=tenant, kind=kind, user="clerk", name="经办人", roles=frozenset({Role.CLERK}))


USERS = {
    "county office": user(OFFICE, TenantKind.COUNTY),
    "a township": user("town3", TenantKind.TOWNSHIP),
    "a bureau": user("body3", TenantKind.BUREAU),
}


async def times(once: Callable[[], Awaitable[None]]) -> list[float]:
    """In milliseconds, ascending; a first one is not counted."""
    await once()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await once()
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def asking(engine: AsyncEngine, executor: Executor, actor: Actor, query: str) -> Callable[[], Awaitable[None]]:
    async def once() -> None:
        nobody: Any = None
        context = Context(actor=actor, engine=engine, rpc=nobody, trace="", idempotency_key=None, config=nobody)
        answer = await executor.execute(query=query, variables={}, operation=None, context=context)
        await context.reader.release()
        if "errors" in answer:
            raise AssertionError(answer["errors"])

    return once


def raw(engine: AsyncEngine, actor: Actor) -> Callable[[], Awaitable[None]]:
    """The SQL of the list of 50, and nothing else."""

    async def once() -> None:
        reader = ViewReader(engine=engine, actor=actor)
        query = reader.page_query(TASKS, where=mine(actor), order=TASK_ORDER, first=50, after=None)
        async with scoped(engine, actor) as connection:
            (await connection.execute(query)).all()

    return once


def line(name: str, who: str, found: list[float]) -> str:
    return f"| {name} | {who} | {statistics.median(found):.1f} | {found[int(len(found) * 0.95) - 1]:.1f} |"


async def run(url: str) -> None:
    engine, executor = connect(url), Executor(build_schema(), introspection=False)
    print("| list | user | p50 ms | p95 ms |", "|---|---|--:|--:|", sep="\n")
    for name, query in QUERIES.items():
        for who, actor in USERS.items():
            print(line(name, who, await times(asking(engine, executor, actor, query))), flush=True)
    actor = USERS["a bureau"]
    list_of_50 = statistics.median(await times(asking(engine, executor, actor, FIFTY)))
    its_sql = statistics.median(await times(raw(engine, actor)))
    known = statistics.median(await times(asking(engine, executor, actor, SMALL)))

    async def unknown() -> None:
        await asking(engine, executor, actor, f"query q{time.monotonic_ns()} {SMALL}")()

    fresh = statistics.median(await times(unknown))
    print(
        f"\nA list of 50: {list_of_50:.1f} ms, its SQL alone {its_sql:.1f} ms: ratio {list_of_50 / its_sql:.2f}.",
        f"A small query whose document is known: {known:.2f} ms; parsed and validated anew: {fresh:.2f} ms.",
        sep="\n",
    )
    await engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--thin", type=int, default=20, help="of closed cases one in so many has more than its row")
    given = parser.parse_args()
    print(machine_line(), "", sep="\n")
    with own_instance() as instance:
        admin = sa.create_engine(
            instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        )
        database = Database(service="deadlines", url=instance.settings.deadlines_database_url)
        clock = template(database)
        database.engine.dispose()
        for cases in given.cases:
            seed_cases(admin, clock, a_year=cases // YEARS, last=legal_day(now()), thin=given.thin)
            seed_tasks(admin, county=COUNTY)
            print(f"\n{cases} cases:\n", flush=True)
            asyncio.run(run(instance.settings.gateway_database_url))
        admin.dispose()


if __name__ == "__main__":
    main()
