"""Mutations that routing carries out: the hand-overs of a petition."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.mutations.payload import Case, CasePayload, full_petition, not_found, send_case
from services.contracts.base import Command
from services.contracts.routing import (
    AcceptReferral,
    Addressee,
    AnswerReferral,
    ClosePetition,
    DecideObjection,
    DeliverAnswer,
    ObjectToReferral,
    ReceiveReferral,
    ReferPetition,
    ReferralRole,
    WithdrawReferral,
)


class AddresseeInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="承办单位代码")
    role = graphene.Field(enums.ReferralRoleEnum, default_value=ReferralRole.LEAD)


class ReferPetitionInput(graphene.InputObjectType):
    petition_id = graphene.ID(required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True)
    to = graphene.List(graphene.NonNull(AddresseeInput), required=True)
    due_on = graphene.Date(description="要求反馈结果的日期；交办必填")
    note = graphene.String()


class ReferPetitionMutation(graphene.Mutation):
    """转送或交办"""

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


def referral_mutation(command: type[Command], input_type: Any, description: str) -> Any:
    """A mutation whose input is exactly the command's fields."""

    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        return await send_case(info, command(**input))

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": CasePayload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)


WithdrawReferralMutation = referral_mutation(WithdrawReferral, ReasonInput, "签收前撤回")
ReceiveReferralMutation = referral_mutation(ReceiveReferral, ReferralInput, "签收")
ObjectToReferralMutation = referral_mutation(ObjectToReferral, ReasonInput, "提出异议")
DecideObjectionMutation = referral_mutation(DecideObjection, DecideObjectionInput, "核实异议")
AcceptReferralMutation = referral_mutation(AcceptReferral, ReferralInput, "受理")
AnswerReferralMutation = referral_mutation(AnswerReferral, AnswerReferralInput, "作出处理意见")
DeliverAnswerMutation = referral_mutation(DeliverAnswer, DeliverAnswerInput, "送达答复")
