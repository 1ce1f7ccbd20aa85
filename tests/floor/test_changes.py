"""What changed is told in the order of commits and without gaps, whatever overtakes whatever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway import changes
from gateway.changes import ChangeKind, prune
from gateway.database import connect
from gateway.subscriptions.hub import Hub, Wanted
from gateway.subscriptions.mailbox import Event, TooSlow
from gateway.subscriptions.positions import Cursors, ResumeTooOld
from services.contracts.actor import Actor, Role, TenantKind
from tests.harness.instance import TestInstance

COUNTY = "970001"
ENTER = """INSERT INTO gateway.change (county_id, kind, tenant, roles, subject, visible_to, named)
  VALUES (%s, 'GONE', NULL, NULL, %s, %s, %s)"""
GONE = Wanted(frozenset({ChangeKind.GONE}))


def actor(tenant: str = "slj", *roles: Role, user: str = "a@x") -> Actor:
    return Actor(
        county=COUNTY,
        tenant=tenant,
        kind=TenantKind.BUREAU,
        user=user,
        name="甲",
        roles=frozenset({Role.CLERK, *roles}),
    )


@asynccontextmanager
async def hub_of(instance: TestInstance) -> AsyncIterator[tuple[Hub, AsyncEngine]]:
    url = instance.settings.gateway_database_url
    engine = connect(url)
    try:
        async with Hub(engine=engine, database_url=url, cursors=Cursors("0" * 64)).running() as hub:
            yield hub, engine
    finally:
        await engine.dispose()


Run = Callable[[Callable[[Hub, psycopg.Connection], Awaitable[None]]], None]


@pytest.fixture
def run(instance: TestInstance) -> Run:
    """Runs a test's coroutine with a hub and an administrator's connection, for a county of its own."""

    def ran(test: Callable[[Hub, psycopg.Connection], Awaitable[None]]) -> None:
        async def whole() -> None:
            with psycopg.connect(instance.settings.admin_database_url, autocommit=True) as admin:
                admin.execute("DELETE FROM gateway.change WHERE county_id = %s", (COUNTY,))
                async with hub_of(instance) as (hub, _):
                    await asyncio.wait_for(test(hub, admin), 60)

        asyncio.run(whole())

    return ran


def enter(connection: psycopg.Connection, subject: str, *, to: str = "slj", named: list[str] | None = None) -> None:
    connection.execute(ENTER, (COUNTY, subject, [to], named))
    connection.execute("SELECT pg_notify('xq_change', %s)", (COUNTY,))


async def begun(hub: Hub, who: Actor, after: str | None = None) -> Any:
    events = await hub.follow(who, GONE, after=after)
    first = await anext(events)
    assert first.kind is None
    return events


async def subjects(events: Any, count: int) -> list[str | None]:
    return [(await asyncio.wait_for(anext(events), 20)).subject for _ in range(count)]


def test_whoever_began_first_is_told_first_and_whoever_still_works_holds_the_later_back(
    run: Run, instance: TestInstance
) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        events = await begun(hub, actor())
        with psycopg.connect(instance.settings.admin_database_url) as slow:
            enter(slow, "first")
            enter(admin, "second")
            waiting = asyncio.ensure_future(anext(events))
            # Several looks later the second is still held: whoever had it could not be told of the first any more.
            done, _ = await asyncio.wait({waiting}, timeout=0.5)
            assert not done
            slow.commit()
        assert (await asyncio.wait_for(waiting, 20)).subject == "first"
        assert await subjects(events, 1) == ["second"]
        await events.aclose()

    run(test)


def test_what_was_rolled_back_holds_nothing_up_and_is_not_told(run: Run, instance: TestInstance) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        events = await begun(hub, actor())
        with psycopg.connect(instance.settings.admin_database_url) as failing:
            enter(failing, "never")
            enter(admin, "told")
            failing.rollback()
        assert await subjects(events, 1) == ["told"]
        await events.aclose()

    run(test)


def test_names_and_tenants_decide_who_is_told(run: Run) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        people = {
            "named": actor(user="named@x"),
            "cleared": actor("slj", Role.ACCUSATIONS, user="cleared@x"),
            "accused": actor("slj", Role.ACCUSATIONS, user="accused@x"),
            "colleague": actor(user="colleague@x"),
            "stranger": actor("jyj", Role.ACCUSATIONS, user="stranger@x"),
        }
        streams = {name: await begun(hub, who) for name, who in people.items()}
        enter(admin, "secret", named=["named@x", "!accused@x"])
        enter(admin, "open")
        enter(admin, "theirs", to="jyj")
        assert {name: await subjects(streams[name], 2) for name in ("named", "cleared")} == {
            "named": ["secret", "open"],
            "cleared": ["secret", "open"],
        }
        assert {name: await subjects(streams[name], 1) for name in ("accused", "colleague", "stranger")} == {
            "accused": ["open"],
            "colleague": ["open"],
            "stranger": ["theirs"],
        }
        for stream in streams.values():
            await stream.aclose()
        assert hub.followers == 0

    run(test)


def test_who_resumes_gets_each_thing_once_its_newest_and_what_comes_then(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.subscriptions.looking.PAGE", 2)

    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        who = actor()
        events = await begun(hub, who)
        enter(admin, "a")
        event: Event = await asyncio.wait_for(anext(events), 20)
        cursor = hub.cursor(event)
        await events.aclose()
        for subject in ("b", "c", "b", "d", "c", "e"):
            enter(admin, subject)
        enter(admin, "hidden", named=["nobody@x"])
        again = await begun(hub, who, cursor)
        assert await subjects(again, 4) == ["b", "d", "c", "e"]
        enter(admin, "f")
        assert await subjects(again, 1) == ["f"]
        await again.aclose()

    run(test)


def test_what_is_not_kept_any_more_asks_for_a_new_beginning(
    run: Run, instance: TestInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        who = actor()
        events = await begun(hub, who)
        enter(admin, "old")
        cursor = hub.cursor(await asyncio.wait_for(anext(events), 20))
        await events.aclose()
        admin.execute("INSERT INTO gateway.county (code, slug, name) VALUES (%s, 'changes', '试县')", (COUNTY,))
        engine = connect(instance.settings.gateway_database_url)
        try:
            await prune(engine)
            assert count(admin) == 1
            admin.execute(
                "UPDATE gateway.change SET at = at - %s, xid = 1 WHERE county_id = %s", (changes.KEPT, COUNTY)
            )
            enter(admin, "new")
            # From before the database was brought back from a copy: its transaction is yet to come.
            admin.execute("UPDATE gateway.change SET xid = xid + 1000000 WHERE county_id = %s AND xid > 1", (COUNTY,))
            await prune(engine)
            assert count(admin) == 0
        finally:
            await engine.dispose()
            admin.execute("DELETE FROM gateway.county WHERE code = %s", (COUNTY,))
        monkeypatch.setattr("gateway.subscriptions.positions.KEPT", timedelta(0))
        with pytest.raises(ResumeTooOld):
            await hub.follow(who, GONE, after=cursor)

    run(test)


def count(admin: psycopg.Connection) -> int:
    row = admin.execute("SELECT count(*) FROM gateway.change WHERE county_id = %s", (COUNTY,)).fetchone()
    assert row is not None
    return int(row[0])


def test_who_does_not_read_is_let_go_and_holds_nobody_up(run: Run) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        reader, sleeper = await begun(hub, actor()), await begun(hub, actor(user="b@x"))
        for number in range(300):
            enter(admin, f"s{number}")
            if number % 50 == 49:
                assert await subjects(reader, 50) == [f"s{n}" for n in range(number - 49, number + 1)]
        with pytest.raises(TooSlow):
            await anext(sleeper)
        await reader.aclose()

    run(test)


def test_a_listener_that_was_cut_off_comes_back(run: Run) -> None:
    async def test(hub: Hub, admin: psycopg.Connection) -> None:
        events = await begun(hub, actor())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN xq_change'")
        enter(admin, "told")
        assert await subjects(events, 1) == ["told"]
        await events.aclose()

    run(test)
