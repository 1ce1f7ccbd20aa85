"""Making the view anew while people work: beside the present one, and then in its place.

A queue of its own takes every fact from before the first page is read, so nothing is missed between what the services
tell again and what they go on telling. Only for the moment of the change does whoever writes to the view wait; whoever
reads never does.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from tqdm import tqdm

from deploy.local.errors import LocalError
from deploy.local.progress import Steps
from gateway.database import connect
from gateway.model import VIEW, county
from gateway.rebuilding import comparing, filling, schemas
from gateway.rebuilding.following import Follower, on_their_way, still_on_their_way
from gateway.rebuilding.schemas import NEXT, OLD
from gateway.rpc import Rpc
from gateway.view import SWAP_LOCK, apply
from gateway.work.tallying import recount
from services.common.settings import Settings
from services.contracts.topology import SERVICES

ONE_AT_A_TIME = 7_610_023
"""Advisory lock: of rebuilds there is one."""
ANSWER_SECONDS = 60.0
"""How long a service may take for a page."""
CATCH_UP_SECONDS = 120.0
"""How long the projector and the relay may take to come up to now."""
HOLD_SECONDS = 10.0
"""How long writing may be held off. What takes longer lets go, and is tried again."""
TRIES = 5
FEW = 50
"""Facts that are taken in a moment."""
POLL_SECONDS = 0.05


class RebuildFailed(LocalError):
    """The present view stands as it was."""


@dataclass(frozen=True)
class Rebuilt:
    counties: dict[str, list[comparing.Table]]
    """What the comparison found, by the code of the county."""
    facts: int
    """That came while it was made."""
    held_seconds: float
    """How long writing was held off."""
    seconds: float

    @property
    def equal(self) -> bool:
        return all(table.equal for tables in self.counties.values() for table in tables)


async def rebuild(settings: Settings, *, keep: bool, steps: Steps) -> Rebuilt:
    """Makes the view anew and puts it in the place of the present one, which is then compared with it and removed, or
    kept as ``OLD``. Raises ``RebuildFailed``; whatever ends it, what it had begun is cleared away."""
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(_engine(connect(settings.admin_database_url)))
        into = await stack.enter_async_context(_engine(filling.engine_of_next(settings.admin_database_url)))
        holder = await stack.enter_async_context(admin.connect())
        await _alone(holder)
        for schema in (OLD, NEXT):
            async with admin.begin() as connection:
                await schemas.drop(connection, schema)
        stack.push_async_callback(_clear, admin)
        follower = await stack.enter_async_context(Follower.bound(settings.amqp_url))
        # Of a county that is loaded from now on, everything comes as facts.
        codes = await counties(holder)
        await holder.commit()
        rpc = await stack.enter_async_context(Rpc.connect(settings.amqp_url, timeout=ANSWER_SECONDS))
        await _make(admin, into, rpc, codes, steps)
        with steps.step("跟上正在发生的变动，切换到新视图"):
            await follower.start()
            snapshot, held = await _change_over(stack, admin, into, holder, follower)
            steps.note(f"其间 {follower.taken} 个变动已并入；写入暂停 {held:.2f} s，查询未中断")
        with steps.step("逐行核对新旧视图"):
            found = {code: await comparing.compare(snapshot, before=OLD, after=VIEW, county=code) for code in codes}
            await snapshot.close()
        if not keep:
            async with admin.begin() as connection:
                await schemas.drop(connection, OLD)
    return Rebuilt(found, follower.taken, held, time.monotonic() - began)


async def _make(admin: AsyncEngine, into: AsyncEngine, rpc: Rpc, codes: Sequence[str], steps: Steps) -> None:
    """Fills the new schema with what the services tell again."""
    with steps.step("准备新视图"):
        async with admin.begin() as connection:
            expected = await _estimate(connection)
            await schemas.make(connection)
            indexes = await schemas.indexes(connection)
    with steps.step("读取各服务的全部事项"), _bar(expected.states, "条") as progress:
        await asyncio.gather(*(_states(rpc, into, service, codes, progress) for service in SERVICES))
    with steps.step("读取办理经过"), _bar(expected.acts, "条") as progress:
        for code in codes:
            await filling.fill_own_history(into, county=code)
            await asyncio.gather(
                *(
                    filling.fill_history(rpc, into, county=code, service=service, progress=progress)
                    for service in SERVICES
                )
            )
    # A case is derived from the others of its tables, by their indexes; its own row is written anew by it.
    with steps.step("建立索引"):
        await _index(admin, [index for index in indexes if index.table != "petition"])
        await _look_over(admin)
    with steps.step("推算状态、可见范围、期限和待办"), _bar(expected.cases, "件") as progress:
        for code in codes:
            await filling.derive_cases(into, county=code, progress=progress)
            await filling.derive_others(into, county=code)
    with steps.step("建立其余索引、访问策略和权限"):
        await _index(admin, [index for index in indexes if index.table == "petition"])
        async with admin.begin() as connection:
            await schemas.finish(connection)
            await connection.exec_driver_sql(recount(NEXT))
        await _look_over(admin)


async def _states(rpc: Rpc, into: AsyncEngine, service: str, codes: Sequence[str], progress: filling.Progress) -> None:
    for code in codes:
        for teller, state in filling.replayed():
            if teller == service:
                await filling.fill_states(rpc, into, county=code, service=service, state=state, progress=progress)


async def _index(admin: AsyncEngine, indexes: Sequence[schemas.Index]) -> None:
    # Each in a transaction of its own: subscriptions tell nothing that is newer than the oldest transaction at work.
    for index in indexes:
        async with admin.begin() as connection:
            await connection.exec_driver_sql(index.statement.replace("%", "%%"))


async def _look_over(admin: AsyncEngine) -> None:
    """Tells the database what it holds by now: without that it finds a case by reading all of them."""
    async with admin.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in await schemas.tables(connection):
            await connection.exec_driver_sql(f"VACUUM (ANALYZE) {NEXT}.{table}")


async def _change_over(
    stack: AsyncExitStack, admin: AsyncEngine, into: AsyncEngine, holder: AsyncConnection, follower: Follower
) -> tuple[AsyncConnection, float]:
    """Puts the new view in its place; returns a snapshot of the moment in which both are to be equal, and how many
    seconds writing was held off. Raises ``RebuildFailed``."""
    for _ in range(TRIES):
        await _catch_up(into, follower)
        began = time.monotonic()
        try:
            async with asyncio.timeout(HOLD_SECONDS):
                await _hold(holder)
                await _level(admin, into, holder, follower)
            snapshot = await stack.enter_async_context(admin.connect())
            await snapshot.execution_options(isolation_level="REPEATABLE READ")
            await snapshot.exec_driver_sql("SELECT 1")
            await schemas.swap(holder)
            await holder.commit()
            return snapshot, time.monotonic() - began
        except TimeoutError:
            continue
        finally:
            await _let_go(holder)
    raise RebuildFailed("变动太多，未能在片刻之内跟上；原视图未受影响，请在空闲时重试")


async def _catch_up(into: AsyncEngine, follower: Follower) -> None:
    """Comes so near to now that the rest is done in a moment, and sees the projector as near."""
    while await follower.waiting() > FEW:
        await _some(into, follower)
    try:
        async with asyncio.timeout(CATCH_UP_SECONDS):
            while await follower.projectors_behind() or await follower.waiting() > FEW:
                await _some(into, follower)
    except TimeoutError as error:
        raise RebuildFailed("投影（projector）没有跟上，请用 ./xinqiao status 查看；原视图未受影响") from error


async def _some(into: AsyncEngine, follower: Follower) -> None:
    if not await follower.take_some(into):
        await asyncio.sleep(POLL_SECONDS)


async def _level(admin: AsyncEngine, into: AsyncEngine, holder: AsyncConnection, follower: Follower) -> None:
    """Brings both views to the same facts, while nobody else writes to the present one."""
    # What a view may have is committed by now: it has arrived, or stands in an outbox.
    async with admin.connect() as watching:
        await watching.execution_options(isolation_level="AUTOCOMMIT")
        places = await on_their_way(watching)
        while await still_on_their_way(watching, places):
            await asyncio.sleep(POLL_SECONDS / 5)
    await follower.take_all_till_now(into)
    # The projector may have had some of them in its hands when it was stopped.
    await apply(holder, list(follower.newest))
    await holder.commit()


async def _hold(holder: AsyncConnection) -> None:
    await holder.exec_driver_sql(f"SELECT pg_advisory_lock({SWAP_LOCK})")
    await holder.commit()


async def _let_go(holder: AsyncConnection) -> None:
    with contextlib.suppress(sa.exc.SQLAlchemyError):  # Whose connection is gone holds nothing.
        await holder.rollback()
        await holder.exec_driver_sql(f"SELECT pg_advisory_unlock({SWAP_LOCK})")
        await holder.commit()


async def _alone(holder: AsyncConnection) -> None:
    if not (await holder.exec_driver_sql(f"SELECT pg_try_advisory_lock({ONE_AT_A_TIME})")).scalar_one():
        raise RebuildFailed("已有一个重建正在进行，请等它结束")
    await holder.commit()


async def counties(connection: AsyncConnection) -> list[str]:
    """The codes of those that have been loaded."""
    return list((await connection.execute(sa.select(county.c.code).order_by(county.c.code))).scalars())


async def _clear(admin: AsyncEngine) -> None:
    """What was begun and is not in place. After the change there is nothing under this name."""
    async with admin.begin() as connection:
        await schemas.drop(connection, NEXT)


@asynccontextmanager
async def _engine(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    try:
        yield engine
    finally:
        await engine.dispose()


@dataclass(frozen=True)
class _Expected:
    states: int
    acts: int
    cases: int


async def _estimate(connection: AsyncConnection) -> _Expected:
    """How much there will be, by what the present view is thought to hold."""
    query = sa.text(
        "SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class"
        " WHERE relnamespace = CAST(:view AS regnamespace) AND relkind = 'r'"
    )
    rows = {name: int(many) for name, many in await connection.execute(query, {"view": VIEW})}
    follows = ("private", "petition_words", "timeline", "ended_referral", "task", "tally")
    states = sum(many for name, many in rows.items() if name not in follows)
    return _Expected(states, rows.get("timeline", 0), rows.get("petition", 0))


@contextmanager
def _bar(total: int, unit: str) -> Iterator[filling.Progress]:
    """On a terminal."""
    if not sys.stderr.isatty():
        yield lambda _many: None
        return
    bar: Any
    with tqdm(total=total or None, unit=unit, dynamic_ncols=True, leave=False) as bar:
        yield bar.update
