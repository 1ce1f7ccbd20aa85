"""Waiting until the facts of a command have arrived: an operator's command ends when what it did can be used."""

import asyncio
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.errors import LocalError
from gateway.database import connect, scoped
from gateway.view import apply
from services.common.settings import Settings
from services.common.tables import floor_tables
from services.contracts.actor import system_actor
from services.contracts.fact import AnyFact
from services.contracts.topology import LISTENERS

LIMIT_SECONDS = 60
POLL_SECONDS = 0.1


class NotArrived(LocalError):
    """A service has not taken the facts in time; they are not lost."""


async def arrive(*, settings: Settings, engine: AsyncEngine, county: str, facts: Sequence[AnyFact]) -> None:
    """Brings the facts into the view, and waits until each service that follows them has kept them.

    Raises ``NotArrived`` after ``LIMIT_SECONDS``.
    """
    if not facts:
        return
    async with engine.begin() as connection:
        await apply(connection, facts)
    for service, states in LISTENERS.items():
        types = {state.fact_type for state in states}
        wanted = {(fact.type, fact.subject): fact.version for fact in facts if fact.type in types}
        if wanted:
            await _await_service(settings, service, county, wanted)


async def _await_service(settings: Settings, service: str, county: str, wanted: dict[tuple[str, str], int]) -> None:
    kept = floor_tables(service).kept_fact
    query = sa.select(kept.c.type, kept.c.id, kept.c.version).where(
        kept.c.county_id == county, sa.tuple_(kept.c.type, kept.c.id).in_(list(wanted))
    )
    engine = connect(getattr(settings, f"{service}_database_url"))
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                async with scoped(engine, system_actor(county, "operator")) as connection:
                    found = {(row.type, row.id): row.version for row in await connection.execute(query)}
                if all(found.get(key, 0) >= version for key, version in wanted.items()):
                    return
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        raise NotArrived(
            f"配置已保存，但 {service} 服务尚未同步完成；请用 ./xinqiao status 查看各部分，恢复后会自动完成"
        ) from error
    finally:
        await engine.dispose()
