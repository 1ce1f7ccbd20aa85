"""Queries of the network's information: what waits, what is overdue, and who sent how much."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.information_counts import InformationCount as CountRow
from gateway.information_counts import for_praise, information_counts
from gateway.model import roster_entry
from gateway.ordering import INFORMATION_ORDER
from gateway.reading import ViewReader
from gateway.reading_lists import INFORMATION, NETWORK_POSTS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.network_types import InformationCount, InformationItem
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.network import InformationItem as ItemFact
from services.contracts.network import ItemState

InformationConnection = connection("Information", InformationItem, "信息列表的一页")
EARLIEST, LATEST = 2000, 2999


class InformationFilter(graphene.InputObjectType):
    """各条件同时满足"""

    tenant = graphene.ID(description="报送人所在单位代码")
    post = graphene.ID(description="报送人（岗位编号）")
    place = graphene.ID(description="属地代码：乡镇或村；包含其下级")
    level = graphene.List(graphene.NonNull(enums.ItemLevelEnum))
    state = graphene.List(graphene.NonNull(enums.ItemStateEnum))
    found_from = graphene.Date()
    found_to = graphene.Date()
    overdue = graphene.Boolean(description="尚未处置，已过这一级的时限")


def _overdue(wanted: bool, now: datetime) -> sa.ColumnElement[bool]:
    due_at = sa.cast(roster_entry.c.state["due_at"].astext, sa.DateTime(timezone=True))
    over = sa.and_(roster_entry.c.status == ItemState.SENT.value, due_at < now)
    return over if wanted else ~over


INFORMATION_CONDITIONS: dict[str, Condition] = {
    "tenant": lambda value: roster_entry.c.tenant == value,
    "post": lambda value: roster_entry.c.subject == value,
    "place": lambda value: roster_entry.c.state["place"].astext.startswith(value, autoescape=True),
    "level": lambda values: roster_entry.c.state["level"].astext.in_([value.value for value in values]),
    "state": lambda values: roster_entry.c.status.in_([value.value for value in values]),
    "found_from": lambda value: roster_entry.c.day >= value,
    "found_to": lambda value: roster_entry.c.day <= value,
}


class InformationQueries:
    information = graphene.Field(
        InformationConnection,
        required=True,
        filter=graphene.Argument(InformationFilter),
        **page_arguments(),
        description="本单位人员报送的信息，新的在前；县信访局可见全部。反映单位问题的只有县信访局可见",
    )
    information_item = graphene.Field(InformationItem, id=UUID(required=True), description="一条信息")
    information_quota = graphene.List(
        graphene.NonNull(InformationCount),
        required=True,
        month=graphene.Date(required=True, description="该月的任意一天"),
        tenant=graphene.ID(description="单位代码；不填的为全部可见的"),
        description="当月各信息员的报送情况（每月至少 2 条）",
    )
    information_awards = graphene.List(
        graphene.NonNull(InformationCount),
        required=True,
        year=graphene.Int(required=True),
        tenant=graphene.ID(description="单位代码；不填的为全部可见的"),
        description="年度表彰建议：按采用数排列，建议前 1 至 2 名",
    )

    @staticmethod
    async def resolve_information(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        given = dict(filter or {})
        overdue = given.pop("overdue", None)
        where = conditions(INFORMATION_CONDITIONS, given)
        if overdue is not None:
            where.append(_overdue(overdue, context_of(info).reader.now))
        return await listing(info, INFORMATION, where=where, order=INFORMATION_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_information_item(root: None, info: graphene.ResolveInfo, id: str) -> ItemFact:
        found: ItemFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(INFORMATION, id)
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_information_quota(
        root: None, info: graphene.ResolveInfo, month: date, tenant: str | None = None
    ) -> list[CountRow]:
        first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
        return await _counts(context_of(info).reader, first=first, last=last, tenant=tenant)

    @staticmethod
    async def resolve_information_awards(
        root: None, info: graphene.ResolveInfo, year: int, tenant: str | None = None
    ) -> list[CountRow]:
        if not EARLIEST <= year <= LATEST:
            raise InvalidInput(f"年份应在 {EARLIEST} 到 {LATEST} 之间", field="year")
        reader = context_of(info).reader
        return for_praise(await _counts(reader, first=date(year, 1, 1), last=date(year, 12, 31), tenant=tenant))


async def _counts(reader: ViewReader, *, first: date, last: date, tenant: str | None) -> list[CountRow]:
    where: Sequence[sa.ColumnElement[bool]] = [] if tenant is None else [roster_entry.c.tenant == tenant]
    posts = await reader.of_days(NETWORK_POSTS, first=first, last=last, where=where)
    items = await reader.of_days(INFORMATION, first=first, last=last, where=where)
    return information_counts(posts=posts, items=items, first=first, last=last)
