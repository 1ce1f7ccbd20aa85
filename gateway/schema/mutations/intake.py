"""Mutations that intake carries out."""

from typing import Any

import graphene

from gateway.context import shown
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
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, NotFound
from services.contracts.intake import Procedure, Source, Urgency
from services.contracts.people import PetitionerInput
from services.contracts.ratings import RecordRating
from services.contracts.register_commands import ClassifyPetition, RegisterPetition, RevealPetitioner


class PetitionerInputType(graphene.InputObjectType):
    class Meta:
        name = "PetitionerInput"

    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()
    representative = graphene.Boolean(default_value=False, description="是否为信访代表")


class RegisterPetitionInput(graphene.InputObjectType):
    channel = graphene.Field(enums.ChannelEnum, required=True)
    received_on = graphene.Date(required=True, description="收到日期")
    petitioners = graphene.List(graphene.NonNull(PetitionerInputType), default_value=[])
    place = graphene.ID(description="问题属地代码：乡镇 9 位，村 12 位")
    title = graphene.String(required=True)
    body = graphene.String(required=True)
    nature = graphene.Field(enums.NatureEnum, required=True)
    category = graphene.String()
    urgency = graphene.Field(enums.UrgencyEnum, default_value=Urgency.NORMAL)
    confidential = graphene.Boolean(default_value=False, description="信访人要求保密身份")
    accused = graphene.List(graphene.NonNull(graphene.ID), default_value=[], description="被反映单位代码")
    accused_users = graphene.List(
        graphene.NonNull(graphene.ID),
        default_value=[],
        description="被反映的工作人员的登录名：其本人看不到该件",
    )
    accused_people = graphene.List(
        graphene.NonNull(graphene.String),
        default_value=[],
        description="被反映人姓名：不得由其包案、主持会议、批示",
    )
    source = graphene.Field(enums.SourceEnum, default_value=Source.DIRECT, description="信访来源")
    route = graphene.Field(enums.RouteEnum, description="申诉求决事项的办理途径；暂不能确定的可不填")
    procedure = graphene.Field(enums.ProcedureEnum, default_value=Procedure.ORDINARY, description="办理程序")
    repeated = graphene.Boolean(default_value=False, description="重复信访")
    skips_level = graphene.Boolean(default_value=False, description="越级")
    visitors = graphene.Int(description="来访人数，仅来访填写")


class RegisterPetitionMutation(graphene.Mutation):
    """登记信访件"""

    class Arguments:
        input = RegisterPetitionInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        given = dict(input)
        people = [PetitionerInput(**person) for person in given.pop("petitioners")]
        unknown = await context_of(info).reader.unknown_logins(given["accused_users"])
        if unknown:
            return refused(InvalidInput(f"被反映人登录名 {unknown[0]} 不是本县用户，请核对", field="accused_users"))
        return await send_case(info, RegisterPetition(petitioners=people, **given))


class RevealedPetitioner(graphene.ObjectType):
    """信访人真实信息：每次查看都会记入办理轨迹"""

    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()


class RevealPetitionerPayload(graphene.ObjectType):
    petitioner = graphene.Field(RevealedPetitioner)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RevealPetitionerInput(graphene.InputObjectType):
    petition_id = graphene.ID(required=True)
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
        return {"petitioner": reply.value, "errors": [shown(problem) for problem in reply.problems]}


class ClassifyPetitionInput(graphene.InputObjectType):
    """不填的项目保持不变；性质不再是申诉求决的，办理途径随之清除"""

    petition_id = graphene.ID(required=True)
    nature = graphene.Field(enums.NatureEnum, description="检举控告与其他性质之间不能更正，须重新登记")
    route = graphene.Field(enums.RouteEnum, description="申诉求决事项的办理途径")
    procedure = graphene.Field(enums.ProcedureEnum, description="办理程序")
    urgency = graphene.Field(enums.UrgencyEnum, description="紧急程度")
    reason = graphene.String(required=True, description="更正理由，记入办理轨迹")


class RecordRatingInput(graphene.InputObjectType):
    petition_id = graphene.ID(required=True)
    side = graphene.Field(enums.RatingSideEnum, required=True)
    value = graphene.Field(enums.RatingValueEnum, required=True)
    reason = graphene.String(description="信访人所说的原因；不满意的必填")


ClassifyPetitionMutation = case_mutation(ClassifyPetition, ClassifyPetitionInput, "更正信访件的分类，期限随之重新计算")
RecordRatingMutation = case_mutation(RecordRating, RecordRatingInput, "记录回访中信访人的满意度评价")
