"""How many there are, in a time that does not grow with the county: from the tally, or counted up to a bound."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gateway.model import petition
from gateway.reading_lists import Conditions, Listed, ScopedReader
from gateway.status import PetitionStatus
from gateway.work.model import WHOLE_COUNTY, tally
from services.contracts.actor import Actor, TenantKind

COUNTED = 10_000
"""Up to which a list is counted one by one: enough for a person, and found in some ten milliseconds."""


@dataclass(frozen=True)
class Total:
    count: int
    exact: bool
    """False: there are more, and ``count`` is ``COUNTED``."""


async def counted(reader: ScopedReader, listed: Listed[Any], where: Conditions) -> Total:
    """One by one, and never more than one above the bound."""
    table = listed.table
    query = sa.select(sa.literal(1)).select_from(table).where(table.c.county_id == reader.actor.county, *listed.where)
    some = query.where(*where).limit(COUNTED + 1).subquery()
    count = int((await reader.rows(sa.select(sa.func.count()).select_from(some)))[0][0])
    return Total(min(count, COUNTED), count <= COUNTED)


async def tallied(reader: ScopedReader, statuses: Collection[PetitionStatus]) -> Total:
    """All petitions that the actor sees, or those of these states: exact, whatever their number.

    In one statement, so that nothing is counted twice that changes meanwhile. What names restrict is counted where it
    stands, by its own small index: only its policy knows who sees it.
    """
    county, scope = reader.actor.county, scope_of(reader.actor)
    values = sorted(str(status) for status in statuses)
    open_ones = sa.select(sa.func.coalesce(sa.func.sum(tally.c.delta), 0)).where(
        tally.c.county_id == county, tally.c.scope == scope
    )
    restricted = sa.select(sa.func.count()).where(petition.c.county_id == county, petition.c.named.is_not(None))
    if values:
        open_ones = open_ones.where(tally.c.status.in_(values))
        restricted = restricted.where(petition.c.status.in_(values))
    query = sa.select((open_ones.scalar_subquery() + restricted.scalar_subquery()).label("many"))
    return Total(int((await reader.rows(query))[0].many), True)


def scope_of(actor: Actor) -> str:
    """The scope of the tally that is the actor's; its policy shows no other."""
    return WHOLE_COUNTY if actor.kind is TenantKind.COUNTY and actor.reads_cases else actor.tenant
