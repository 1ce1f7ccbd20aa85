"""How a citizen books an appointment with a leader, and gives it up. Roster carries it out."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.public.accusing import named_in, receives_accusations
from gateway.public.asking import active_organisations, public_context
from gateway.public.limiting import QueryLocked
from gateway.public.receiving import read_appointment, weekday
from gateway.public.reception_queries import WRONG_CODE
from gateway.reading_lists import SHIFTS
from gateway.rows import appointment_number
from gateway.schema import enums
from gateway.schema.mutations.payload import Error
from services.common.errors import AccusedUnit, NotFound, WrongQueryCode
from services.contracts.actor import TenantKind
from services.contracts.public import public_actor
from services.contracts.questionnaires import AnswerQuestionnaire, Score
from services.contracts.receptions import Appointment, BookAppointment, BookingWay, CancelOwnAppointment

NOBODY = {
    False: "该单位目前没有可以经手这一检举控告的专办人员，请到县信访局预约",
    True: "县信访局目前没有可以经手这一检举控告的专办人员，请直接向有权处理的纪检监察机关提出",
}
"""By whether it is the county office."""
ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class BookAppointmentInput(graphene.InputObjectType):
    shift_id = graphene.ID(required=True, description="哪一次接访，见 receptionSlots")
    slot = graphene.Time(description="时段的开始时间；不填的为第一个空闲时段")
    name = graphene.String(required=True)
    phone = graphene.String(required=True)
    identity_number = graphene.String()
    people = graphene.Int(default_value=1, description="同来的人数")
    matter = graphene.String(required=True, description="事由")
    needs = graphene.List(
        graphene.NonNull(enums.QualificationEnum), default_value=[], description="需要法律顾问、少数民族语言或手语"
    )
    concerns = graphene.List(graphene.NonNull(graphene.ID), default_value=[], description="涉及的单位代码，见 bodies")
    accusation = graphene.Boolean(default_value=False, description="是否检举控告")


class AppointmentReceipt(graphene.ObjectType):
    """预约回执：凭预约号和预约码查询、取消"""

    number = graphene.String(required=True, description="预约号")
    code = graphene.String(required=True, description="预约码")
    tenant_name = graphene.String(required=True)
    day = graphene.Date(required=True)
    weekday = graphene.String(required=True)
    slot = graphene.Time()
    place = graphene.String(required=True)
    state = graphene.String(required=True)


class BookAppointmentPayload(graphene.ObjectType):
    receipt = graphene.Field(AppointmentReceipt)
    errors = ERRORS


class BookAppointmentMutation(graphene.Mutation):
    """网上预约领导接访；由接访单位审核"""

    class Arguments:
        input = BookAppointmentInput(required=True)

    Output = BookAppointmentPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = public_context(info)
        shift_id = input.pop("shift_id")
        shift = await context.reader.find(SHIFTS, shift_id)
        offices = {one.code: one for one in await active_organisations(info)}
        office = offices.get(shift.tenant) if shift else None
        if shift is None or office is None:
            problem = NotFound("没有这次接访，请在公示的接访安排中重新选择", field="shift_id").problem
            return {"receipt": None, "errors": [shown(problem)]}
        # Whom it accuses, and who may decide on it, is found by them; nothing of them is answered.
        barred: list[str] = []
        if input["accusation"]:
            users = (await context.reader.users()).values()
            barred = named_in(users, input["matter"])
            # Of an office that is accused itself roster tells where to go instead.
            accused = office.code in input["concerns"]
            if not accused and not receives_accusations(users, office=office.code, barred=barred):
                words = NOBODY[office.kind is TenantKind.COUNTY]
                return {"receipt": None, "errors": [shown(AccusedUnit(words, field="shift_id").problem)]}
        # He stands at the desk of the office that receives him.
        context.actor = public_actor(context.actor.county, tenant=office.code, kind=office.kind)
        asked = {**input, "needs": frozenset(input["needs"])}
        command = BookAppointment(shift_id=shift.id, way=BookingWay.ONLINE, accused_users=barred, **asked)
        reply = await context.command(command, path=str(info.path.key))
        if reply.problems:
            return {"receipt": None, "errors": [shown(problem) for problem in reply.problems]}
        made = msgspec.convert(reply.value, Appointment)
        receipt = {
            "number": appointment_number(made.id),
            "code": made.code,
            "tenant_name": office.name,
            "day": made.day,
            "weekday": weekday(made.day),
            "slot": made.slot,
            "place": shift.place,
            "state": made.state.label,
        }
        return {"receipt": receipt, "errors": []}


class CancelAppointmentInput(graphene.InputObjectType):
    number = graphene.String(required=True, description="预约号")
    code = graphene.String(required=True, description="预约码")


class CancelAppointmentPayload(graphene.ObjectType):
    cancelled = graphene.Boolean(required=True)
    errors = ERRORS


class CancelAppointmentMutation(graphene.Mutation):
    """取消自己的预约"""

    class Arguments:
        input = CancelAppointmentInput(required=True)

    Output = CancelAppointmentPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = public_context(info)
        number, code = input["number"], input["code"]
        try:
            with context.trying(f"appointment {number}"):
                found = await read_appointment(context.reader, number=number, code=code)
                if found is None:
                    raise WrongQueryCode(WRONG_CODE)
        except (WrongQueryCode, QueryLocked) as refused:
            return {"cancelled": False, "errors": [shown(refused.problem)]}
        command = CancelOwnAppointment(appointment_id=found.id, code=found.code)
        reply = await context.command(command, path=str(info.path.key))
        return {"cancelled": not reply.problems, "errors": [shown(problem) for problem in reply.problems]}


class ScoreInput(graphene.InputObjectType):
    """对一个问题的评分"""

    question = graphene.ID(required=True, description="问题编号，见 appointmentStatus")
    score = graphene.Int(required=True, description="1 至 5 分，5 分最好")


class AnswerQuestionnaireInput(graphene.InputObjectType):
    number = graphene.String(required=True, description="预约号")
    code = graphene.String(required=True, description="预约码")
    scores = graphene.List(graphene.NonNull(ScoreInput), required=True, description="每个问题各评一次")
    suggestion = graphene.String(description="意见建议，最多 1000 字")


class AnswerQuestionnairePayload(graphene.ObjectType):
    answered = graphene.Boolean(required=True, description="是否已登记")
    errors = ERRORS


class AnswerQuestionnaireMutation(graphene.Mutation):
    """评价自己的来访；期限内再次提交为更正"""

    class Arguments:
        input = AnswerQuestionnaireInput(required=True)

    Output = AnswerQuestionnairePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = public_context(info)
        number, code = input["number"], input["code"]
        try:
            with context.trying(f"appointment {number}"):
                found = await read_appointment(context.reader, number=number, code=code)
                if found is None:
                    raise WrongQueryCode(WRONG_CODE)
        except (WrongQueryCode, QueryLocked) as refused:
            return {"answered": False, "errors": [shown(refused.problem)]}
        command = AnswerQuestionnaire(
            appointment_id=found.id,
            code=found.code,
            scores=[Score(**each) for each in input["scores"]],
            suggestion=input.get("suggestion"),
        )
        reply = await context.command(command, path=str(info.path.key))
        return {"answered": not reply.problems, "errors": [shown(problem) for problem in reply.problems]}
