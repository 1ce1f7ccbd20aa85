"""Mutations that routing carries out: what its receiver does with a referral, up to the delivered answer."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.mutations.payload import Case, CasePayload, case_mutation, full_petition, not_found, send_case
from gateway.schema.mutations.routing import ReasonInput, ReferralInput
from gateway.schema.scalars import UUID
from services.contracts.referral_commands import (
    AnswerReferral,
    DeclinePetition,
    DeliverAnswer,
    NoteProgress,
    OverruleRefusal,
    RefuseReferral,
    SendBackAnswer,
)
from services.contracts.routing import LegalReview


class RefuseReferralInput(ReferralInput):
    reason = graphene.Field(enums.RefusalReasonEnum, required=True)
    way = graphene.String(required=True, description="信访人应当通过的途径，写入告知书")
    explanation = graphene.String(required=True, description="不予受理的具体理由，写入告知书")


class DeclinePetitionInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    reason = graphene.Field(
        enums.RefusalReasonEnum, required=True, description="复核终结的选 FINAL，出具不再受理告知书"
    )
    way = graphene.String(required=True, description="信访人应当通过的途径，写入告知书")
    explanation = graphene.String(required=True, description="不予受理的具体理由，写入告知书")


class DeclinePetitionMutation(graphene.Mutation):
    """登记单位对本单位登记、尚未转送交办的事项不予受理（不再受理）：即自办并不予受理，告知书在该自办的 papers 中下载"""

    class Arguments:
        input = DeclinePetitionInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        row = await full_petition(info, given.pop("petition_id"))
        if row is None:
            return not_found()
        return await send_case(info, DeclinePetition(petition=row.state, petition_version=row.version, **given))


class NoteProgressInput(ReferralInput):
    text = graphene.String(required=True)
    expected_on = graphene.Date(description="预计办结日期有变化的，填写新的日期")


class LegalReviewInput(graphene.InputObjectType):
    """处理意见作出前的合法性审查"""

    by = graphene.String(required=True, description="审查人（法律顾问、公职律师、法制机构）")
    on = graphene.Date(required=True)
    opinion = graphene.String(required=True)


class AnswerReferralInput(ReferralInput):
    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    opinion = graphene.String(required=True)
    demands = graphene.String(
        description="信访人的投诉请求；申诉求决由主办单位按信访程序作出处理意见的，此项及事实理由、依据必填（第三十二条）"
    )
    facts = graphene.String(description="认定的事实和理由")
    basis = graphene.String(description="处理意见的法律法规依据")
    legal_review = graphene.Field(LegalReviewInput)
    parts_missing = graphene.String(description="协办单位尚未反馈即作出处理意见的，说明理由")


class AnswerReferralMutation(graphene.Mutation):
    """作出处理意见"""

    class Arguments:
        input = AnswerReferralInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        if review := given.pop("legal_review", None):
            given["legal_review"] = LegalReview(**review)
        return await send_case(info, AnswerReferral(**given))


class DeliverAnswerInput(ReferralInput):
    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True, description="是否签收；否为拒收")
    recipient = graphene.Field(enums.RecipientEnum, description="由谁签收")
    receipt = graphene.String(description="送达回证编号或挂号邮件号")
    remark = graphene.String(description="送达情况；拒收的写明经过和见证人")


RefuseReferralMutation = case_mutation(
    RefuseReferral, RefuseReferralInput, "不予受理（不再受理），书面告知信访人理由和应当通过的途径"
)
OverruleRefusalMutation = case_mutation(OverruleRefusal, ReasonInput, "纠正不予受理：转送单位核实后认定应当受理")
NoteProgressMutation = case_mutation(NoteProgress, NoteProgressInput, "记录办理进展")
DeliverAnswerMutation = case_mutation(DeliverAnswer, DeliverAnswerInput, "送达答复")
SendBackAnswerMutation = case_mutation(SendBackAnswer, ReasonInput, "退回重办：送达前发现处理意见不当的")
