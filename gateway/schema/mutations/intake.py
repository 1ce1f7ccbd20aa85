"""Mutations that intake carries out."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.named_people import check_registration
from gateway.schema import enums
from gateway.schema.mutations.payload import (
    Case,
    CasePayload,
    Error,
    case_mutation,
    full_petition,
    refused,
    send,
    send_case,
)
from gateway.schema.mutations.register_inputs import RegisterPetitionInput, register_command
from gateway.schema.register_types import RevealedPetitioner, RevealedText
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound, Refusal
from services.contracts.people import RevealedPetitioner as RevealedPerson
from services.contracts.register_commands import ClassifyPetition, RevealPetitioner, RevealText
from services.contracts.register_commands import RevealedText as RevealedTextState


class RegisterPetitionMutation(graphene.Mutation):
    """登记信访件"""

    class Arguments:
        input = RegisterPetitionInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        item = register_command(input)
        context = context_of(info)
        try:
            await check_registration(context.reader, context.actor, item)
        except Refusal as refusal:
            return refused(refusal)
        return await send_case(info, item)


class RevealPetitionerPayload(graphene.ObjectType):
    petitioner = graphene.Field(RevealedPetitioner)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RevealPetitionerInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    petitioner_id = graphene.ID(required=True)
    reason = graphene.String(required=True)


class RevealPetitionerMutation(graphene.Mutation):
    """查看信访人真实信息，须说明理由"""

    class Arguments:
        input = RevealPetitionerInput(required=True)

    Output = RevealPetitionerPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        row = await full_petition(info, input["petition_id"])
        # The view knows of a return at once, and what is confidential; intake, which decides, hears of it by the bus.
        if row is None or input["petitioner_id"] not in {person.id for person in row.state.petitioners}:
            return {"errors": [shown(NotFound().problem)]}
        reply = await send(info, RevealPetitioner(**input))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        return {"petitioner": msgspec.convert(reply.value, RevealedPerson), "errors": []}


class RevealTextInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    reason = graphene.String(required=True, description="查看理由，记入办理轨迹")


class RevealTextPayload(graphene.ObjectType):
    text = graphene.Field(RevealedText)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RevealTextMutation(graphene.Mutation):
    """查看登记时所写的原文（其中的证件号码、手机号码，以及保密件、检举控告件的信访人信息平时已遮盖），须说明理由"""

    class Arguments:
        input = RevealTextInput(required=True)

    Output = RevealTextPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        row = await full_petition(info, input["petition_id"])
        # As with a petitioner: the view knows of a return before intake does.
        if row is None or not row.state.text_sealed:
            return {"errors": [shown(NotFound("该件没有遮盖的原文，或您无权查看").problem)]}
        reply = await send(info, RevealText(**input))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        return {"text": msgspec.convert(reply.value, RevealedTextState), "errors": []}


class ClassifyPetitionInput(graphene.InputObjectType):
    """不填的项目保持不变；性质不再是申诉求决的，办理途径随之清除"""

    petition_id = UUID(required=True)
    nature = graphene.Field(enums.NatureEnum, description="检举控告与其他性质之间不能更正，须重新登记")
    route = graphene.Field(enums.RouteEnum, description="申诉求决事项的办理途径")
    procedure = graphene.Field(enums.ProcedureEnum, description="办理程序")
    urgency = graphene.Field(enums.UrgencyEnum, description="紧急程度")
    reason = graphene.String(required=True, description="更正理由，记入办理轨迹")


ClassifyPetitionMutation = case_mutation(ClassifyPetition, ClassifyPetitionInput, "更正信访件的分类，期限随之重新计算")
