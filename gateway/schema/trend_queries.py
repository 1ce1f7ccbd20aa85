"""What rises, as people ask for it (CC-05)."""

from dataclasses import replace
from datetime import date

import graphene

from gateway.schema import enums
from gateway.schema.paging import size
from gateway.schema.types import context_of, label_of
from gateway.trends import Count, Trend, TrendKind, counted, risen, span
from services.contracts.directory import Organisation
from services.contracts.rules import Regime


class TrendFilter(graphene.ObjectType):
    """上升的这些信访件：各项原样填入信访件列表的筛选条件"""

    category = graphene.String(description="内容分类")
    place = graphene.String(description="属地代码")
    matter = graphene.ID(description="信访事项标识")
    received_from = graphene.Date(required=True, description="收到日期，自")
    received_to = graphene.Date(required=True, description="收到日期，至")

    @staticmethod
    def resolve_category(row: Trend, info: graphene.ResolveInfo) -> str | None:
        return row.key if row.kind is TrendKind.CATEGORY else None

    @staticmethod
    def resolve_place(row: Trend, info: graphene.ResolveInfo) -> str | None:
        return row.key if row.kind is TrendKind.PLACE else None

    @staticmethod
    def resolve_matter(row: Trend, info: graphene.ResolveInfo) -> str | None:
        return row.key if row.kind is TrendKind.MATTER else None

    @staticmethod
    def resolve_received_from(row: Trend, info: graphene.ResolveInfo) -> date:
        return row.first

    @staticmethod
    def resolve_received_to(row: Trend, info: graphene.ResolveInfo) -> date:
        return row.last


class RisingTrend(graphene.ObjectType):
    """上升的一类内容、一个属地或一个信访事项，只计您可见的信访件"""

    kind = graphene.Field(enums.TrendKindEnum, required=True, description="按什么统计")
    kind_label = graphene.String(required=True)
    label = graphene.String(required=True, description="内容分类、属地名称，或事项在这些日子里第一件的标题")
    count = graphene.Int(required=True, description="所选日期内收到的件数")
    mean = graphene.Float(required=True, description="此前各个同样长的时段平均收到的件数")
    percent = graphene.Int(description="比平均多百分之几；此前没有的为空")
    filter = graphene.Field(TrendFilter, required=True, description="查看这些信访件的筛选条件")

    resolve_kind_label = label_of("kind")

    @staticmethod
    def resolve_filter(row: Trend, info: graphene.ResolveInfo) -> Trend:
        return row


class TrendQueries:
    trends = graphene.List(
        graphene.NonNull(RisingTrend),
        required=True,
        args={
            "first_day": graphene.Date(name="from", required=True, description="收到日期，自"),
            "last_day": graphene.Date(name="to", required=True, description="收到日期，至；最多 92 天"),
            "first": graphene.Int(default_value=20, description="最多几条"),
        },
        description="苗头和趋势：与此前几个同样长的时段的平均数相比明显上升的，最突出的在前；标准由县配置规定",
    )

    @staticmethod
    async def resolve_trends(
        root: None, info: graphene.ResolveInfo, first_day: date, last_day: date, first: int
    ) -> list[Trend]:
        reader = context_of(info).reader
        county, most = reader.actor.county, size(first)
        span(first_day, last_day)
        regime = (await reader.shared(Regime)).get(county) or Regime(county=county)
        counts = [
            Count(kind=kind, **row._mapping)
            for kind in TrendKind
            for row in await reader.rows(counted(kind, county=county, first=first_day, last=last_day, regime=regime))
        ]
        found = risen(counts, first=first_day, last=last_day, regime=regime)[:most]
        directory = (await reader.shared(Organisation)).values()
        names = {place.code: place.name for one in directory for place in one.places}
        return [replace(each, label=names.get(each.key, each.label)) for each in found]
