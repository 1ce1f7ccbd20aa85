"""What a check for repeats answers. Of an item that the actor may not see there is no word but that it is there."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts import repeats


class RepeatMatch(graphene.ObjectType):
    """可能重复或属于同一事项的一件"""

    number = graphene.String(required=True)
    petition = graphene.Field("gateway.schema.case_types.Petition", description="您无权查看的为空")
    title = graphene.String(description="您无权查看的为空")
    visible = graphene.Boolean(required=True, description="您可以查看该件")
    matter_number = graphene.String(required=True, description="所属事项首件的编号；并案时填写")
    matter_size = graphene.Int(required=True, description="该事项已有的件数")
    registered_by = graphene.Field(Tenant)
    registered_by_name = graphene.String(required=True)
    received_on = graphene.Date(required=True)
    channel = graphene.Field(enums.ChannelEnum, required=True)
    channel_label = graphene.String(required=True)
    reasons = graphene.List(graphene.NonNull(enums.MatchReasonEnum), required=True)
    reason_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    likeness = graphene.Float(required=True, description="内容相似程度，0 到 1")
    standing = graphene.Field(enums.StandingEnum, required=True, description="办到哪一步")
    standing_label = graphene.String(required=True)
    handled_by = graphene.List(graphene.NonNull(graphene.String), required=True, description="承办单位")
    advice = graphene.Field(enums.AdviceEnum, description="同一信访人提出同一事项的，依法如何办理；其他为空")
    advice_label = graphene.String()

    resolve_registered_by = tenant_of("registered_by")
    resolve_channel_label = label_of("channel")
    resolve_standing_label = label_of("standing")

    @staticmethod
    async def resolve_petition(row: repeats.Match, info: graphene.ResolveInfo) -> Any:
        return await context_of(info).reader.petition(row.petition_id) if row.petition_id else None

    @staticmethod
    def resolve_reason_labels(row: repeats.Match, info: graphene.ResolveInfo) -> list[str]:
        return [each.label for each in row.reasons]

    @staticmethod
    def resolve_advice_label(row: repeats.Match, info: graphene.ResolveInfo) -> str | None:
        return None if row.advice is None else row.advice.label


class Repeats(graphene.ObjectType):
    """查重结果"""

    matches = graphene.List(graphene.NonNull(RepeatMatch), required=True, description="最可能的在前")
    same_person = graphene.Int(required=True, description="同一信访人在本县已有的件数")
