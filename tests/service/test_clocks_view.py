"""Clocks in the view: their states in SQL, their pages, and that a list of what is overdue is found by an index."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

import gateway.migrations
from gateway.clock_states import in_state
from gateway.context import Context
from gateway.database import connect, scoped
from gateway.execution import Executor
from gateway.model import clock as clock_table
from gateway.ordering import CLOCK_ORDERS, ClockOrder
from gateway.reading_lists import CLOCKS, ScopedReader
from gateway.rpc import Rpc
from gateway.schema.root import build_schema
from gateway.view import apply
from services.common import migrating
from services.common.clock import legal_day
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.deadlines import Clock, ClockState, clock_state
from services.contracts.fact import AnyFact
from services.contracts.intake import Nature
from tests.harness.instance import TestInstance
from tests.unit.gateway.made import TODAY, clock, fact, petition, referral

T = TypeVar("T")

BATCH = 200
TICK = timedelta(microseconds=1)
EXECUTOR = Executor(build_schema(), introspection=False)


def with_engine(instance: TestInstance, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = connect(instance.settings.gateway_database_url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())


async def tell(engine: AsyncEngine, facts: list[AnyFact]) -> None:
    for start in range(0, len(facts), BATCH):
        async with engine.begin() as connection:
            await apply(connection, facts[start : start + BATCH])


def user(county: str, tenant: str = "xfj", *roles: Role) -> Actor:
    kind = TenantKind.COUNTY if tenant == "xfj" else TenantKind.BUREAU
    return Actor(
        county=county, tenant=tenant, kind=kind, user=f"{tenant}.u", name="n", roles=frozenset(roles or {Role.CLERK})
    )


async def ask(engine: AsyncEngine, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
    context = Context(
        actor=actor, engine=engine, rpc=cast(Rpc, None), trace=new_id(), idempotency_key=None, config=Settings()
    )
    answer = await EXECUTOR.execute(query=query, variables=variables, operation=None, context=context)
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


# --- states ---------------------------------------------------------------------------------------------------------

days = st.integers(-90, 90).map(lambda number: TODAY + timedelta(days=number))
clocks = st.builds(
    clock,
    due_on=days,
    length=st.integers(0, 100),
    marked=st.booleans(),
    lapses=st.booleans(),
    paused_since=st.none() | st.none() | days,
    met_on=st.none() | st.none() | days,
    cancelled=st.sampled_from([False, False, True]),
)


# Without shrinking: each try is a walk to the database.
@settings(max_examples=25, deadline=None, database=None, phases=[Phase.generate])
@given(made=st.lists(clocks, min_size=5, max_size=30))
def test_a_state_in_sql_is_the_state_of_the_clock_at_every_moment(instance: TestInstance, made: list[Clock]) -> None:
    # A clock that runs has marks, or nobody would ever be warned of it.
    made = [one for one in made if one.marks or not one.open or one.paused_since]
    county = new_id()
    edges = {at for one in made for at in (one.due_at, *(mark.at for mark in one.marks))}
    moments = sorted({moment for at in edges for moment in (at - TICK, at, at + TICK)})
    moments = random.Random(0).sample(moments, min(60, len(moments)))

    async def compare(engine: AsyncEngine) -> None:
        await tell(engine, [fact(one, county=county, petition=None) for one in made])
        async with scoped(engine, system_actor(county, "gateway")) as connection:
            for now in moments:
                held = [in_state(state, now).label(state.value) for state in ClockState]
                query = sa.select(clock_table.c.id, *held).where(clock_table.c.county_id == county)
                rows = (await connection.execute(query)).mappings().all()
                found = {row["id"]: [state for state in ClockState if row[state.value]] for row in rows}
                assert found == {one.id: [clock_state(one, now)] for one in made}, now

    with_engine(instance, compare)


def test_a_clock_of_minutes_is_over_with_its_minute(instance: TestInstance) -> None:
    county, end = new_id(), datetime(2026, 11, 22, 4, 15, tzinfo=UTC)
    one = clock(due_at=end, starts_at=end - timedelta(minutes=15), marked=False)

    async def states(engine: AsyncEngine) -> list[str]:
        await tell(engine, [fact(one, county=county, petition=None)])
        found = []
        async with scoped(engine, system_actor(county, "gateway")) as connection:
            for now in (end - TICK, end):
                query = sa.select(in_state(ClockState.OVERDUE, now)).where(clock_table.c.county_id == county)
                found.append(str((await connection.execute(query)).scalar_one()))
        return found

    assert with_engine(instance, states) == ["False", "True"]


# --- a thousand clocks ----------------------------------------------------------------------------------------------

LIST = """query($filter: ClockFilter, $order: ClockOrder, $first: Int, $after: Cursor) {
  clocks(filter: $filter, orderBy: $order, first: $first, after: $after) {
    totalCount nodes { id state dueAt startsOn } edges { cursor } pageInfo { hasNextPage endCursor } } }"""


class Thousand:
    """Forty cases of 25 clocks each, of which many end at the same moment; every tenth case is an accusation."""

    def __init__(self) -> None:
        chance = random.Random(3)
        self.county = new_id()
        self.facts: list[AnyFact] = []
        self.clocks: list[Clock] = []
        self.of_slj: set[str] = set()
        self.secret: set[str] = set()
        today = legal_day(datetime.now(UTC))
        for number in range(40):
            nature = Nature.ACCUSATION if number % 10 == 0 else Nature.APPEAL
            case = petition(nature=nature)
            self.facts.append(fact(case, county=self.county))
            if number % 4 == 1:
                self.facts.append(fact(referral(case, "slj"), county=self.county))
            for _ in range(25):
                due_on = today + timedelta(days=chance.randint(-5, 20))
                met_on = today if chance.random() < 0.2 else None
                made = clock(due_on=due_on, length=20, petition_id=case.id, met_on=met_on)
                self.clocks.append(made)
                self.facts.append(fact(made, county=self.county))
                if number % 4 == 1:
                    self.of_slj.add(made.id)
                if nature is Nature.ACCUSATION:
                    self.secret.add(made.id)
        # Late, repeated and overtaken, as a bus may bring them.
        chance.shuffle(self.facts)
        self.facts += chance.sample(self.facts, 100)

    def seen_by(self, actor: Actor) -> list[Clock]:
        if actor.tenant == "slj":
            return [one for one in self.clocks if one.id in self.of_slj]
        return [one for one in self.clocks if actor.cleared or one.id not in self.secret]


@pytest.fixture(scope="module")
def thousand(instance: TestInstance) -> Thousand:
    made = Thousand()
    with_engine(instance, lambda engine: tell(engine, made.facts))
    return made


async def read_all(engine: AsyncEngine, actor: Actor, *, first: int, order: str, **wanted: Any) -> list[dict[str, Any]]:
    """Every node, page by page; each page tells the same total, and no page but the last is short."""
    found: list[dict[str, Any]] = []
    totals = set()
    after = None
    while True:
        page = (await ask(engine, actor, LIST, filter=wanted, order=order, first=first, after=after))["clocks"]
        totals.add(page["totalCount"])
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert totals == {len(found)}
            return found
        assert len(page["nodes"]) == first
        assert page["edges"][-1]["cursor"] == after


@pytest.mark.parametrize("order", ["MOST_URGENT_FIRST", "NEWEST_FIRST"])
@pytest.mark.parametrize(
    ("tenant", "roles", "count"),
    [("xfj", {Role.CLERK}, 900), ("xfj", {Role.CLERK, Role.ACCUSATIONS}, 1000), ("slj", {Role.CLERK}, 250)],
)
def test_a_thousand_clocks_page_through_in_a_stable_order_with_right_totals(
    instance: TestInstance, thousand: Thousand, tenant: str, roles: set[Role], count: int, order: str
) -> None:
    actor = user(thousand.county, tenant, *roles)
    found = with_engine(instance, lambda engine: read_all(engine, actor, first=70, order=order))
    seen = thousand.seen_by(actor)
    assert len(seen) == count
    if order == "MOST_URGENT_FIRST":
        wanted = sorted(seen, key=lambda one: (one.due_at, one.id))
    else:
        wanted = sorted(seen, key=lambda one: (one.starts_on, one.id), reverse=True)
    assert [node["id"] for node in found] == [one.id for one in wanted]


def test_lists_by_state_share_the_clocks_out_among_them(instance: TestInstance, thousand: Thousand) -> None:
    actor = user(thousand.county)

    async def by_state(engine: AsyncEngine) -> dict[str, set[str]]:
        found = {}
        for state in ClockState:
            nodes = await read_all(engine, actor, first=100, order="MOST_URGENT_FIRST", state=[state.value])
            assert {node["state"] for node in nodes} <= {state.value}
            found[state.value] = {node["id"] for node in nodes}
        return found

    found = with_engine(instance, by_state)
    assert sum(map(len, found.values())) == 900
    assert set().union(*found.values()) == {one.id for one in thousand.seen_by(actor)}
    assert {state for state, ids in found.items() if ids} == {
        *("RUNNING", "WARNED", "DUE_TODAY", "OVERDUE", "MET", "MET_LATE")
    }


def test_a_page_goes_on_where_it_was_though_clocks_before_it_are_met(instance: TestInstance) -> None:
    made = Thousand()
    actor = user(made.county)
    query = {"state": ["OVERDUE"]}

    async def two_pages(engine: AsyncEngine) -> tuple[dict[str, Any], dict[str, Any]]:
        await tell(engine, made.facts)
        first = (await ask(engine, actor, LIST, filter=query, order="MOST_URGENT_FIRST", first=10))["clocks"]
        known = {one.id: one for one in made.clocks}
        met = [clock(due_on=known[node["id"]].due_on, id=node["id"], petition_id=known[node["id"]].petition_id,
                     met_on=TODAY) for node in first["nodes"]]  # fmt: skip
        await tell(engine, [fact(one, county=made.county, version=2) for one in met])
        after = first["pageInfo"]["endCursor"]
        answer = await ask(engine, actor, LIST, filter=query, order="MOST_URGENT_FIRST", first=100, after=after)
        return first, answer["clocks"]

    first, second = with_engine(instance, two_pages)
    ids = [node["id"] for node in [*first["nodes"], *second["nodes"]]]
    assert len(set(ids)) == len(ids)
    assert first["totalCount"] - 10 == second["totalCount"]


def test_an_older_version_of_a_clock_does_not_set_it_back(instance: TestInstance) -> None:
    county, one = new_id(), clock()
    met = clock(id=one.id, met_on=one.due_on)

    async def version(engine: AsyncEngine) -> tuple[int, bool]:
        await tell(engine, [fact(met, county=county, version=2), fact(one, county=county, version=1)])
        async with scoped(engine, system_actor(county, "gateway")) as connection:
            query = sa.select(clock_table.c.version, clock_table.c.open).where(clock_table.c.county_id == county)
            row = (await connection.execute(query)).one()
            return row.version, row.open

    assert with_engine(instance, version) == (2, False)


# --- how it is found ------------------------------------------------------------------------------------------------

MANY = """
INSERT INTO gateway_view.clock
SELECT c.county_id, c.id || n, c.version, c.petition_id, (ARRAY['slj', 'zrzy', 'jw'])[1 + n %% 3], c.obligation,
  c.binding, c.provisional, n %% 10 > 0, false, false, c.lapses, c.owed, c.starts_on, c.effective_due_on,
  at, at - interval '20 days', at - interval '1 day', at, CASE WHEN n %% 10 = 0 THEN c.starts_on END,
  CASE WHEN n %% 10 = 0 THEN false END, c.state
FROM (SELECT * FROM gateway_view.clock WHERE county_id = %(county)s LIMIT 1) AS c, generate_series(1, 20000) AS n,
  LATERAL (SELECT now() + make_interval(days => n %% 400 - 100) AS at) AS due
"""


@pytest.mark.parametrize(
    ("actor", "wanted", "index"),
    [
        (user("", "xfj", Role.SUPERVISOR), [], "clock_open_due"),
        (user("", "xfj", Role.CLERK, Role.ACCUSATIONS), [], "clock_open_due"),
        (user("", "slj"), [clock_table.c.owner == "slj"], "clock_open_due_of_owner"),
    ],
    ids=["supervisor", "cleared", "bureau"],
)
def test_the_list_of_what_is_overdue_is_found_by_an_index(
    instance: TestInstance, actor: Actor, wanted: list[Any], index: str
) -> None:
    county = new_id()
    case = petition()

    async def plan(engine: AsyncEngine) -> str:
        first = clock(petition_id=case.id)
        await tell(engine, [fact(one, county=county) for one in (case, referral(case, "slj"), first)])
        with psycopg.connect(instance.settings.admin_database_url, autocommit=True) as admin:
            admin.execute(MANY, {"county": county})
            admin.execute("ANALYZE gateway_view.clock, gateway_view.petition")
        here = Actor(county=county, tenant=actor.tenant, kind=actor.kind, user=actor.user, name="n", roles=actor.roles)
        reader = ScopedReader(engine=engine, actor=here)
        order = CLOCK_ORDERS[ClockOrder.MOST_URGENT_FIRST]
        where = [in_state(ClockState.OVERDUE, reader.now), *wanted]
        query = reader.page_query(CLOCKS, where=where, order=order, first=20, after=None)
        compiled = query.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
        async with scoped(engine, here) as connection:
            statement = f"EXPLAIN (FORMAT JSON) {compiled}"
            (row,) = await connection.exec_driver_sql(statement, compiled.params)
        return json.dumps(row[0])

    found = with_engine(instance, plan)
    assert f'"{index}"' in found, found
    assert '"Seq Scan", "Parallel Aware": false, "Async Capable": false, "Relation Name": "clock"' not in found


# --- the migration --------------------------------------------------------------------------------------------------


def test_the_migration_drops_the_clocks_of_the_older_shape_and_nothing_else(instance: TestInstance) -> None:
    engine = sa.create_engine(instance.settings.admin_database_url.replace("postgresql:", "postgresql+psycopg:", 1))
    rows = sa.text(
        "INSERT INTO gateway_view.case_part (county_id, type, id, petition_id, version, state)"
        " VALUES ('x', :type, 'a', 'p', 1, '{}')"
    )
    with engine.connect() as connection:
        for table in ("clock", "supervision", "reminder"):
            connection.execute(sa.text(f"DROP TABLE gateway_view.{table}"))
        connection.execute(sa.text("UPDATE gateway.migration SET version_num = 'gateway_0001'"))
        for kind in ("deadlines.clock.v1", "routing.referral.v1"):
            connection.execute(rows, {"type": kind})
        folder = Path(gateway.migrations.__path__[0])
        migrating.upgrade(connection, schema="gateway", migrations=folder)
        parts = sa.text("SELECT type FROM gateway_view.case_part WHERE county_id = 'x'")
        left = connection.execute(parts).scalars().all()
        of_view = "relnamespace = 'gateway_view'::regnamespace"
        forced = connection.execute(
            sa.text(f"SELECT relname FROM pg_class WHERE relforcerowsecurity AND {of_view}")
        ).scalars()
        assert left == ["routing.referral.v1"]
        assert {"case_part", "clock", "supervision", "reminder"} <= set(forced)
        connection.rollback()
    engine.dispose()
