"""Queries of who came without a petition."""

from datetime import date

import graphene
import sqlalchemy as sa

from gateway.model import triage
from gateway.ordering import TRIAGE_ORDER
from gateway.reading_lists import TRIAGES
from gateway.schema import enums
from gateway.schema.desk_types import Triage, TriageCount
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.types import context_of
from gateway.triage_counts import TriageCount as CountRow
from services.common.errors import Forbidden
from services.contracts.desk import TriageOutcome

TriageConnection = connection("Triage", Triage, "分流登记列表的一页")


class DeskQueries:
    triages = graphene.Field(
        TriageConnection,
        required=True,
        args={
            "since": graphene.Date(name="from", description="来访（来电）日期，起"),
            "until": graphene.Date(name="to", description="来访（来电）日期，止"),
            "outcome": graphene.List(graphene.NonNull(enums.TriageOutcomeEnum)),
            "tenant": graphene.ID(description="登记单位代码"),
            **page_arguments(),
        },
        description="本单位的来访（来电）分流登记，新的在前；县信访局可见全部",
    )
    triage_counts = graphene.List(
        graphene.NonNull(TriageCount),
        required=True,
        args={
            "since": graphene.Date(name="from", required=True),
            "until": graphene.Date(name="to", required=True),
            "tenant": graphene.ID(description="登记单位代码"),
        },
        description="一段日期内分流登记的数目，按去向；县信访局计全县，其他单位只计本单位",
    )

    @staticmethod
    async def resolve_triages(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        since: date | None = None,
        until: date | None = None,
        outcome: list[TriageOutcome] | None = None,
        tenant: str | None = None,
        after: str | None = None,
    ) -> Listing:
        where: list[sa.ColumnElement[bool]] = []
        if since is not None:
            where.append(triage.c.on >= since)
        if until is not None:
            where.append(triage.c.on <= until)
        if outcome:
            where.append(triage.c.outcome.in_([each.value for each in outcome]))
        if tenant is not None:
            where.append(triage.c.tenant == tenant)
        return await listing(info, TRIAGES, where=where, order=TRIAGE_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_triage_counts(
        root: None, info: graphene.ResolveInfo, since: date, until: date, tenant: str | None = None
    ) -> list[CountRow]:
        context = context_of(info)
        if not context.actor.reads_cases:
            raise Forbidden()
        return await context.reader.triage_counts(first=since, last=until, tenant=tenant)
