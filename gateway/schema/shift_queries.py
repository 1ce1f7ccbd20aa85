"""Queries of the duty table."""

from datetime import date, timedelta
from typing import Any

import graphene

from gateway.announced import check_days
from gateway.model import roster_entry
from gateway.reading_lists import SHIFTS
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import Shift
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import Shift as ShiftFact
from services.contracts.shifts import ShiftStatus

OF_ALL = timedelta(days=31)
"""What one question is about at most where it names no tenant: a month of the whole county."""


class ShiftQueries:
    duty_table = graphene.List(
        graphene.NonNull(Shift),
        required=True,
        args={
            "since": graphene.Date(name="from", required=True),
            "until": graphene.Date(name="to", required=True),
            "tenant": graphene.ID(description="单位代码；不填的为全部单位，一次最多一个月"),
            "kind": graphene.Argument(enums.ServiceKindEnum),
            "member": graphene.ID(description="只看某一人的班次"),
            "status": graphene.Argument(enums.ShiftStatusEnum, description="不填的不含已取消的班次"),
        },
        description="值班表，按时间先后",
    )
    shift = graphene.Field(Shift, id=UUID(required=True), description="一个班次")

    @staticmethod
    async def resolve_duty_table(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        kind: ServiceKind | None = None,
        member: str | None = None,
        status: ShiftStatus | None = None,
    ) -> list[ShiftFact]:
        check_days(since, until)
        if tenant is None and until - since > OF_ALL:
            raise InvalidInput(f"查询全部单位时一次最多 {OF_ALL.days} 天，请缩短日期范围或填写单位", field="to")
        c = roster_entry.c
        where: list[Any] = [c.status != ShiftStatus.CANCELLED.value if status is None else c.status == status.value]
        if tenant is not None:
            where.append(c.tenant == tenant)
        if kind is not None:
            where.append(c.state["kind"].astext == kind.value)
        if member is not None:
            where.append(c.state["seats"].contains([{"member": member}]))
        found = await context_of(info).reader.of_days(SHIFTS, first=since, last=until, where=where)
        return sorted(found, key=lambda each: (each.begins, each.tenant, each.id))

    @staticmethod
    async def resolve_shift(root: None, info: graphene.ResolveInfo, id: str) -> ShiftFact:
        found: ShiftFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(SHIFTS, id)
        if found is None:
            raise NotFound()
        return found
