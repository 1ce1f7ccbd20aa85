"""Mutations that routing carries out: the hand-overs of a petition."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.mutations.payload import Case, CasePayload, case_mutation, full_petition, not_found, send_case
from services.contracts.referral_commands import (
    AcceptReferral,
    Addressee,
    AnswerReferral,
    ClosePetition,
    DecideObjection,
    DeliverAnswer,
    ObjectToReferral,
    ReceiveReferral,
    ReferPetition,
    WithdrawReferral,
)
from services.contracts.routing import CaseGrade, ReferralRole


class AddresseeInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="承办单位代码")
    role = graphene.Field(enums.ReferralRoleEnum, default_value=ReferralRole.LEAD)


class ReferPetitionInput(graphene.InputObjectType):
    petition_id = graphene.ID(required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True, description="自办的，承办单位只填本单位（主办）")
    to = graphene.List(graphene.NonNull(AddresseeInput), required=True)
    due_on = graphene.Date(description="要求反馈结果的日期；交办必填")
    note = graphene.String()


class ReferPetitionMutation(graphene.Mutation):
    """转送、交办或自办"""

    class Arguments:
        input = ReferPetitionInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        row = await full_petition(info, given.pop("petition_id"))
        if row is None:
            return not_found()
        to = [Addressee(**addressee) for addressee in given.pop("to")]
        return await send_case(info, ReferPetition(petition=row.state, petition_version=row.version, to=to, **given))


class ClosePetitionInput(graphene.InputObjectType):
    petition_id = graphene.ID(required=True)


class ClosePetitionMutation(graphene.Mutation):
    """办结"""

    class Arguments:
        input = ClosePetitionInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        row = await full_petition(info, input["petition_id"])
        if row is None:
            return not_found()
        return await send_case(info, ClosePetition(petition=row.state, petition_version=row.version))


class ReferralInput(graphene.InputObjectType):
    referral_id = graphene.ID(required=True)


class AcceptReferralMutation(graphene.Mutation):
    """受理"""

    class Arguments:
        input = ReferralInput(required=True)
        grade = graphene.Argument(enums.CaseGradeEnum, description="案件等级，仅检举控告填写")

    Output = CasePayload

    @staticmethod
    async def mutate(
        root: None, info: graphene.ResolveInfo, input: dict[str, Any], grade: CaseGrade | None = None
    ) -> Case:
        return await send_case(info, AcceptReferral(grade=grade, **input))


class ReasonInput(ReferralInput):
    """带理由的办理"""

    reason = graphene.String(required=True)


class DecideObjectionInput(ReferralInput):
    uphold = graphene.Boolean(required=True, description="异议是否成立；成立即退回")
    reason = graphene.String()


class AnswerReferralInput(ReferralInput):
    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    opinion = graphene.String(required=True)


class DeliverAnswerInput(ReferralInput):
    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True, description="是否签收；否为拒收")


WithdrawReferralMutation = case_mutation(WithdrawReferral, ReasonInput, "签收前撤回；自办件在受理前撤回")
ReceiveReferralMutation = case_mutation(ReceiveReferral, ReferralInput, "签收")
ObjectToReferralMutation = case_mutation(ObjectToReferral, ReasonInput, "提出异议")
DecideObjectionMutation = case_mutation(DecideObjection, DecideObjectionInput, "核实异议")
AnswerReferralMutation = case_mutation(AnswerReferral, AnswerReferralInput, "作出处理意见")
DeliverAnswerMutation = case_mutation(DeliverAnswer, DeliverAnswerInput, "送达答复")
