"""Who is on duty, which posts are empty, and who was called, as people read it."""

import graphene

from gateway.duty import EmptyPost as EmptyPostRow
from gateway.duty import OnDuty as OnDutyRow
from gateway.duty import own_member
from gateway.reading_lists import MEMBERS, SHIFTS
from gateway.schema import enums
from gateway.schema.receiver_types import Receiver
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import INSIDE, Shift, sees_inside
from gateway.schema.types import Tenant, context_of, label_of, labels_of, tenant_of
from services.contracts.directory import Organisation
from services.contracts.presence import PostAlert as PostAlertFact
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift as ShiftFact


class OnDuty(graphene.ObjectType):
    """此刻在岗（应在岗）的人员"""

    tenant = graphene.Field(Tenant)
    shift = graphene.Field(Shift, required=True)
    role = graphene.Field(enums.SeatRoleEnum, required=True)
    role_label = graphene.String(required=True)
    member = graphene.ID(required=True)
    name = graphene.String(required=True)
    post = graphene.String(required=True, description="职务")
    phone = graphene.String(description="办公电话")
    place = graphene.String(required=True)
    since = graphene.DateTime(required=True, description="班次开始时间")
    until = graphene.DateTime(required=True, description="班次结束时间")
    checked_in = graphene.Boolean(required=True, description="是否已签到且未签退")
    in_at = graphene.DateTime(description=f"签到时间{INSIDE}")

    @staticmethod
    async def resolve_tenant(row: OnDutyRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.shift.tenant)

    @staticmethod
    def resolve_role(row: OnDutyRow, info: graphene.ResolveInfo) -> object:
        return row.seat.role

    @staticmethod
    def resolve_role_label(row: OnDutyRow, info: graphene.ResolveInfo) -> str:
        return row.seat.role.label

    @staticmethod
    def resolve_member(row: OnDutyRow, info: graphene.ResolveInfo) -> str | None:
        return row.seat.member

    @staticmethod
    def resolve_name(row: OnDutyRow, info: graphene.ResolveInfo) -> str:
        return row.seat.name or ""

    @staticmethod
    def resolve_post(row: OnDutyRow, info: graphene.ResolveInfo) -> str:
        return row.seat.post or ""

    @staticmethod
    async def resolve_phone(row: OnDutyRow, info: graphene.ResolveInfo) -> str | None:
        member = await context_of(info).reader.find(MEMBERS, row.seat.member or "")
        return (member.phone if member else None) or row.shift.phone

    @staticmethod
    def resolve_place(row: OnDutyRow, info: graphene.ResolveInfo) -> str:
        return row.shift.place

    @staticmethod
    def resolve_since(row: OnDutyRow, info: graphene.ResolveInfo) -> object:
        return row.shift.begins

    @staticmethod
    def resolve_until(row: OnDutyRow, info: graphene.ResolveInfo) -> object:
        return row.shift.ends

    @staticmethod
    def resolve_checked_in(row: OnDutyRow, info: graphene.ResolveInfo) -> bool:
        return row.seat.in_at is not None and row.seat.out_at is None

    @staticmethod
    def resolve_in_at(row: OnDutyRow, info: graphene.ResolveInfo) -> object:
        return row.seat.in_at if sees_inside(info, row.shift.tenant) else None


class CalledOnDuty(graphene.ObjectType):
    """被紧急报告叫到的值班人员"""

    tenant = graphene.Field(Tenant)
    shift = UUID(required=True)
    role = graphene.Field(enums.SeatRoleEnum, required=True)
    role_label = graphene.String(required=True)
    member = graphene.ID(required=True)
    name = graphene.String(required=True)
    post = graphene.String(required=True)
    phone = graphene.String()

    resolve_tenant = tenant_of("tenant")
    resolve_role_label = label_of("role")


class DutyCall(graphene.ObjectType):
    """紧急报告通知了哪些值班人员；被反映的单位和人员不在其列"""

    report_id = UUID(required=True)
    petition_id = UUID(required=True)
    at = graphene.DateTime(required=True)
    called = graphene.List(graphene.NonNull(CalledOnDuty), required=True, description="为空的，当时无人值班")


async def _members(ids: list[str], info: graphene.ResolveInfo) -> list[Member]:
    reader = context_of(info).reader
    return [member for id in ids if (member := await reader.find(MEMBERS, id)) is not None]


class EmptyPost(graphene.ObjectType):
    """有空岗的班次"""

    shift = graphene.Field(Shift, required=True)
    roles = graphene.List(graphene.NonNull(enums.SeatRoleEnum), required=True)
    role_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    candidates = graphene.List(
        graphene.NonNull(Receiver), required=True, description="可以补岗的人员，该轮到的在前；本单位和县信访局可见"
    )

    resolve_role_labels = labels_of("roles")

    @staticmethod
    async def resolve_candidates(row: EmptyPostRow, info: graphene.ResolveInfo) -> list[Member]:
        return await _members(row.candidates, info)


class DayCoverage(graphene.ObjectType):
    """一天的岗位是否排满"""

    day = graphene.Date(required=True)
    seats = graphene.Int(required=True)
    filled = graphene.Int(required=True)
    empty = graphene.Int(required=True)
    posts = graphene.List(graphene.NonNull(EmptyPost), required=True, description="有空岗的班次")


class Coverage(graphene.ObjectType):
    """一段时间内的岗位是否排满"""

    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    seats = graphene.Int(required=True)
    filled = graphene.Int(required=True)
    empty = graphene.Int(required=True)
    percent = graphene.Int(required=True, description="排满比例，百分数")
    days = graphene.List(graphene.NonNull(DayCoverage), required=True, description="有班次的日子")


class PostAlert(graphene.ObjectType):
    """空岗预警、脱岗提醒"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    kind = graphene.Field(enums.AlertKindEnum, required=True)
    kind_label = graphene.String(required=True)
    shift = graphene.Field(Shift)
    day = graphene.Date(required=True)
    roles = graphene.List(graphene.NonNull(enums.SeatRoleEnum), required=True)
    role_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    at = graphene.DateTime(required=True, description="提醒时间")
    cleared_at = graphene.DateTime(description="补上或到岗的时间；仍然空着的为空")
    candidates = graphene.List(graphene.NonNull(Receiver), required=True, description="可以补岗的人员，该轮到的在前")
    for_me = graphene.Boolean(required=True, description="本人是否可以补岗")

    resolve_tenant = tenant_of("tenant")
    resolve_kind_label = label_of("kind")
    resolve_role_labels = labels_of("roles")

    @staticmethod
    async def resolve_shift(row: PostAlertFact, info: graphene.ResolveInfo) -> ShiftFact | None:
        return await context_of(info).reader.find(SHIFTS, row.shift)

    @staticmethod
    async def resolve_candidates(row: PostAlertFact, info: graphene.ResolveInfo) -> list[Member]:
        return await _members(row.candidates, info)

    @staticmethod
    async def resolve_for_me(row: PostAlertFact, info: graphene.ResolveInfo) -> bool:
        context = context_of(info)
        own = await own_member(context.reader, context.actor)
        return own is not None and own.id in row.candidates
