"""Reviews (复查, 复核) and case owners (包案) as people read them."""

import graphene

from gateway.schema import enums
from gateway.schema.referral_parts import Delivery
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.directory import Organisation
from services.contracts.reviews import Review as ReviewFact


class Hearing(graphene.ObjectType):
    """听证"""

    opened_on = graphene.Date(required=True)
    closed_on = graphene.Date(description="尚未结束的为空")


class ReviewDecision(graphene.ObjectType):
    """复查、复核意见"""

    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    opinion = graphene.String(required=True)
    decided_on = graphene.Date(required=True)

    resolve_outcome_label = label_of("outcome")


class Review(graphene.ObjectType):
    """复查或复核"""

    id = UUID(required=True)
    petition_number = graphene.String(required=True)
    referral_id = UUID(required=True, description="被复查答复所属的转送交办")
    first_review_id = UUID(description="复核所针对的复查")
    stage = graphene.Field(enums.ReviewStageEnum, required=True)
    stage_label = graphene.String(required=True)
    state = graphene.Field(enums.ReviewStateEnum, required=True)
    state_label = graphene.String(required=True)
    body = graphene.Field(Tenant, description="复查、复核单位；县信访局以上机关的复核由县信访局代录")
    handling_body = graphene.Field(Tenant, description="原办理单位")
    requested_on = graphene.Date(required=True, description="信访人提出申请的日期；来信以邮戳为准")
    received_on = graphene.Date(required=True, description="复查、复核单位收到申请的日期")
    reason = graphene.String(required=True)
    hearings = graphene.List(graphene.NonNull(Hearing), required=True)
    decision = graphene.Field(ReviewDecision)
    delivery = graphene.Field(Delivery)

    resolve_stage_label = label_of("stage")
    resolve_state_label = label_of("state")

    @staticmethod
    async def resolve_body(row: ReviewFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.body)

    @staticmethod
    async def resolve_handling_body(row: ReviewFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.handling_body)


class EarlierOwner(graphene.ObjectType):
    """此前的包案领导"""

    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="领导所在单位")
    since = graphene.Date(required=True)
    until = graphene.Date(required=True)
    replaced = graphene.String(required=True, description="变更的理由")
    approved_by = graphene.Field(Person, required=True, description="批准变更的负责人或领导")

    resolve_tenant = tenant_of("tenant")


class CaseOwner(graphene.ObjectType):
    """包案领导"""

    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="领导所在单位")
    since = graphene.Date(required=True)
    reason = graphene.String(required=True, description="确定或变更的理由")
    assigned_by = graphene.Field(Tenant, description="确定包案领导的单位")
    level = graphene.Field(enums.OwnerLevelEnum, description="主要领导或班子成员")
    level_label = graphene.String()
    ground = graphene.Field(enums.OwnershipGroundEnum, description="包案的缘由")
    ground_label = graphene.String()
    earlier = graphene.List(graphene.NonNull(EarlierOwner), required=True, description="此前的包案领导，先任的在前")

    resolve_tenant = tenant_of("tenant")
    resolve_assigned_by = tenant_of("assigned_by")
    resolve_level_label = label_of("level")
    resolve_ground_label = label_of("ground")
