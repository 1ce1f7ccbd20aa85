"""Queries of the conflict log and of its months."""

from datetime import date
from typing import Any

import graphene

from gateway.conflict_months import ConflictMonth as MonthRow
from gateway.conflict_months import conflict_months, months
from gateway.model import conflict
from gateway.ordering import CONFLICT_ORDER
from gateway.reading_lists import CONFLICTS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.conflict_types import Conflict, ConflictMonth
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common import clock
from services.common.errors import Forbidden, NotFound
from services.common.ids import is_id
from services.contracts.actor import TenantKind
from services.contracts.conflicts import SEARCH_DUTY
from services.contracts.conflicts import Conflict as ConflictFact
from services.contracts.directory import Organisation
from services.contracts.office import OfficeDutyDone

ConflictConnection = connection("Conflict", Conflict, "矛盾纠纷列表的一页")


class ConflictFilter(graphene.InputObjectType):
    """各条件同时满足"""

    tenant = graphene.ID(description="登记单位代码")
    place = graphene.String(description="属地代码：县、乡镇或村；包含其下级")
    state = graphene.List(graphene.NonNull(enums.ConflictStateEnum))
    found_from = graphene.Date()
    found_to = graphene.Date()
    text = graphene.String(description="名称或情况中包含的文字")


CONFLICT_CONDITIONS: dict[str, Condition] = {
    "tenant": lambda value: conflict.c.tenant == value,
    "place": lambda value: conflict.c.place.startswith(value, autoescape=True),
    "state": lambda values: conflict.c.status.in_([value.value for value in values]),
    "found_from": lambda value: conflict.c.found_on >= value,
    "found_to": lambda value: conflict.c.found_on <= value,
    "text": lambda value: (
        conflict.c.title.contains(value, autoescape=True) | conflict.c.description.contains(value, autoescape=True)
    ),
}


class ConflictQueries:
    conflicts = graphene.Field(
        ConflictConnection,
        required=True,
        filter=graphene.Argument(ConflictFilter),
        **page_arguments(),
        description="本单位排查登记的矛盾纠纷，新发现的在前；县信访局可见全部",
    )
    conflict = graphene.Field(Conflict, id=UUID(required=True), description="一起矛盾纠纷")
    conflict_summary = graphene.List(
        graphene.NonNull(ConflictMonth),
        required=True,
        args={"first": graphene.Date(name="from", required=True), "last": graphene.Date(name="to", required=True)},
        description="各乡镇（街道）每月排查化解情况，按月、按单位；县信访局可见全部，其他单位只见本单位。起止日期所在的月份都计入",
    )

    @staticmethod
    async def resolve_conflicts(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(CONFLICT_CONDITIONS, filter or {})
        return await listing(info, CONFLICTS, where=where, order=CONFLICT_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_conflict(root: None, info: graphene.ResolveInfo, id: str) -> ConflictFact:
        found: ConflictFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(CONFLICTS, id)
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_conflict_summary(
        root: None, info: graphene.ResolveInfo, first: date, last: date
    ) -> list[MonthRow]:
        context = context_of(info)
        actor, reader = context.actor, context.reader
        if not actor.reads_cases:
            raise Forbidden()
        periods = months(first=first, last=last, today=clock.legal_day(reader.now))
        if not periods:
            return []
        directory = (await reader.shared(Organisation)).values()
        tenants = {
            one.code
            for one in directory
            if one.active
            and one.kind is TenantKind.TOWNSHIP
            and (actor.kind is TenantKind.COUNTY or one.code == actor.tenant)
        }
        done = (await reader.shared(OfficeDutyDone)).values()
        return conflict_months(
            conflicts=await reader.conflict_days(first=periods[0].first, last=periods[-1].last),
            tenants=tenants,
            periods=periods,
            recorded={(one.tenant, one.period) for one in done if one.duty == SEARCH_DUTY and not one.taken_back},
        )
