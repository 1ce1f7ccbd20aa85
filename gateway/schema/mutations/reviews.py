"""Mutations about reviews (复查, 复核) and case owners (包案), which routing carries out."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.mutations.payload import Case, CasePayload, case_mutation, full_petition, not_found, send_case
from gateway.schema.scalars import UUID
from services.contracts.reviews import AssignCaseOwner, DecideReview, DeliverReview, RecordHearing, RequestReview


class RequestReviewInput(graphene.InputObjectType):
    referral_id = UUID(required=True, description="答复已送达的主办环节")
    stage = graphene.Field(enums.ReviewStageEnum, required=True)
    requested_on = graphene.Date(required=True, description="信访人提出申请的日期；来信以邮戳为准。逾期的也请如实登记")
    received_on = graphene.Date(required=True, description="复查、复核单位收到申请的日期")
    reason = graphene.String(required=True, description="信访人申请的理由")


class ReviewInput(graphene.InputObjectType):
    review_id = UUID(required=True)


class RecordHearingInput(ReviewInput):
    opened_on = graphene.Date(description="听证开始日期")
    closed_on = graphene.Date(description="听证结束日期；单独填写时结束正在进行的听证")


class DecideReviewInput(ReviewInput):
    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    opinion = graphene.String(required=True)


class DeliverReviewInput(ReviewInput):
    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True, description="是否签收；否为拒收")


class AssignCaseOwnerInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    tenant = graphene.ID(required=True, description="包案领导所在单位代码")
    leader = graphene.String(required=True, description="包案领导姓名")
    post = graphene.String(required=True, description="职务")
    reason = graphene.String(required=True, description="确定或变更的理由")
    level = graphene.Field(enums.OwnerLevelEnum, description="主要领导或班子成员")
    ground = graphene.Field(enums.OwnershipGroundEnum, description="包案的缘由；除群体性事项外由主要领导亲自包案")


class AssignCaseOwnerMutation(graphene.Mutation):
    """确定或变更包案领导"""

    class Arguments:
        input = AssignCaseOwnerInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        row = await full_petition(info, given.pop("petition_id"))
        if row is None:
            return not_found()
        return await send_case(info, AssignCaseOwner(petition=row.state, **given))


RequestReviewMutation = case_mutation(RequestReview, RequestReviewInput, "登记信访人的复查或复核申请")
RecordHearingMutation = case_mutation(RecordHearing, RecordHearingInput, "登记听证的开始或结束")
DecideReviewMutation = case_mutation(DecideReview, DecideReviewInput, "作出复查或复核意见")
DeliverReviewMutation = case_mutation(DeliverReview, DeliverReviewInput, "送达复查或复核意见")
