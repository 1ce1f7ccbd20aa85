"""The objects of the view. Resolvers read what the policies let through; they decide nothing about rights."""

from typing import Any

import graphene

from gateway.reading import EndedReferral, PetitionRow, TimelineRow
from gateway.schema import enums
from gateway.schema.types import (
    Alias,
    Answer,
    Delivery,
    Objection,
    PastAnswer,
    Petitioner,
    Place,
    Tenant,
    context_of,
    label_of,
    of_row_or_state,
)
from services.common import clock as time
from services.contracts.acts import Act
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.deadlines import clock_state
from services.contracts.directory import Organisation
from services.contracts.roster import DutyNote as DutyNoteFact
from services.contracts.routing import Referral as ReferralFact
from services.contracts.routing import ReferralState


class Referral(graphene.ObjectType):
    """一次转送或交办"""

    id = graphene.ID(required=True)
    petition_number = graphene.String(required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True)
    kind_label = graphene.String(required=True)
    role = graphene.Field(enums.ReferralRoleEnum, required=True)
    role_label = graphene.String(required=True)
    state = graphene.Field(enums.ReferralStateEnum, required=True)
    state_label = graphene.String(required=True)
    from_tenant = graphene.Field(Tenant, required=True)
    to_tenant = graphene.Field(Tenant, required=True)
    sent_at = graphene.DateTime(required=True)
    sent_on = graphene.Date(required=True)
    due_on = graphene.Date()
    note = graphene.String()
    received_on = graphene.Date()
    accepted_on = graphene.Date()
    ended_on = graphene.Date()
    objection = graphene.Field(Objection)
    answer = graphene.Field(Answer)
    delivery = graphene.Field(Delivery)
    clocks = graphene.List(graphene.NonNull(lambda: Clock), required=True)

    resolve_kind_label = label_of("kind")
    resolve_role_label = label_of("role")
    resolve_state_label = label_of("state")

    @staticmethod
    async def resolve_from_tenant(row: ReferralFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.from_tenant)

    @staticmethod
    async def resolve_to_tenant(row: ReferralFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.to_tenant)

    @staticmethod
    async def resolve_clocks(row: ReferralFact, info: graphene.ResolveInfo) -> list[ClockFact]:
        parts = await context_of(info).reader.parts.load(row.petition_id)
        return [clock for clock in parts.clocks if clock.referral_id == row.id]


class EndedReferralType(graphene.ObjectType):
    """已退回或撤回的转送交办：原承办单位只看到它已结束"""

    class Meta:
        name = "EndedReferral"

    referral_id = graphene.ID(required=True)
    petition_number = graphene.String(required=True)
    state = graphene.Field(enums.ReferralStateEnum, required=True)
    state_label = graphene.String(required=True)
    sent_on = graphene.Date(required=True)
    ended_on = graphene.Date(required=True)

    @staticmethod
    def resolve_state(row: EndedReferral, info: graphene.ResolveInfo) -> ReferralState:
        return ReferralState(row.state)

    @staticmethod
    def resolve_state_label(row: EndedReferral, info: graphene.ResolveInfo) -> str:
        return ReferralState(row.state).label


class Clock(graphene.ObjectType):
    """期限"""

    id = graphene.ID(required=True)
    referral_id = graphene.ID(description="所属的转送交办；针对整件的期限为空")
    obligation = graphene.Field(enums.ObligationEnum, required=True)
    obligation_label = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据条款")
    owner = graphene.Field(Tenant, description="责任单位")
    starts_on = graphene.Date(required=True, description="起算日（次日起计）")
    due_on = graphene.Date(required=True, description="名义到期日")
    effective_due_on = graphene.Date(required=True, description="遇休息日顺延后的到期日")
    provisional = graphene.Boolean(required=True, description="涉及放假通知尚未公布的年份，日期为暂定")
    state = graphene.Field(enums.ClockStateEnum, required=True)
    state_label = graphene.String(required=True)
    met_on = graphene.Date()

    @staticmethod
    async def resolve_owner(row: ClockFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.owner)

    resolve_obligation_label = label_of("obligation")

    @staticmethod
    def resolve_state(row: ClockFact, info: graphene.ResolveInfo) -> Any:
        return clock_state(row, time.legal_day(time.now()))

    @staticmethod
    def resolve_state_label(row: ClockFact, info: graphene.ResolveInfo) -> str:
        return clock_state(row, time.legal_day(time.now())).label


class DutyTurn(graphene.ObjectType):
    """值班领导"""

    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    place = graphene.String(required=True)
    hours = graphene.String(required=True)
    phone = graphene.String()
    weekday = graphene.Int(required=True)


class TimelineEntry(graphene.ObjectType):
    """办理轨迹中的一步"""

    id = graphene.ID(required=True)
    at = graphene.DateTime(required=True)
    act = graphene.String(required=True)
    act_label = graphene.String(required=True)
    tenant = graphene.Field(Tenant)
    actor_name = graphene.String(required=True)
    remark = graphene.String()

    @staticmethod
    def resolve_id(row: TimelineRow, info: graphene.ResolveInfo) -> str:
        return row.fact_id

    @staticmethod
    def resolve_act_label(row: TimelineRow, info: graphene.ResolveInfo) -> str:
        # An act of a newer version has no label here yet; its name is better than nothing.
        return Act(row.act).label if row.act in Act.__members__ else row.act

    @staticmethod
    async def resolve_tenant(row: TimelineRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant)


class Petition(graphene.ObjectType):
    """信访件"""

    class Meta:
        default_resolver = of_row_or_state

    id = graphene.ID(required=True)
    number = graphene.String(required=True)
    query_code = graphene.String(description="查询码：仅登记单位和县信访局可见")
    status = graphene.Field(enums.PetitionStatusEnum, required=True)
    status_label = graphene.String(required=True)
    channel = graphene.Field(enums.ChannelEnum, required=True)
    channel_label = graphene.String(required=True)
    nature = graphene.Field(enums.NatureEnum, required=True)
    nature_label = graphene.String(required=True)
    urgency = graphene.Field(enums.UrgencyEnum, required=True)
    urgency_label = graphene.String(required=True)
    category = graphene.String()
    confidential = graphene.Boolean(required=True)
    anonymous = graphene.Boolean(required=True)
    historical = graphene.Boolean(required=True)
    received_on = graphene.Date(required=True)
    registered_at = graphene.DateTime(required=True)
    registered_on = graphene.Date(required=True)
    registered_by = graphene.Field(Tenant)
    petitioners = graphene.List(
        graphene.NonNull(Petitioner), description="信访人（已脱敏）；申请保密的，对承办单位为空值"
    )
    place = graphene.Field(Place)
    title = graphene.String(required=True)
    body = graphene.String(required=True)
    aliases = graphene.List(graphene.NonNull(Alias), required=True)
    past_answer = graphene.Field(PastAnswer)
    referrals = graphene.List(graphene.NonNull(Referral), required=True)
    clocks = graphene.List(graphene.NonNull(Clock), required=True)
    next_due_on = graphene.Date(description="最近一个未完成期限")
    duty_leader = graphene.Field(DutyTurn, description="登记当日登记单位的值班领导")
    closed_on = graphene.Date()
    timeline = graphene.List(graphene.NonNull(TimelineEntry), required=True)

    @staticmethod
    async def resolve_query_code(row: PetitionRow, info: graphene.ResolveInfo) -> str | None:
        return (await context_of(info).reader.private.load(row.state.id)).query_code

    @staticmethod
    async def resolve_petitioners(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        return (await context_of(info).reader.private.load(row.state.id)).petitioners

    resolve_status_label = label_of("status")
    resolve_channel_label = label_of("channel")
    resolve_nature_label = label_of("nature")
    resolve_urgency_label = label_of("urgency")

    @staticmethod
    async def resolve_registered_by(row: PetitionRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.state.registered_by)

    @staticmethod
    def resolve_place(row: PetitionRow, info: graphene.ResolveInfo) -> dict[str, str | None] | None:
        return {"code": row.state.place, "name": row.state.place_name} if row.state.place else None

    @staticmethod
    async def resolve_referrals(row: PetitionRow, info: graphene.ResolveInfo) -> list[ReferralFact]:
        return (await context_of(info).reader.parts.load(row.state.id)).referrals

    @staticmethod
    async def resolve_clocks(row: PetitionRow, info: graphene.ResolveInfo) -> list[ClockFact]:
        return (await context_of(info).reader.parts.load(row.state.id)).clocks

    @staticmethod
    async def resolve_duty_leader(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        note: DutyNoteFact | None = (await context_of(info).reader.parts.load(row.state.id)).duty_note
        return note.turn if note else None

    @staticmethod
    async def resolve_closed_on(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        closure = (await context_of(info).reader.parts.load(row.state.id)).closure
        return closure.closed_on if closure else None

    @staticmethod
    async def resolve_timeline(row: PetitionRow, info: graphene.ResolveInfo) -> list[TimelineRow]:
        return await context_of(info).reader.timeline.load(row.state.id)
