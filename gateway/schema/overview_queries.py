"""The county at a glance (县情一览): one line for each township and bureau."""

from datetime import date

import graphene

from gateway.database import scoped
from gateway.schema import enums
from gateway.schema.types import Tenant, context_of, tenant_of
from gateway.work.kinds import OverviewOrder
from gateway.work.overview import Line, Overview, overview, put_together
from services.common.clock import legal_day
from services.common.errors import Forbidden, InvalidInput
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation


class OverviewLine(graphene.ObjectType):
    """一个单位的，或全县的"""

    tenant = graphene.Field(Tenant, description="全县的为空")
    open = graphene.Int(required=True, description="该单位登记或承办、尚未办结的件数；全县的每件只计一次")
    due = graphene.Int(required=True, description="其承担的期限已到预警或今日到期的件数")
    overdue = graphene.Int(required=True, description="其承担的期限已超期的件数")
    returned = graphene.Int(required=True, description="本期由该单位退回的件数")
    rated = graphene.Int(required=True, description="本期对该单位（责任单位）作出的满意度评价数")
    satisfied = graphene.Int(required=True, description="其中满意、基本满意的")
    satisfaction = graphene.Float(description="满意率；没有评价的为空")

    resolve_tenant = tenant_of("tenant")

    @staticmethod
    def resolve_satisfaction(line: Line, info: graphene.ResolveInfo) -> float | None:
        return line.satisfaction


class CountyOverview(graphene.ObjectType):
    """全县信访情况一览"""

    first = graphene.Date(required=True, name="from", description="退回、评价的起始日")
    last = graphene.Date(required=True, name="to")
    lines = graphene.List(
        graphene.NonNull(OverviewLine), required=True, description="各乡镇、部门；乡镇、部门的用户只有本单位一行"
    )
    total = graphene.Field(OverviewLine, description="全县合计；仅县信访局可见")


class OverviewQueries:
    """Fields of the query root."""

    county_overview = graphene.Field(
        CountyOverview,
        required=True,
        order_by=graphene.Argument(enums.OverviewOrderEnum, default_value=OverviewOrder.TENANT),
        description="全县各乡镇、部门的信访情况：未办结、临期、超期（按此刻），退回、评价（按起止日期）",
        args={
            "first": graphene.Argument(graphene.Date, name="from", description="不填的为本月一日"),
            "last": graphene.Argument(graphene.Date, name="to", description="不填的为今天"),
        },
    )

    @staticmethod
    async def resolve_county_overview(
        root: None,
        info: graphene.ResolveInfo,
        order_by: OverviewOrder | None,
        first: date | None = None,
        last: date | None = None,
    ) -> Overview:
        context = context_of(info)
        actor, now = context.actor, context.reader.now
        if not actor.reads_cases:
            raise Forbidden("您的岗位不能查看信访件，因此没有信访情况统计；请由本单位经办人或负责人查询")
        until = last or legal_day(now)
        since = first or until.replace(day=1)
        if since > until:
            raise InvalidInput(f"起始日期 {since} 晚于截止日期 {until}，请核对", field="from")
        of_county = actor.kind is TenantKind.COUNTY
        directory = await context.reader.shared(Organisation)
        codes = {each.code for each in directory.values() if each.active}
        async with scoped(context.engine, actor) as connection:
            owner = None if of_county else actor.tenant
            figures = await overview(connection, county=actor.county, owner=owner, first=since, last=until, now=now)
        shown = codes | {actor.tenant} if of_county else {actor.tenant}
        order = OverviewOrder(order_by or OverviewOrder.TENANT)
        found = put_together(figures, tenants=shown, first=since, last=until, order=order)
        return found if of_county else Overview(first=since, last=until, lines=found.lines, total=None)
