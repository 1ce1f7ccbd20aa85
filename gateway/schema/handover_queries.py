"""Queries of the logs of shifts, and of what was handed over and not taken over."""

from datetime import date, timedelta
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.ordering import DUTY_LOG_ORDER
from gateway.reading_lists import DUTY_LOGS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.handover_types import DutyLog
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.contracts.handovers import DutyLog as DutyLogFact
from services.contracts.handovers import LogState

STILL_DUE = timedelta(days=366)
"""So long the list of what was not taken over goes back: with nobody there to take over it would grow for ever. What is
older stands in ``dutyLogs``, page by page."""

DutyLogConnection = connection("DutyLog", DutyLog, "值班日志列表的一页")


class DutyLogFilter(graphene.InputObjectType):
    """各条件同时满足"""

    tenant = graphene.ID(description="单位代码")
    day_from = graphene.Date()
    day_to = graphene.Date()
    state = graphene.List(graphene.NonNull(enums.LogStateEnum))


DUTY_LOG_CONDITIONS: dict[str, Condition] = {
    "tenant": lambda value: roster_entry.c.tenant == value,
    "day_from": lambda value: roster_entry.c.day >= value,
    "day_to": lambda value: roster_entry.c.day <= value,
    "state": lambda values: roster_entry.c.status.in_([value.value for value in values]),
}


class HandoverQueries:
    duty_log = graphene.Field(DutyLog, shift_id=UUID(required=True), description="一个班次的值班日志；没有的为空")
    duty_logs = graphene.Field(
        DutyLogConnection,
        required=True,
        filter=graphene.Argument(DutyLogFilter),
        **page_arguments(),
        description="本单位的值班日志，新的在前；县信访局可见全部",
    )
    handovers_due = graphene.List(
        graphene.NonNull(DutyLog),
        required=True,
        tenant=graphene.ID(description="单位代码；不填的为全部可见的"),
        description="近一年内已交班、还没有人接班的，最早交班的在前",
    )

    @staticmethod
    async def resolve_duty_log(root: None, info: graphene.ResolveInfo, shift_id: str) -> DutyLogFact | None:
        return await context_of(info).reader.find(DUTY_LOGS, shift_id)

    @staticmethod
    async def resolve_duty_logs(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(DUTY_LOG_CONDITIONS, filter or {})
        return await listing(info, DUTY_LOGS, where=where, order=DUTY_LOG_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_handovers_due(
        root: None, info: graphene.ResolveInfo, tenant: str | None = None
    ) -> list[DutyLogFact]:
        where: list[sa.ColumnElement[bool]] = [roster_entry.c.status == LogState.HANDED_OVER.value]
        if tenant is not None:
            where.append(roster_entry.c.tenant == tenant)
        reader = context_of(info).reader
        first = legal_day(reader.now) - STILL_DUE
        found = await reader.of_days(DUTY_LOGS, first=first, last=date.max, where=where)
        return sorted(found, key=lambda each: (str(each.handed_over_at), each.shift))
