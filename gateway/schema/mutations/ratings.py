"""Mutations about ratings, appeals against them and follow-ups, which intake carries out."""

from typing import Any

import graphene

from gateway.schema import enums, rating_types
from gateway.schema.mutations.payload import (
    Case,
    CasePayload,
    Error,
    Kind,
    case_mutation,
    full_petition,
    not_found,
    send_case,
    state_mutation,
)
from gateway.schema.scalars import UUID
from services.contracts.ratings import (
    AppealRating,
    DecideRatingAppeal,
    FollowUp,
    RecordFollowUp,
    RecordRating,
    TakeBackFollowUp,
)


class RecordRatingInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    side = graphene.Field(enums.RatingSideEnum, required=True)
    value = graphene.Field(enums.RatingValueEnum, required=True)
    reason = graphene.String(description="信访人所说的原因；不满意的必填")


class AppealRatingInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    side = graphene.Field(enums.RatingSideEnum, required=True)
    reason = graphene.String(required=True, description="申诉理由")
    evidence = graphene.List(graphene.NonNull(UUID), default_value=[], description="证据：该件的附件")


class DecideRatingAppealInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    side = graphene.Field(enums.RatingSideEnum, required=True)
    uphold = graphene.Boolean(required=True, description="申诉是否成立；成立的，评价不计入考核")
    reason = graphene.String(required=True, description="裁定理由")


class AppealRatingMutation(graphene.Mutation):
    """被评价单位对评价提出申诉，每个评价一次"""

    class Arguments:
        input = AppealRatingInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        # Intake, which decides, reads beyond what the actor sees of the register; what he sees is decided by the view.
        if await full_petition(info, input["petition_id"]) is None:
            return not_found()
        return await send_case(info, AppealRating(**input))


class FollowUpPayload(graphene.ObjectType):
    """回访记录的办理结果"""

    follow_up = graphene.Field(rating_types.FollowUp)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RecordFollowUpInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    on = graphene.Date(required=True, description="回访日期")
    way = graphene.Field(enums.FollowUpWayEnum, required=True)
    reached = graphene.Boolean(required=True, description="是否回访到信访人")
    content = graphene.String(required=True, description="信访人的意见；未能回访的，写明情况")
    recording = graphene.String(description="录音编号")


class TakeBackFollowUpInput(graphene.InputObjectType):
    follow_up_id = UUID(required=True)
    reason = graphene.String(required=True)


_FOLLOW_UP = Kind(FollowUp, FollowUpPayload, "follow_up")

RecordRatingMutation = case_mutation(RecordRating, RecordRatingInput, "记录回访中信访人的满意度评价")
DecideRatingAppealMutation = case_mutation(DecideRatingAppeal, DecideRatingAppealInput, "县信访局裁定评价申诉")
RecordFollowUpMutation = state_mutation(
    RecordFollowUp, _FOLLOW_UP, RecordFollowUpInput, "登记回访；信访人作出的评价另行记录"
)
TakeBackFollowUpMutation = state_mutation(
    TakeBackFollowUp, _FOLLOW_UP, TakeBackFollowUpInput, "撤销误记的回访：由登记单位办理"
)
