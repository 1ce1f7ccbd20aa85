"""A hand-over of a petition and what becomes of it, as people read it."""

from typing import Any

import graphene

from gateway.documents.papers import papers_of
from gateway.reading import EndedReferral
from gateway.schema import enums
from gateway.schema.clock_types import Clock
from gateway.schema.referral_parts import Answer, Delivery, Dispute, NonAcceptance, Objection, ProgressNote, Rework
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.routing import Referral as ReferralFact
from services.contracts.routing import ReferralState


class Paper(graphene.ObjectType):
    """一份可下载的文书"""

    kind = graphene.Field(enums.PaperKindEnum, required=True)
    label = graphene.String(required=True)
    document_path = graphene.String(required=True, description="文书的地址（DOCX），用同一令牌下载")


class Referral(graphene.ObjectType):
    """一次转送、交办、自办或下转"""

    id = UUID(required=True)
    petition_number = graphene.String(required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True)
    kind_label = graphene.String(required=True)
    role = graphene.Field(enums.ReferralRoleEnum, required=True)
    role_label = graphene.String(required=True)
    state = graphene.Field(enums.ReferralStateEnum, required=True)
    state_label = graphene.String(required=True)
    parent_id = UUID(description="由哪一次转送交办下转而来")
    branches = graphene.List(graphene.NonNull(lambda: Referral), required=True, description="由此下转的各支")
    from_tenant = graphene.Field(Tenant, required=True)
    to_tenant = graphene.Field(Tenant, required=True)
    to_name = graphene.String(required=True, description="转送当日承办单位的名称")
    to_unit = graphene.String(description="承办的内设机构（股室、村）代码")
    to_unit_name = graphene.String()
    sent_at = graphene.DateTime(required=True)
    sent_on = graphene.Date(required=True)
    due_on = graphene.Date()
    note = graphene.String()
    received_on = graphene.Date()
    expected_on = graphene.Date(description="承办单位预计的办结日期")
    accepted_on = graphene.Date()
    ended_on = graphene.Date()
    objection = graphene.Field(Objection)
    dispute = graphene.Field(Dispute)
    refusal = graphene.Field(NonAcceptance, description="不予受理")
    notes = graphene.List(graphene.NonNull(ProgressNote), required=True, description="办理进展")
    answer = graphene.Field(Answer)
    reworks = graphene.List(graphene.NonNull(Rework), required=True, description="被退回重办的处理意见")
    delivery = graphene.Field(Delivery)
    grade = graphene.Field(enums.CaseGradeEnum, description="检举控告受理时确定的案件类别")
    grade_label = graphene.String()
    clocks = graphene.List(graphene.NonNull(Clock), required=True)
    papers = graphene.List(graphene.NonNull(Paper), required=True, description="现在可以下载的文书")

    resolve_kind_label = label_of("kind")
    resolve_grade_label = label_of("grade")
    resolve_role_label = label_of("role")
    resolve_state_label = label_of("state")
    resolve_from_tenant = tenant_of("from_tenant")
    resolve_to_tenant = tenant_of("to_tenant")

    @staticmethod
    async def resolve_branches(row: ReferralFact, info: graphene.ResolveInfo) -> list[ReferralFact]:
        parts = await context_of(info).reader.parts.load(row.petition_id)
        return [one for one in parts.referrals if one.parent_id == row.id]

    @staticmethod
    async def resolve_to_name(row: ReferralFact, info: graphene.ResolveInfo) -> str:
        # One that was sent before names were kept is called as its receiver is called now.
        receiver = await context_of(info).reader.organisation(row.to_tenant)
        return row.to_name or (receiver.name if receiver else row.to_tenant)

    @staticmethod
    async def resolve_clocks(row: ReferralFact, info: graphene.ResolveInfo) -> list[ClockFact]:
        clocks = await context_of(info).reader.clocks(row.petition_id)
        return [clock for clock in clocks if clock.referral_id == row.id]

    @staticmethod
    def resolve_papers(row: ReferralFact, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [
            {
                "kind": paper,
                "label": paper.label,
                "document_path": f"/documents/referrals/{row.id}/{paper.lower()}.docx",
            }
            for paper in papers_of(row)
        ]


class EndedReferralType(graphene.ObjectType):
    """已退回或撤回的转送交办：原承办单位只看到它已结束"""

    class Meta:
        name = "EndedReferral"

    referral_id = UUID(required=True)
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


class LostAt(graphene.ObjectType):
    """一个单位退回的次数和因此耽误的日数"""

    tenant = graphene.Field(Tenant)
    returns = graphene.Int(required=True)
    days_lost = graphene.Int(required=True)

    resolve_tenant = tenant_of("tenant")


class Journey(graphene.ObjectType):
    """流转情况：转了几手、退了几次、耽误几日"""

    hops = graphene.Int(required=True, description="交由主办单位的次数；误转撤回的和单位内部下转的不计")
    returns = graphene.Int(required=True, description="被退回的次数")
    days_lost = graphene.Int(required=True, description="各次自发出至退回的日数之和")
    by_body = graphene.List(graphene.NonNull(LostAt), required=True, description="按退回单位分，耽误日数多的在前")
