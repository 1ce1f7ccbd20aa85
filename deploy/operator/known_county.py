"""The counties that were provisioned, as an operator names one: by division code or slug."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.errors import LocalError
from gateway.model import county as county_table


class NoCounty(LocalError):
    """The county was not provisioned; the message names those that were."""


@dataclass(frozen=True)
class KnownCounty:
    code: str
    """Division code, six digits."""
    slug: str
    name: str


async def known_county(engine: AsyncEngine, given: str) -> KnownCounty:
    """The county with this division code or slug. Raises ``NoCounty``."""
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(county_table).order_by(county_table.c.code))).all()
    known = [KnownCounty(code=row.code, slug=row.slug, name=row.name) for row in rows]
    for one in known:
        if given in (one.code, one.slug):
            return one
    names = "、".join(f"{one.slug}（{one.code} {one.name}）" for one in known) or "无"
    raise NoCounty(f"没有载入过县“{given}”。已载入：{names}。请先用 ./xinqiao provision 载入该县")
