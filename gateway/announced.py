"""What the public was told of receptions, as the view holds it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.reading import ViewReader
from gateway.reading_lists import ANNOUNCEMENTS
from services.common.errors import InvalidInput
from services.common.public_table import PublicTurn, public_table
from services.contracts.announcements import Announcement

LONGEST = timedelta(days=366)
"""What one question is about at most: a year's table."""


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
    found = await reader.of_days(ANNOUNCEMENTS, first=first, last=last, where=where)
    return sorted(found, key=lambda each: each.published_at, reverse=True)


async def public_turns(
    reader: ViewReader, *, first: date, last: date, tenant: str | None = None, at: datetime | None = None
) -> list[PublicTurn]:
    """The public table of these days as it was at ``at``; None: as it is. Raises ``InvalidInput``."""
    if at is not None and at.tzinfo is None:
        raise InvalidInput("请写明时区，如 2026-11-20T18:00:00+08:00", field="as_of")
    known = await announcements(reader, first=first, last=last, tenant=tenant)
    return public_table(known, at=at or reader.now, first=first, last=last)
