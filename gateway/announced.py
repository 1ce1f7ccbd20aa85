"""What the public was told of receptions, as the view holds it."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.reading import ViewReader
from gateway.reading_lists import ANNOUNCEMENTS, Listed
from services.common.errors import InvalidInput
from services.common.public_table import PublicTurn, public_table
from services.contracts.announcements import Announcement

LONGEST = timedelta(days=366)
"""What one question is about at most: a year's table."""

IDS = Listed(roster_entry, (roster_entry.c.id,), lambda row: str(row.id), ANNOUNCEMENTS.where)
READ: OrderedDict[tuple[str, str], Announcement] = OrderedDict()
"""What this process read of late, by county and id. Nothing in it grows old: a publication never changes, and its id
follows from all that it says."""

MOST_READ = 2000
"""Some megabytes: a year of forty tenants that publish each month and change it three times."""


def check_days(first: date, last: date) -> None:
    """Raises ``InvalidInput``."""
    if last < first:
        raise InvalidInput("截止日期早于起始日期，请核对", field="to")
    if last - first > LONGEST:
        raise InvalidInput(f"一次最多查询 {LONGEST.days} 天，请缩短日期范围", field="to")


async def announcements(
    reader: ViewReader, *, first: date, last: date, tenant: str | None = None
) -> Sequence[Announcement]:
    """All that was ever published about these days, by one tenant or all, the newest in front."""
    check_days(first, last)
    where: list[sa.ColumnElement[bool]] = [] if tenant is None else [roster_entry.c.tenant == tenant]
    ids = await reader.of_days(IDS, first=first, last=last, where=where)
    found = await _read(reader, ids)
    return sorted(found, key=lambda each: each.published_at, reverse=True)


async def _read(reader: ViewReader, ids: Sequence[str]) -> list[Announcement]:
    """Those with these ids, which the reader sees. Most were read before, by whoever asked last."""
    county = reader.actor.county
    # Before the first await: others may push out meanwhile what was known.
    known = {id: READ[county, id] for id in ids if (county, id) in READ}
    fresh = await asyncio.gather(*(_find(reader, id) for id in ids if id not in known))
    known |= {each.id: each for each in fresh if each is not None}
    for id, each in known.items():
        READ[county, id] = each
        READ.move_to_end((county, id))
    while len(READ) > MOST_READ:
        READ.popitem(last=False)
    return [known[id] for id in ids if id in known]


async def _find(reader: ViewReader, id: str) -> Announcement | None:
    return await reader.find(ANNOUNCEMENTS, id)


async def public_turns(
    reader: ViewReader, *, first: date, last: date, tenant: str | None = None, at: datetime | None = None
) -> list[PublicTurn]:
    """The public table of these days as it was at ``at``; None: as it is. Raises ``InvalidInput``."""
    if at is not None and at.tzinfo is None:
        raise InvalidInput("请写明时区，如 2026-11-20T18:00:00+08:00", field="as_of")
    known = await announcements(reader, first=first, last=last, tenant=tenant)
    return public_table(known, at=at or reader.now, first=first, last=last)
