"""What the public side reads: one item for who has its number and its code, and what everybody may know of the county.

``read_item`` is the only place of the gateway that reads cases for somebody without rights of his own; it answers
nothing but ``Item``.
"""

import hmac

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.model import county, petition, private
from gateway.public.telling import Item, item_of
from gateway.reading import ViewReader
from services.common.clock import legal_day
from services.contracts.actor import system_actor
from services.contracts.directory import Organisation
from services.contracts.public import tidy_code
from services.contracts.rules import Regime

NOBODYS = ""
"""Stands for the id of a petition that does not exist: the same reads are made for it."""


async def county_of(engine: AsyncEngine, slug: str) -> tuple[str, str] | None:
    """Code and name of the county; None where there is none of this name."""
    if not slug.isalnum():
        return None
    async with engine.begin() as connection:
        query = sa.select(county.c.code, county.c.name).where(county.c.slug == slug)
        row = (await connection.execute(query)).first()
    return None if row is None else (row.code, row.name)


async def read_item(engine: AsyncEngine, *, county_id: str, number: str, query_code: str) -> Item | None:
    """The item, for who gives its number with its own code; None otherwise, after the same reads whatever was wrong.

    An item of an older register, of which nobody was given a code, is as one that does not exist.
    """
    reader = ViewReader(engine=engine, actor=system_actor(county_id, "gateway"))
    async with scoped(engine, reader.actor) as connection:
        found = sa.select(petition.c.id, petition.c.state["historical"].astext.label("historical")).where(
            petition.c.county_id == county_id, petition.c.number == tidy_code(number)
        )
        row = (await connection.execute(found)).first()
        petition_id = row.id if row is not None and row.historical == "false" else NOBODYS
        codes = sa.select(private.c.data).where(
            private.c.county_id == county_id, private.c.petition_id == petition_id, private.c.kind == "query_code"
        )
        expected = (await connection.execute(codes)).scalar()
    given = tidy_code(query_code)
    # An empty code is nobody's: it must not fit what has none.
    if not hmac.compare_digest((expected or "").encode(), given.encode()) or not given:
        return None
    try:
        found_row = await reader.petition(petition_id)
        if found_row is None:
            return None
        return item_of(
            row=found_row,
            parts=await reader.parts.load(petition_id),
            clocks=await reader.clocks(petition_id),
            directory=await reader.shared(Organisation),
            regime=(await reader.shared(Regime)).get(county_id) or Regime(county=county_id),
            today=legal_day(reader.now),
        )
    finally:
        await reader.release()
