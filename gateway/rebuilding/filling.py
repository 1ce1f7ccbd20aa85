"""Filling a view from what the services tell again: states first, then what follows from each case as a whole.

Everything goes through the functions by which facts come into the view, over an engine whose statements are meant for
the new schema.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import connect
from gateway.deriving import derive
from gateway.model import history, petition, reminder, roster_entry, timeline
from gateway.rebuilding.schemas import to_next
from gateway.rpc import Rpc
from gateway.view import TIMELINE_ONLY, put_states
from gateway.work.keeping import OTHER_TYPES, keep_others
from services.common.ids import new_id
from services.contracts.actor import ActorRef, system_actor
from services.contracts.base import Command, State
from services.contracts.fact import AnyFact
from services.contracts.reminders import Reminder
from services.contracts.replay import ToldAct, ToldState, history_of, states_of
from services.contracts.topology import SERVICES, STATES

T = TypeVar("T", ToldState, ToldAct)
Progress = Callable[[int], object]

ASKER = "gateway"
PAGE = 500
"""Cases in one transaction."""
AT_ONCE = 3
"""Transactions at a time: while the database works on one, the next is thought of."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = ActorRef(tenant="", user="", name="")


class ReplayRefused(Exception):
    """A service does not tell its facts again; the message is its own."""


def engine_of_next(admin_url: str) -> AsyncEngine:
    """Every statement that names the view is meant for the one that is being made: in what is built from tables as in
    what is written out."""
    engine = connect(admin_url)

    @sa.event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _for_next(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return to_next(statement), parameters

    return engine


def replayed() -> list[tuple[str, type[State]]]:
    """Who tells which states again: all that the view holds."""
    told = [(state.fact_type.split(".")[0], state) for state in STATES if state not in TIMELINE_ONLY]
    return [(service, state) for service, state in told if service in SERVICES]


async def fill_states(
    rpc: Rpc, engine: AsyncEngine, *, county: str, service: str, state: type[State], progress: Progress
) -> None:
    """The newest states of one type."""
    pages = _pages(
        rpc, county, ToldState, lambda last: states_of(service, type=state.fact_type, after=last.id if last else "")
    )
    async for page in pages:
        async with engine.begin() as connection:
            await put_states(connection, [_fact(county, state.fact_type, one.id, one) for one in page])
        progress(len(page))


async def fill_history(rpc: Rpc, engine: AsyncEngine, *, county: str, service: str, progress: Progress) -> None:
    """What the timelines of the cases say of the service's facts."""
    pages = _pages(rpc, county, ToldAct, lambda last: history_of(service, after=last.fact_id if last else ""))
    async for page in pages:
        async with engine.begin() as connection:
            await connection.execute(
                sa.insert(timeline), [{"county_id": county, **msgspec.structs.asdict(act)} for act in page]
            )
        progress(len(page))


async def fill_own_history(engine: AsyncEngine, *, county: str) -> None:
    """What the gateway itself told lies beside the view."""
    names = [column.name for column in timeline.c]
    own = sa.select(*(history.c[name] for name in names)).where(history.c.county_id == county, history.c.on_timeline)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(timeline).from_select(names, own))


async def derive_cases(engine: AsyncEngine, *, county: str, progress: Progress) -> None:
    """What follows from each case as a whole."""
    pages = _keys(engine, sa.select(petition.c.id).where(petition.c.county_id == county), petition.c.id)

    async def derive_page(page: Sequence[Any]) -> None:
        async with engine.begin() as connection:
            for (case,) in page:
                await derive(connection, county, case)
        progress(len(page))

    running: set[asyncio.Task[None]] = set()
    async for page in pages:
        while len(running) >= AT_ONCE:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        running.add(asyncio.create_task(derive_page(page)))
    await asyncio.gather(*running)


async def derive_others(engine: AsyncEngine, *, county: str) -> None:
    """What is to do about what is no case."""
    for table in (roster_entry, reminder):
        kind = table.c.type if table is roster_entry else sa.literal(Reminder.fact_type)
        query = sa.select(table.c.id, kind).where(table.c.county_id == county)
        if table is roster_entry:
            query = query.where(kind.in_(sorted(OTHER_TYPES)))
        async for page in _keys(engine, query, table.c.id):
            async with engine.begin() as connection:
                await keep_others(connection, county, [_fact(county, name, id) for id, name in page])


def _fact(county: str, type: str, subject: str, told: ToldState | None = None) -> AnyFact:
    """As a fact would tell it; who did it and when is the history's."""
    return AnyFact(
        id="",
        county=county,
        type=type,
        subject=subject,
        version=told.version if told else 0,
        time=LONG_AGO,
        act="",
        actor=NOBODY,
        petition=told.petition if told else None,
        remark=None,
        trace="",
        state=msgspec.Raw(told.state.encode() if told else b"null"),
    )


async def _pages(
    rpc: Rpc, county: str, kind: type[T], ask: Callable[[T | None], Command]
) -> AsyncIterator[Sequence[T]]:
    """Each page is asked for while the one before is written. Raises ``ReplayRefused``; ``Unavailable`` and
    ``NotConfirmed`` where a service does not answer."""

    async def page_after(last: T | None) -> list[T]:
        reply = await rpc.call(system_actor(county, ASKER), ask(last), request_id=new_id(), trace=new_id())
        if reply.problems:
            raise ReplayRefused(reply.problems[0].message)
        return msgspec.convert(reply.value, list[kind])  # type: ignore[valid-type]

    page = await page_after(None)
    while page:
        following = asyncio.create_task(page_after(page[-1]))
        try:
            yield page
            page = await following
        finally:
            following.cancel()


async def _keys(engine: AsyncEngine, query: sa.Select[Any], key: sa.ColumnElement[str]) -> AsyncIterator[Sequence[Any]]:
    """Rows in pages, by a key that is their first column."""
    last = ""
    while True:
        async with engine.begin() as connection:
            page = (await connection.execute(query.where(key > last).order_by(key).limit(PAGE))).all()
        if not page:
            return
        last = page[-1][0]
        yield page
