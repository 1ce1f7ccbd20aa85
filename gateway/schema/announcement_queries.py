"""Queries of what the public is told, what was filed, and the addresses of calendars."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.announced import announcements, check_days, public_turns
from gateway.announcing import DayDue, announcements_due, reminded_until, whose_announcements
from gateway.model import roster_entry
from gateway.reading_lists import FEEDS, FILINGS
from gateway.schema.announcement_types import Announcement, AnnouncementDue, Feed, Filing, PublicTurn
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.common.public_table import PublicTurn as Row
from services.contracts.announcements import Announcement as AnnouncementFact
from services.contracts.announcements import Feed as FeedFact
from services.contracts.announcements import Filing as FilingFact
from services.contracts.directory import Organisation


def _days() -> dict[str, Any]:
    return {
        "since": graphene.Date(name="from", required=True),
        "until": graphene.Date(name="to", required=True),
        "tenant": graphene.ID(description="单位代码；不填的为全部"),
    }


class AnnouncementQueries:
    public_table = graphene.List(
        graphene.NonNull(PublicTurn),
        required=True,
        args={**_days(), "as_of": graphene.DateTime(description="当时公示的内容，须带时区；不填的为现在")},
        description="领导接访公示表",
    )
    announcements = graphene.List(
        graphene.NonNull(Announcement), required=True, args=_days(), description="历次公示及变更，新的在前"
    )
    announcements_due = graphene.List(
        graphene.NonNull(AnnouncementDue),
        required=True,
        tenant=graphene.ID(description="单位代码；不填为本单位，县信访局不填为全县"),
        description="近期应当公示或另行公示的日子，最迟公示日在前的在前：本单位经办人、负责人和领导可见，县信访局可见各单位的",
    )
    filings = graphene.List(
        graphene.NonNull(Filing), required=True, args=_days(), description="本单位的报备记录；县信访局可见全部"
    )
    feeds = graphene.List(graphene.NonNull(Feed), required=True, description="本单位的日历订阅地址，新的在前")

    @staticmethod
    async def resolve_public_table(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        as_of: datetime | None = None,
    ) -> list[Row]:
        return await public_turns(context_of(info).reader, first=since, last=until, tenant=tenant, at=as_of)

    @staticmethod
    async def resolve_announcements(
        root: None, info: graphene.ResolveInfo, since: date, until: date, tenant: str | None = None
    ) -> Sequence[AnnouncementFact]:
        return await announcements(context_of(info).reader, first=since, last=until, tenant=tenant)

    @staticmethod
    async def resolve_announcements_due(
        root: None, info: graphene.ResolveInfo, tenant: str | None = None
    ) -> list[DayDue]:
        reader = context_of(info).reader
        tenants = whose_announcements(reader.actor, tenant, await reader.shared(Organisation))
        today = legal_day(reader.now)
        return await announcements_due(reader, tenants=tenants, first=today, last=reminded_until(today))

    @staticmethod
    async def resolve_filings(
        root: None, info: graphene.ResolveInfo, since: date, until: date, tenant: str | None = None
    ) -> list[FilingFact]:
        check_days(since, until)
        where: list[sa.ColumnElement[bool]] = [] if tenant is None else [roster_entry.c.tenant == tenant]
        return await context_of(info).reader.of_days(FILINGS, first=since, last=until, where=where)

    @staticmethod
    async def resolve_feeds(root: None, info: graphene.ResolveInfo) -> list[FeedFact]:
        reader = context_of(info).reader
        own = [roster_entry.c.tenant == reader.actor.tenant]
        found = await reader.of_days(FEEDS, first=date.min, last=date.max, where=own)
        return sorted(found, key=lambda each: each.made_at, reverse=True)
