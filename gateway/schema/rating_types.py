"""Ratings (满意度评价) with their windows and appeals, and follow-ups (回访), as people read them."""

import graphene

from gateway.ratings import windows_of
from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.attachment_types import Attachment
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.common import clock
from services.contracts.attachments import Attachment as AttachmentFact
from services.contracts.ratings import Rating as RatingFact
from services.contracts.ratings import RatingWindow as Window
from services.contracts.rules import Regime


class RatingAppeal(graphene.ObjectType):
    """被评价单位对评价的申诉"""

    tenant = graphene.Field(Tenant, description="提出申诉的单位")
    by = graphene.Field(Person, required=True)
    on = graphene.Date(required=True)
    reason = graphene.String(required=True)
    state = graphene.Field(enums.AppealStateEnum, required=True)
    state_label = graphene.String(required=True)
    decided_on = graphene.Date()
    decision = graphene.String(description="县信访局裁定的理由")

    resolve_tenant = tenant_of("tenant")
    resolve_state_label = label_of("state")


class Rating(graphene.ObjectType):
    """满意度评价"""

    side = graphene.Field(enums.RatingSideEnum, required=True)
    side_label = graphene.String(required=True)
    value = graphene.Field(enums.RatingValueEnum, required=True)
    value_label = graphene.String(required=True)
    reason = graphene.String()
    rated_on = graphene.Date(required=True)
    recorded_by = graphene.Field(Tenant, description="回访单位；信访人网上评价的，为登记单位")
    way = graphene.Field(enums.RatingWayEnum, required=True)
    way_label = graphene.String(required=True)
    appeal = graphene.Field(RatingAppeal, description="被评价单位的申诉")
    appeal_evidence = graphene.List(
        graphene.NonNull(Attachment), required=True, description="申诉证据：该件的附件中查看人可见的"
    )
    counts = graphene.Boolean(required=True, description="是否计入考核；申诉成立的不计")

    resolve_side_label = label_of("side")
    resolve_value_label = label_of("value")
    resolve_way_label = label_of("way")
    resolve_recorded_by = tenant_of("recorded_by")

    @staticmethod
    async def resolve_appeal_evidence(row: RatingFact, info: graphene.ResolveInfo) -> list[AttachmentFact]:
        wanted = set(row.appeal.evidence) if row.appeal else set()
        parts = await context_of(info).reader.parts.load(row.petition_id)
        return [each for each in parts.attachments if each.id in wanted]


class RatingWindow(graphene.ObjectType):
    """评价期：一方何时可以评价"""

    side = graphene.Field(enums.RatingSideEnum, required=True)
    side_label = graphene.String(required=True)
    state = graphene.Field(enums.RatingStateEnum, required=True)
    state_label = graphene.String(required=True)
    opens_on = graphene.Date(description="可以评价的第一日")
    ends_on = graphene.Date(description="可以评价的最后一日")

    resolve_side_label = label_of("side")
    resolve_state_label = label_of("state")


class FollowUp(graphene.ObjectType):
    """回访"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    tenant = graphene.Field(Tenant, description="回访单位")
    by = graphene.Field(Person, required=True)
    on = graphene.Date(required=True)
    at = graphene.DateTime(required=True, description="登记时间")
    way = graphene.Field(enums.FollowUpWayEnum, required=True)
    way_label = graphene.String(required=True)
    reached = graphene.Boolean(required=True, description="是否回访到信访人")
    content = graphene.String(required=True, description="信访人的意见；未能回访的，为回访情况")
    recording = graphene.String(description="录音编号")
    taken_back = graphene.String(description="撤销理由")

    resolve_tenant = tenant_of("tenant")
    resolve_way_label = label_of("way")


async def windows_of_petition(row: PetitionRow, info: graphene.ResolveInfo) -> list[Window]:
    reader = context_of(info).reader
    county = reader.actor.county
    regime = (await reader.shared(Regime)).get(county) or Regime(county=county)
    parts = await reader.parts.load(row.state.id)
    return windows_of(petition=row.state, parts=parts, regime=regime, today=clock.legal_day(reader.now))
