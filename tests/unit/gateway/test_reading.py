"""Reading the view: what many resolvers of one request want is read once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.reading import ViewReader
from services.contracts.actor import Actor, Role, TenantKind


def test_a_hundred_resolvers_that_name_a_tenant_read_the_directory_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def rows(reader: ViewReader, query: Any) -> list[Any]:
        asked.append(str(query))
        await asyncio.sleep(0)
        return []

    monkeypatch.setattr(ViewReader, "_rows", rows)
    actor = Actor(
        county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.CLERK})
    )

    async def resolve() -> list[Any]:
        reader = ViewReader(engine=create_async_engine("postgresql+psycopg://nowhere"), actor=actor)
        return await asyncio.gather(*(reader.organisation("slj") for _ in range(100)))

    assert asyncio.run(resolve()) == [None] * 100
    assert len(asked) == 1
