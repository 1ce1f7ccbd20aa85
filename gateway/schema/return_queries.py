"""The report of returns (退件通报): which bodies send back how much of what they are given, and which cases go to and
fro."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import graphene

from gateway.database import scoped
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading_lists import PETITIONS
from gateway.returns import BodyReturns, is_ping_pong, returns_by_body
from gateway.schema.paging import Listing, listing, page_arguments
from gateway.schema.queries import PetitionConnection
from gateway.schema.types import Tenant, context_of, tenant_of
from services.common.errors import Forbidden, InvalidInput


class Span(NamedTuple):
    """Days, both included."""

    first: date
    last: date


class BodyReturnsType(graphene.ObjectType):
    """一个单位的退件情况"""

    class Meta:
        name = "BodyReturns"

    tenant = graphene.Field(Tenant)
    referred = graphene.Int(required=True, description="本期转送交办给该单位主办的件数（误转撤回的不计）")
    returned = graphene.Int(required=True, description="其中退回的件数")
    share = graphene.Float(required=True, description="退回率：退回件数 ÷ 转送交办件数")
    days_lost = graphene.Int(required=True, description="退回的各件自发出至退回的日数之和")
    refused = graphene.Int(required=True, description="其中不予受理的件数（已纠正的不计）")
    reworked = graphene.Int(required=True, description="处理意见被退回重办的次数")

    resolve_tenant = tenant_of("tenant")


class ReturnReport(graphene.ObjectType):
    """退件情况"""

    first = graphene.Date(required=True, name="from")
    last = graphene.Date(required=True, name="to")
    bodies = graphene.List(graphene.NonNull(BodyReturnsType), required=True, description="按退回件数、耽误日数由多到少")
    ping_pong = graphene.Field(
        PetitionConnection,
        required=True,
        **page_arguments(),
        description="本期又被退回、累计退回两次以上的信访件（乒乓件），新登记的在前",
    )

    @staticmethod
    async def resolve_bodies(span: Span, info: graphene.ResolveInfo) -> Sequence[BodyReturns]:
        context = context_of(info)
        async with scoped(context.engine, context.actor) as connection:
            return await returns_by_body(connection, county=context.actor.county, first=span.first, last=span.last)

    @staticmethod
    async def resolve_ping_pong(
        span: Span, info: graphene.ResolveInfo, first: int, after: str | None = None
    ) -> Listing:
        county, order = context_of(info).actor.county, ORDERS[PetitionOrder.NEWEST_FIRST]
        where = [is_ping_pong(county=county, first=span.first, last=span.last)]
        return await listing(info, PETITIONS, where=where, order=order, first=first, after=after)


class ReturnQueries:
    """Fields of the query root."""

    return_report = graphene.Field(
        ReturnReport,
        required=True,
        description="本期发出的转送交办的退件情况；按本用户可见的信访件统计：县信访局为全县，"
        "乡镇、部门为本单位登记和承办的（已退回的件不再可见，不计在内）",
        **{
            "from": graphene.Argument(graphene.Date, required=True, description="按发出日期"),
            "to": graphene.Argument(graphene.Date, required=True),
        },
    )

    @staticmethod
    def resolve_return_report(root: None, info: graphene.ResolveInfo, **days: Any) -> Span:
        if not context_of(info).actor.reads_cases:
            raise Forbidden("您的岗位不能查看信访件，因此没有退件统计；请由本单位经办人或负责人查询")
        span = Span(days["from"], days["to"])
        if span.first > span.last:
            raise InvalidInput(f"起始日期 {span.first} 晚于截止日期 {span.last}，请核对", field="from")
        return span
