"""Queries of indicators and circulars."""

from typing import Any

import graphene

from gateway.indicators.answering import Report, drafted, report
from gateway.indicators.draft import Draft
from gateway.schema.circular_types import Circular, CircularDraft
from gateway.schema.indicator_types import IndicatorReport, PeriodInput, period_of
from gateway.schema.types import context_of
from services.contracts.circulars import Circular as CircularFact


class IndicatorQueries:
    """Fields of the query root."""

    indicators = graphene.Field(
        IndicatorReport,
        required=True,
        period=PeriodInput(required=True),
        tenant=graphene.ID(description="单位代码；县信访局不填为全县，其他单位只能看本单位"),
        description="统计指标，每个数字都可打开其清单",
    )
    circular = graphene.Field(
        CircularDraft, required=True, period=PeriodInput(required=True), description="通报草稿，仅县信访局"
    )
    circulars = graphene.List(
        graphene.NonNull(Circular),
        required=True,
        year=graphene.Int(description="文号所在年份；不填为全部"),
        description="已印发的通报，新的在前",
    )

    @staticmethod
    async def resolve_indicators(
        root: None, info: graphene.ResolveInfo, period: dict[str, Any], tenant: str | None = None
    ) -> Report:
        context = context_of(info)
        return await report(
            engine=context.engine,
            reader=context.reader,
            actor=context.actor,
            period=period_of(period),
            tenant=tenant,
        )

    @staticmethod
    async def resolve_circular(root: None, info: graphene.ResolveInfo, period: dict[str, Any]) -> Draft:
        context = context_of(info)
        return await drafted(
            engine=context.engine, reader=context.reader, actor=context.actor, period=period_of(period)
        )

    @staticmethod
    async def resolve_circulars(root: None, info: graphene.ResolveInfo, year: int | None = None) -> list[CircularFact]:
        found = (await context_of(info).reader.shared(CircularFact)).values()
        wanted = [one for one in found if year is None or one.year == year]
        return sorted(wanted, key=lambda one: (one.year, one.sequence), reverse=True)
