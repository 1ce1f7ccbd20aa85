"""What a citizen hands in, saves and rates. Intake carries it out."""

from datetime import date
from typing import Any

import graphene

from gateway.context import shown
from gateway.public.accusing import called, reaches_somebody
from gateway.public.asking import active_organisations, public_context
from gateway.public.limiting import QueryLocked
from gateway.public.reception_mutations import (
    AnswerQuestionnaireMutation,
    BookAppointmentMutation,
    CancelAppointmentMutation,
)
from gateway.schema import enums
from gateway.schema.mutations.payload import Error
from services.common.errors import AccusedUnit, WrongQueryCode
from services.contracts.actor import TenantKind
from services.contracts.fact import Reply
from services.contracts.intake import Nature
from services.contracts.people import PetitionerInput
from services.contracts.public import OpenSubmission, RateOnline, SaveSubmission, SubmitPetition, public_actor

NOBODY = "本县目前没有可以经手这一检举控告的专办人员，请直接向有权处理的纪检监察机关提出"


class PublicPetitionerInput(graphene.InputObjectType):
    """信访人"""

    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()


class SubmitPetitionInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="受理单位代码，见 desks")
    petitioners = graphene.List(graphene.NonNull(PublicPetitionerInput), default_value=[])
    place = graphene.ID(description="问题属地代码，见 places")
    title = graphene.String(required=True)
    body = graphene.String(required=True, description="事实和理由")
    demands = graphene.String(description="诉求")
    nature = graphene.Field(enums.NatureEnum, required=True)
    confidential = graphene.Boolean(default_value=False, description="要求对办理单位保密身份")
    accused = graphene.List(
        graphene.NonNull(graphene.ID), default_value=[], description="被反映单位代码，见 bodies；该单位不会经手"
    )
    accused_people = graphene.List(graphene.NonNull(graphene.String), default_value=[], description="被反映人姓名")
    draft_code = graphene.String(description="据以填写的暂存码；提交后暂存内容即删除")


class Receipt(graphene.ObjectType):
    """回执：凭编号和查询码查询、评价"""

    number = graphene.String(required=True)
    query_code = graphene.String(required=True)
    addressee = graphene.String(required=True, description="受理单位")
    received_on = graphene.Date(required=True)


class SubmitPetitionPayload(graphene.ObjectType):
    receipt = graphene.Field(Receipt)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class SubmitPetitionMutation(graphene.Mutation):
    """网上提交信访事项"""

    class Arguments:
        input = SubmitPetitionInput(required=True)

    Output = SubmitPetitionPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = public_context(info)
        known = {one.code: one for one in await active_organisations(info)}
        addressee = known.get(input["tenant"])
        # Whom it accuses, and who may see it, is found by them; nothing of them is answered.
        users = (await context.reader.users()).values()
        barred = called(users, input["accused_people"])
        if input["nature"] is Nature.ACCUSATION and input["tenant"] not in input["accused"]:
            # With an accused addressee he is told to choose another one, which intake does.
            offices = {one.code for one in known.values() if one.kind is TenantKind.COUNTY} | {input["tenant"]}
            offices -= set(input["accused"])
            if not reaches_somebody(users, offices=offices, barred=barred):
                return {"receipt": None, "errors": [shown(AccusedUnit(NOBODY, field="tenant").problem)]}
        if addressee is not None:
            # He stands at the desk of this office: it registers, and its series gives the number.
            context.actor = public_actor(context.actor.county, tenant=addressee.code, kind=addressee.kind)
        people = [PetitionerInput(**person) for person in input.pop("petitioners")]
        reply = await _send(info, SubmitPetition(petitioners=people, accused_users=barred, **input))
        value = reply.value or {}
        receipt = {
            **value,
            "addressee": addressee.name if addressee else "",
            "received_on": date.fromisoformat(value["received_on"]) if value else None,
        }
        return {"receipt": receipt if value else None, "errors": [shown(problem) for problem in reply.problems]}


class SaveSubmissionInput(graphene.InputObjectType):
    draft_code = graphene.String(description="已有暂存码的，覆盖其内容")
    form = graphene.String(required=True, description="表单内容，JSON 对象")


class SaveSubmissionPayload(graphene.ObjectType):
    draft_code = graphene.String()
    until = graphene.Date(description="保存到哪一天")
    errors = graphene.List(graphene.NonNull(Error), required=True)


class SaveSubmissionMutation(graphene.Mutation):
    """暂存未提交的内容，凭暂存码再次打开"""

    class Arguments:
        input = SaveSubmissionInput(required=True)

    Output = SaveSubmissionPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return _kept(await _send(info, SaveSubmission(**input)))


class OpenSubmissionInput(graphene.InputObjectType):
    draft_code = graphene.String(required=True)


class OpenSubmissionPayload(graphene.ObjectType):
    form = graphene.String()
    until = graphene.Date()
    errors = graphene.List(graphene.NonNull(Error), required=True)


class OpenSubmissionMutation(graphene.Mutation):
    """打开暂存的内容"""

    class Arguments:
        input = OpenSubmissionInput(required=True)

    Output = OpenSubmissionPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return _kept(await _send(info, OpenSubmission(**input)))


class RatePetitionInput(graphene.InputObjectType):
    number = graphene.String(required=True)
    query_code = graphene.String(required=True)
    side = graphene.Field(enums.RatingSideEnum, required=True)
    value = graphene.Field(enums.RatingValueEnum, required=True)
    reason = graphene.String(description="不满意的，请写明原因")


class RatePetitionPayload(graphene.ObjectType):
    rated = graphene.Boolean(required=True)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RatePetitionMutation(graphene.Mutation):
    """信访人评价，每一方一次"""

    class Arguments:
        input = RatePetitionInput(required=True)

    Output = RatePetitionPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = public_context(info)
        try:
            with context.trying(input["number"]):
                reply = await _send(info, RateOnline(**input))
                if any(problem.code == WrongQueryCode.code for problem in reply.problems):
                    raise WrongQueryCode()
        except (WrongQueryCode, QueryLocked) as refusal:
            return {"rated": False, "errors": [shown(refusal.problem)]}
        return {"rated": not reply.problems, "errors": [shown(problem) for problem in reply.problems]}


class Mutation(graphene.ObjectType):
    submit_petition = SubmitPetitionMutation.Field()
    save_submission = SaveSubmissionMutation.Field()
    open_submission = OpenSubmissionMutation.Field()
    rate_petition = RatePetitionMutation.Field()
    book_appointment = BookAppointmentMutation.Field()
    cancel_appointment = CancelAppointmentMutation.Field()
    answer_questionnaire = AnswerQuestionnaireMutation.Field()


async def _send(info: graphene.ResolveInfo, command: Any) -> Reply:
    return await public_context(info).command(command, path=str(info.path.key))


def _kept(reply: Reply) -> dict[str, Any]:
    """What was saved, with the last day on which it opens."""
    value = reply.value or {}
    until = date.fromisoformat(value["until"]) if value else None
    return {**value, "until": until, "errors": [shown(problem) for problem in reply.problems]}
