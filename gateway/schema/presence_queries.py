"""Queries of who is on duty now and today, of empty posts, and of who was called."""

from datetime import date, timedelta

import graphene
import sqlalchemy as sa

from gateway import duty
from gateway.announced import check_days
from gateway.model import roster_entry, shared_table
from gateway.ordering import DUTY_CALL_ORDER, POST_ALERT_ORDER
from gateway.reading_lists import DUTY_CALLS, POST_ALERTS
from gateway.schema import enums
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.presence_types import Coverage, DutyCall, OnDuty, PostAlert
from gateway.schema.shift_types import Shift
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.presence import AlertKind
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import Shift as ShiftFact

COVERED = timedelta(days=60)
"""How far one looks ahead who says nothing else; as far as empty posts are watched."""
NOBODY = ""

PostAlertConnection = connection("PostAlert", PostAlert, "空岗、脱岗提醒列表的一页")
DutyCallConnection = connection("DutyCall", DutyCall, "紧急报告通知值班人员列表的一页")


class PresenceQueries:
    duty_now = graphene.List(
        graphene.NonNull(OnDuty),
        required=True,
        tenant=graphene.ID(description="不填的为县信访局和本单位"),
        kind=graphene.Argument(enums.ServiceKindEnum),
        description="此刻谁在值班，夜间和节假日也一样",
    )
    on_duty_today = graphene.List(
        graphene.NonNull(Shift),
        required=True,
        tenant=graphene.ID(description="不填的为本单位"),
        description="今天的全部班次，包括昨晚开始、尚未结束的，先开始的在前",
    )
    coverage = graphene.Field(
        Coverage,
        required=True,
        args={
            "since": graphene.Date(name="from", description="不填的为今天"),
            "until": graphene.Date(name="to", description="不填的为起始日期后 60 天"),
            "tenant": graphene.ID(description="不填的为本单位"),
        },
        description="各日岗位是否排满、空岗及可以补岗的人员",
    )
    post_alerts = graphene.Field(
        PostAlertConnection,
        required=True,
        open=graphene.Boolean(description="是否仍然空着；不填的为全部"),
        kind=graphene.Argument(enums.AlertKindEnum),
        tenant=graphene.ID(),
        for_me=graphene.Boolean(default_value=False, description="只看本人可以补岗的"),
        **page_arguments(),
        description="本单位的空岗、脱岗提醒，日期在前的在前；经办人、负责人和县信访局可见全部，其他人员可见自己可以补岗的",
    )
    duty_calls = graphene.Field(
        DutyCallConnection,
        required=True,
        for_me=graphene.Boolean(default_value=False, description="只看通知到本人的"),
        **page_arguments(),
        description="紧急报告对本单位值班人员的通知，新的在前；经办人、负责人和县信访局可见全部，其他人员可见通知到自己的",
    )

    @staticmethod
    async def resolve_duty_now(
        root: None, info: graphene.ResolveInfo, tenant: str | None = None, kind: ServiceKind | None = None
    ) -> list[duty.OnDuty]:
        reader = context_of(info).reader
        today = legal_day(reader.now)
        tenants = await duty.own_and_office(reader) if tenant is None else [tenant]
        shifts = await duty.shifts_of(reader, tenants=tenants, first=today - duty.A_DAY, last=today)
        return duty.on_duty(shifts, at=reader.now, kind=kind)

    @staticmethod
    async def resolve_on_duty_today(
        root: None, info: graphene.ResolveInfo, tenant: str | None = None
    ) -> list[ShiftFact]:
        context = context_of(info)
        reader = context.reader
        today = legal_day(reader.now)
        tenants = [tenant or context.actor.tenant]
        shifts = await duty.shifts_of(reader, tenants=tenants, first=today - duty.A_DAY, last=today)
        return [each for each in shifts if each.day == today or each.holds(reader.now)]

    @staticmethod
    async def resolve_coverage(
        root: None,
        info: graphene.ResolveInfo,
        since: date | None = None,
        until: date | None = None,
        tenant: str | None = None,
    ) -> duty.Covered:
        context = context_of(info)
        reader, code = context.reader, tenant or context.actor.tenant
        first = since or legal_day(reader.now)
        last = until or first + COVERED
        check_days(first, last)
        shifts = await duty.shifts_of(reader, tenants=[code], first=first, last=last)
        candidates = await duty.candidates_of(reader, tenant=code, first=first, last=last)
        return duty.covered(shifts, candidates, first=first, last=last)

    @staticmethod
    async def resolve_post_alerts(
        root: None,
        info: graphene.ResolveInfo,
        for_me: bool,
        first: int,
        open: bool | None = None,
        kind: AlertKind | None = None,
        tenant: str | None = None,
        after: str | None = None,
    ) -> Listing:
        c = roster_entry.c
        where: list[sa.ColumnElement[bool]] = []
        if open is not None:
            where.append(c.status == ("OPEN" if open else "CLEARED"))
        if kind is not None:
            where.append(c.state["kind"].astext == kind.value)
        if tenant is not None:
            where.append(c.tenant == tenant)
        if for_me or not _oversees(context_of(info).actor):
            where.append(c.state["candidates"].contains([await _own_id(info)]))
        return await listing(info, POST_ALERTS, where=where, order=POST_ALERT_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_duty_calls(
        root: None, info: graphene.ResolveInfo, for_me: bool, first: int, after: str | None = None
    ) -> Listing:
        where: list[sa.ColumnElement[bool]] = []
        if for_me or not _oversees(context_of(info).actor):
            where.append(shared_table.c.state["called"].contains([{"member": await _own_id(info)}]))
        return await listing(info, DUTY_CALLS, where=where, order=DUTY_CALL_ORDER, first=first, after=after)


def _oversees(actor: Actor) -> bool:
    """Sees all that his tenant sees of its posts."""
    return actor.kind is TenantKind.COUNTY or bool(actor.roles & {Role.CLERK, Role.HEAD})


async def _own_id(info: graphene.ResolveInfo) -> str:
    """Of a member; who stands in no list is no candidate anywhere."""
    context = context_of(info)
    own = await duty.own_member(context.reader, context.actor)
    return own.id if own else NOBODY
