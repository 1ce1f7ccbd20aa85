"""Mutations that routing carries out: to whom a petition is handed over, and who is competent."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.mutations.payload import Case, CasePayload, case_mutation, full_petition, not_found, send_case
from gateway.schema.scalars import UUID
from services.contracts.referral_commands import (
    AcceptReferral,
    Addressee,
    ClosePetition,
    DecideDispute,
    DecideObjection,
    Forwardee,
    ForwardReferral,
    ObjectToReferral,
    RaiseDispute,
    ReceiveReferral,
    ReferPetition,
    WithdrawReferral,
)
from services.contracts.routing import ReferralRole


class AddresseeInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="承办单位代码")
    role = graphene.Field(enums.ReferralRoleEnum, default_value=ReferralRole.LEAD)
    unit = graphene.ID(description="建议承办的内设机构（股室、村）代码")
    due_on = graphene.Date(description="对该单位单独要求的反馈日期；不填的按本次转送交办的日期")


class ReferPetitionInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True, description="自办的，承办单位只填本单位（主办）")
    to = graphene.List(graphene.NonNull(AddresseeInput), required=True)
    due_on = graphene.Date(description="要求反馈结果的日期；交办必填")
    note = graphene.String()
    against_reason = graphene.String(description="主办单位与转办建议不同的，说明理由，据以改进规则")


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
    petition_id = UUID(required=True)


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
    referral_id = UUID(required=True)


class ReasonInput(ReferralInput):
    """带理由的办理"""

    reason = graphene.String(required=True)


class DecideObjectionInput(ReferralInput):
    uphold = graphene.Boolean(required=True, description="异议是否成立；成立即退回")
    reason = graphene.String()


class DecideDisputeInput(ReasonInput):
    competent = graphene.ID(required=True, description="有权处理的单位代码：是现承办单位的由其受理，否则退回重新转送")


class ForwardeeInput(graphene.InputObjectType):
    """下转对象：本单位的内设机构（股室、村），或直接下级单位；两者填一项"""

    unit = graphene.ID(description="本单位内设机构（股室、村）代码")
    tenant = graphene.ID(description="直接下级单位代码")


class ForwardReferralInput(ReferralInput):
    to = graphene.List(graphene.NonNull(ForwardeeInput), required=True)
    due_on = graphene.Date(description="要求反馈结果的日期")
    note = graphene.String()


class ForwardReferralMutation(graphene.Mutation):
    """下转：转给本单位内设机构或直接下级单位承办，办理责任和法定期限仍在本单位"""

    class Arguments:
        input = ForwardReferralInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        to = [Forwardee(**forwardee) for forwardee in given.pop("to")]
        return await send_case(info, ForwardReferral(to=to, **given))


WithdrawReferralMutation = case_mutation(WithdrawReferral, ReasonInput, "签收前撤回；自办件在受理前撤回")
ReceiveReferralMutation = case_mutation(
    *(ReceiveReferral, ReferralInput, "签收，并预报办结日期"),
    expected_on=graphene.Argument(graphene.Date, description="预计办结日期"),
)
ObjectToReferralMutation = case_mutation(
    *(ObjectToReferral, ReasonInput, "提出异议"),
    materials=graphene.Argument(graphene.String, description="随件退回的材料清单"),
)
DecideObjectionMutation = case_mutation(DecideObjection, DecideObjectionInput, "核实异议")
RaiseDisputeMutation = case_mutation(
    RaiseDispute, ReasonInput, "异议不成立而仍有争议的，报请共同上级（信访工作联席会议）协调决定（第二十四条）"
)
DecideDisputeMutation = case_mutation(DecideDispute, DecideDisputeInput, "协调决定争议由谁办理")
AcceptReferralMutation = case_mutation(
    *(AcceptReferral, ReferralInput, "受理"),
    grade=graphene.Argument(enums.CaseGradeEnum, description="案件等级，仅检举控告填写"),
)
