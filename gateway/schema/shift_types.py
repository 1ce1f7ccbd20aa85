"""Shifts of the duty table as people read them."""

from typing import NamedTuple

import graphene

from gateway.reading_lists import ANNOUNCEMENTS, MEMBERS
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.common.public_table import standing
from services.contracts.actor import TenantKind
from services.contracts.base import Labelled
from services.contracts.roster_people import Member
from services.contracts.shifts import SeatTaken, ShiftStatus
from services.contracts.shifts import Shift as ShiftFact

INSIDE = "；仅本单位和县信访局可见"


def sees_inside(info: graphene.ResolveInfo, tenant: str) -> bool:
    """Whether the actor reads what of a tenant's roster is its own affair: who came when, and for whom."""
    actor = context_of(info).actor
    return actor.reads_cases and (actor.kind is TenantKind.COUNTY or actor.tenant == tenant)


class SeatRow(NamedTuple):
    """A seat, and whose table it stands in."""

    tenant: str
    seat: SeatTaken


class DutySeat(graphene.ObjectType):
    """班次中的一个岗位"""

    role = graphene.Field(enums.SeatRoleEnum, required=True)
    role_label = graphene.String(required=True)
    member_id = graphene.ID(description="值班人员编号；空岗为空")
    name = graphene.String()
    post = graphene.String(description="职务")
    origin = graphene.Field(enums.SeatOriginEnum, required=True, description="如何排定")
    origin_label = graphene.String(required=True)
    instead_of = graphene.String(description=f"替谁值班{INSIDE}")
    in_at = graphene.DateTime(description=f"到岗时间{INSIDE}")
    out_at = graphene.DateTime(description=f"离岗时间{INSIDE}")

    @staticmethod
    def resolve_role(row: SeatRow, info: graphene.ResolveInfo) -> Labelled:
        return row.seat.role

    @staticmethod
    def resolve_role_label(row: SeatRow, info: graphene.ResolveInfo) -> str:
        return row.seat.role.label

    @staticmethod
    def resolve_member_id(row: SeatRow, info: graphene.ResolveInfo) -> str | None:
        return row.seat.member

    @staticmethod
    def resolve_name(row: SeatRow, info: graphene.ResolveInfo) -> str | None:
        return row.seat.name

    @staticmethod
    def resolve_post(row: SeatRow, info: graphene.ResolveInfo) -> str | None:
        return row.seat.post

    @staticmethod
    def resolve_origin(row: SeatRow, info: graphene.ResolveInfo) -> Labelled:
        return row.seat.origin

    @staticmethod
    def resolve_origin_label(row: SeatRow, info: graphene.ResolveInfo) -> str:
        return row.seat.origin.label

    @staticmethod
    async def resolve_instead_of(row: SeatRow, info: graphene.ResolveInfo) -> str | None:
        if row.seat.instead_of is None or not sees_inside(info, row.tenant):
            return None
        member: Member | None = await context_of(info).reader.find(MEMBERS, row.seat.instead_of)
        return member.name if member is not None else None

    @staticmethod
    def resolve_in_at(row: SeatRow, info: graphene.ResolveInfo) -> object:
        return row.seat.in_at if sees_inside(info, row.tenant) else None

    @staticmethod
    def resolve_out_at(row: SeatRow, info: graphene.ResolveInfo) -> object:
        return row.seat.out_at if sees_inside(info, row.tenant) else None


class Shift(graphene.ObjectType):
    """值班表中的一个班次"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    rule = graphene.ID(description="排班规则；临时增加的班次为空")
    name = graphene.String(required=True)
    kind = graphene.Field(enums.ServiceKindEnum, required=True)
    kind_label = graphene.String(required=True)
    mode = graphene.Field(enums.ReceptionModeEnum, description="接访方式")
    mode_label = graphene.String()
    day = graphene.Date(required=True, description="班次开始的日期；夜班次日结束")
    start = graphene.Time(required=True)
    end = graphene.Time(required=True)
    begins = graphene.DateTime(required=True)
    ends = graphene.DateTime(required=True)
    place = graphene.String(required=True)
    phone = graphene.String()
    slot_minutes = graphene.Int(description="每位来访人的时间；不接受预约的为空")
    seats = graphene.List(graphene.NonNull(DutySeat), required=True)
    status = graphene.Field(enums.ShiftStatusEnum, required=True)
    status_label = graphene.String(required=True)
    moved_from = graphene.Date(description="因放假由哪一天调整而来")
    because = graphene.String(description="因何放假调整")
    cancelled = graphene.String(description="取消的理由")
    by_hand = graphene.Boolean(required=True, description="是否临时增加")
    announced = graphene.Boolean(required=True, description="是否已向社会公示")

    resolve_tenant = tenant_of("tenant")
    resolve_kind_label = label_of("kind")
    resolve_mode_label = label_of("mode")

    @staticmethod
    def resolve_rule(row: ShiftFact, info: graphene.ResolveInfo) -> str | None:
        return row.rule or None

    @staticmethod
    def resolve_seats(row: ShiftFact, info: graphene.ResolveInfo) -> list[SeatRow]:
        return [SeatRow(row.tenant, seat) for seat in row.seats]

    @staticmethod
    def resolve_status(row: ShiftFact, info: graphene.ResolveInfo) -> ShiftStatus:
        return ShiftStatus(row.status)

    @staticmethod
    def resolve_status_label(row: ShiftFact, info: graphene.ResolveInfo) -> str:
        return ShiftStatus(row.status).label

    @staticmethod
    async def resolve_announced(row: ShiftFact, info: graphene.ResolveInfo) -> bool:
        known = await context_of(info).reader.of_tenant_day(ANNOUNCEMENTS, row.tenant, row.day)
        public = standing(known, first=row.day, last=row.day).get((row.tenant, row.day))
        return public is not None and any(turn.shift == row.id for turn in public.turns)
