"""The public side's queries of receptions."""

from datetime import date, datetime
from typing import Any

import graphene

from gateway.public.asking import public_context
from gateway.public.receiving import read_appointment, read_slots, read_table, status_of
from gateway.public.reception_types import AppointmentStatus, PublicTurn, ReceptionSlots
from services.common.errors import WrongQueryCode

WRONG_CODE = "预约号或预约码不正确，请对照预约回执核对；回执遗失的，请致电接访单位"


def _days() -> dict[str, Any]:
    return {
        "since": graphene.Date(name="from", required=True),
        "until": graphene.Date(name="to", required=True),
        "tenant": graphene.ID(description="单位代码；不填的为全县"),
    }


class ReceptionQueries:
    public_table = graphene.List(
        graphene.NonNull(PublicTurn),
        required=True,
        args={**_days(), "as_of": graphene.DateTime(description="当时公示的内容，须带时区；不填的为现在")},
        description="领导接访公示表",
    )
    reception_slots = graphene.List(
        graphene.NonNull(ReceptionSlots), required=True, args=_days(), description="可以预约的接访及其空闲时段"
    )
    appointment_status = graphene.Field(
        AppointmentStatus,
        number=graphene.String(required=True, description="预约号"),
        code=graphene.String(required=True, description="预约码"),
        description="按预约号和预约码查询预约；预约号不存在和预约码不对，回答相同",
    )

    @staticmethod
    async def resolve_public_table(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        as_of: datetime | None = None,
    ) -> list[dict[str, Any]]:
        return await read_table(public_context(info).reader, first=since, last=until, tenant=tenant, at=as_of)

    @staticmethod
    async def resolve_reception_slots(
        root: None, info: graphene.ResolveInfo, since: date, until: date, tenant: str | None = None
    ) -> list[dict[str, Any]]:
        return await read_slots(public_context(info).reader, first=since, last=until, tenant=tenant)

    @staticmethod
    async def resolve_appointment_status(
        root: None, info: graphene.ResolveInfo, number: str, code: str
    ) -> dict[str, Any]:
        context = public_context(info)
        with context.trying(f"appointment {number}"):
            found = await read_appointment(context.reader, number=number, code=code)
            if found is None:
                raise WrongQueryCode(WRONG_CODE)
        return await status_of(context.reader, found)
