"""Queries of quotas, composition, figures and summaries of receptions, and of the responsibility map."""

from datetime import date

import graphene

from gateway.model import roster_entry
from gateway.reading_lists import MEMBERS
from gateway.reception_figures.asking import (
    composition_gaps,
    quota_standings,
    receiver_figures,
    reception_summary,
)
from gateway.reception_figures.composing import CompositionGap as GapRow
from gateway.reception_figures.figures import ReceiverFigures as FiguresRow
from gateway.reception_figures.quotas import QuotaStanding as StandingRow
from gateway.reception_figures.responsible import ResponsibilityMap as MapRow
from gateway.reception_figures.responsible import responsibility
from gateway.reception_figures.summary import ReceptionSummary as SummaryRow
from gateway.schema.reception_figures_types import (
    CompositionGap,
    QuotaStanding,
    ReceiverFigures,
    ReceptionSummary,
    ResponsibilityMap,
)
from gateway.schema.types import context_of
from services.common import clock
from services.common.errors import NotFound

OF_MONTH = {
    "month": graphene.Date(required=True, description="该月任一日"),
    "tenant": graphene.ID(description="单位代码；不填为本单位，县信访局不填为全县"),
}


class ReceptionFiguresQueries:
    reception_quotas = graphene.List(
        graphene.NonNull(QuotaStanding),
        required=True,
        args=OF_MONTH,
        description="一个月接访次数要求的完成情况；检举控告类来访不计入批数",
    )
    composition_gaps = graphene.List(
        graphene.NonNull(CompositionGap),
        required=True,
        args={
            "first": graphene.Date(name="from", required=True),
            "last": graphene.Date(name="to", required=True),
            "tenant": OF_MONTH["tenant"],
        },
        description="人员不齐的接访：缺岗，或来访事项需要法律顾问等而无人参加，按日期",
    )
    receiver_figures = graphene.List(
        graphene.NonNull(ReceiverFigures), required=True, args=OF_MONTH, description="每名接访人员一个月的接访情况"
    )
    reception_summary = graphene.Field(
        ReceptionSummary, required=True, args=OF_MONTH, description="一个月的接访情况，供领导掌握"
    )
    responsibility_map = graphene.Field(
        ResponsibilityMap,
        required=True,
        tenant=graphene.ID(description="单位代码；不填为本单位"),
        description="信访工作责任分工：主要负责人总负责，领导分管，科（股）室按职能",
    )

    @staticmethod
    async def resolve_reception_quotas(
        root: None, info: graphene.ResolveInfo, month: date, tenant: str | None = None
    ) -> list[StandingRow]:
        return await quota_standings(reader=context_of(info).reader, day=month, tenant=tenant)

    @staticmethod
    async def resolve_composition_gaps(
        root: None, info: graphene.ResolveInfo, first: date, last: date, tenant: str | None = None
    ) -> list[GapRow]:
        return await composition_gaps(reader=context_of(info).reader, first=first, last=last, tenant=tenant)

    @staticmethod
    async def resolve_receiver_figures(
        root: None, info: graphene.ResolveInfo, month: date, tenant: str | None = None
    ) -> list[FiguresRow]:
        return await receiver_figures(reader=context_of(info).reader, day=month, tenant=tenant)

    @staticmethod
    async def resolve_reception_summary(
        root: None, info: graphene.ResolveInfo, month: date, tenant: str | None = None
    ) -> SummaryRow:
        return await reception_summary(reader=context_of(info).reader, day=month, tenant=tenant)

    @staticmethod
    async def resolve_responsibility_map(root: None, info: graphene.ResolveInfo, tenant: str | None = None) -> MapRow:
        reader = context_of(info).reader
        code = tenant or context_of(info).actor.tenant
        if await reader.organisation(code) is None:
            raise NotFound(f"机构名录中没有代码为 {code} 的单位，请核对")
        today = clock.legal_day(clock.now())
        members = await reader.of_days(MEMBERS, first=today, last=today, where=(roster_entry.c.tenant == code,))
        return responsibility(tenant=code, members=members)
