"""Mutations of reception days: appointments, the queue, recusals and what came of a visit; roster carries them out."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.public.accusing import named_in
from gateway.reading_lists import APPOINTMENTS
from gateway.schema import enums, reception_types
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.base import Command
from services.contracts.people import PetitionerInput
from services.contracts.questionnaires import RecordQuestionnaire, Score
from services.contracts.receptions import (
    Appointment,
    Arrive,
    BookAppointment,
    CallNext,
    CancelAppointment,
    DecideAppointment,
    FinishAppointment,
    MissAppointment,
    MoveAppointment,
    MoveAppointments,
    Recuse,
    RevealVisitor,
    TakeBackRecusal,
    TakeBackVisit,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class AppointmentPayload(graphene.ObjectType):
    """接访预约的办理结果"""

    appointment = graphene.Field(reception_types.Appointment, description="叫号时没有人在等候的为空")
    errors = ERRORS


class MoveAppointmentsPayload(graphene.ObjectType):
    """一并改约的结果"""

    moved = graphene.List(graphene.NonNull(reception_types.Appointment), required=True)
    left = graphene.List(
        graphene.NonNull(reception_types.Appointment), required=True, description="没有空闲时段、仍需改约的"
    )
    hidden = graphene.Int(required=True, description="另有几个预约仅限知悉人员办理，须由其另行改约")
    errors = ERRORS


class RevealedVisitor(graphene.ObjectType):
    """预约人真实信息"""

    name = graphene.String(required=True)
    phone = graphene.String()
    identity_number = graphene.String()


class RevealVisitorPayload(graphene.ObjectType):
    visitor = graphene.Field(RevealedVisitor)
    errors = ERRORS


APPOINTMENT = Kind(Appointment, AppointmentPayload, "appointment")


class ScoreInput(graphene.InputObjectType):
    """对问卷一个问题的评分"""

    question = graphene.ID(required=True, description="问题编号")
    score = graphene.Int(required=True, description="1 至 5 分，5 分最好")


class RecordQuestionnaireInput(graphene.InputObjectType):
    """没有成为信访件的来访；来访人已自行评价的，不能代为更改"""

    appointment_id = UUID(required=True)
    scores = graphene.List(graphene.NonNull(ScoreInput), required=True, description="每个问题各评一次")
    suggestion = graphene.String(description="意见建议，最多 1000 字")


REASON = {"required": True, "description": "理由，记入台账；不要写来访人姓名"}


class BookAppointmentInput(graphene.InputObjectType):
    """姓名、电话、证件号码加密保存，只显示脱敏后的姓名"""

    shift_id = UUID(required=True, description="哪一次接访")
    slot = graphene.Time(description="时段的开始；不填的为最早的空闲时段；现场取号不填")
    way = graphene.Field(enums.BookingWayEnum, required=True)
    name = graphene.String(required=True, description="来访人姓名；一批来访的填联系人")
    phone = graphene.String()
    identity_number = graphene.String(description="证件号码；没有可以不填")
    people = graphene.Int(default_value=1, description="一行几人")
    representatives = graphene.Int(description="推选几名代表进入接访（《信访工作条例》第二十条）")
    matter = graphene.String(required=True, description="来访事由")
    petition_id = UUID(description="已登记的信访件")
    needs = graphene.List(
        graphene.NonNull(enums.QualificationEnum), default_value=[], description="需要法律顾问、翻译等在场"
    )
    concerns = graphene.List(graphene.NonNull(graphene.ID), default_value=[], description="事由反映的单位代码")
    accusation = graphene.Boolean(
        default_value=False, description="检举控告：仅知悉人员可见，被反映单位不得接访（《信访工作条例》第三十条）"
    )


class DecideAppointmentInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    accept = graphene.Boolean(required=True)
    reason = graphene.String(default_value="", description="不同意的必填：原因，以及来访人可以怎样办理")


class MoveAppointmentInput(graphene.InputObjectType):
    """也用于领导外出时另约时间"""

    appointment_id = UUID(required=True)
    shift_id = UUID(required=True, description="改到哪一次接访")
    slot = graphene.Time(description="不填的为最早的空闲时段")
    reason = graphene.String(**REASON)


class MoveAppointmentsInput(graphene.InputObjectType):
    """接访取消的，将其预约一并改到另一次接访，按原时段的先后"""

    from_shift = UUID(required=True)
    to_shift = UUID(required=True)
    reason = graphene.String(**REASON)


class CancelAppointmentInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    reason = graphene.String(default_value="")


class AppointmentInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)


class CallNextInput(graphene.InputObjectType):
    shift_id = UUID(required=True)


class FinishAppointmentInput(graphene.InputObjectType):
    """登记为信访件而尚未登记的，请用 registerFromAppointment"""

    appointment_id = UUID(required=True)
    kind = graphene.Field(enums.VisitOutcomeEnum, required=True)
    text = graphene.String(default_value="", description="答复、承诺或指引的内容；除登记为信访件外必填")
    promised_on = graphene.Date(description="承诺办结的日期")
    petition_id = UUID(description="有关的信访件")


class TakeBackVisitInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    reason = graphene.String(**REASON)


class RecuseInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    member = graphene.ID(required=True, description="回避的接访人员")
    reason = graphene.String(**REASON)
    declared = graphene.Boolean(default_value=True, description="是否本人声明；单位发现的为否")


class TakeBackRecusalInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    member = graphene.ID(required=True)
    reason = graphene.String(**REASON)


class RevealVisitorInput(graphene.InputObjectType):
    appointment_id = UUID(required=True)
    reason = graphene.String(required=True, description="查看理由，记入台账")


def _about_case(command: type[Command], input_type: Any, description: str) -> Any:
    """A mutation that may name a petition: one that the actor sees, as the view knows it."""

    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        petition_id = input.get("petition_id")
        if petition_id is not None and await full_petition(info, petition_id) is None:
            return APPOINTMENT.refused(NotFound("没有这件信访件，或您无权查看，请核对"))
        found: dict[str, Any] = {}
        if command is BookAppointment and (input["accusation"] or petition_id is not None):
            # Of a case that is no accusation roster leaves them out.
            users = (await context_of(info).reader.users()).values()
            found["accused_users"] = named_in(users, input["matter"])
        return APPOINTMENT.answer(await send(info, command(**input, **found)))

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": AppointmentPayload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)


class CallNextMutation(graphene.Mutation):
    """叫下一位：预约的按时段，现场取号的在后；没有人等候的不返回预约"""

    class Arguments:
        input = CallNextInput(required=True)

    Output = AppointmentPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reply = await send(info, CallNext(**input))
        return APPOINTMENT.answer(reply) if reply.problems or reply.value else {"appointment": None, "errors": []}


class MoveAppointmentsMutation(graphene.Mutation):
    """将一次接访的预约一并改到另一次接访"""

    class Arguments:
        input = MoveAppointmentsInput(required=True)

    Output = MoveAppointmentsPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reply = await send(info, MoveAppointments(**input))
        value = reply.value or {"moved": [], "left": [], "hidden": 0}
        reader = context_of(info).reader
        found: dict[str, list[Appointment]] = {"moved": [], "left": []}
        for key, rows in found.items():
            for id in value[key]:
                row: Appointment | None = await reader.find(APPOINTMENTS, id)
                if row is not None:
                    rows.append(row)
        return {
            **found,
            "hidden": value["hidden"],
            "errors": [shown(problem) for problem in reply.problems],
        }


class RevealVisitorMutation(graphene.Mutation):
    """查看预约人真实信息，须说明理由"""

    class Arguments:
        input = RevealVisitorInput(required=True)

    Output = RevealVisitorPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reader, key = context_of(info).reader, input["appointment_id"]
        if not is_id(key) or await reader.find(APPOINTMENTS, key) is None:
            return {"errors": [shown(NotFound().problem)]}
        reply = await send(info, RevealVisitor(**input))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        return {"visitor": msgspec.convert(reply.value, PetitionerInput), "errors": []}


BookAppointmentMutation = _about_case(BookAppointment, BookAppointmentInput, "登记接访预约或现场取号：接访单位办理")
FinishAppointmentMutation = _about_case(FinishAppointment, FinishAppointmentInput, "登记接访结果")
DecideAppointmentMutation = state_mutation(
    DecideAppointment, APPOINTMENT, DecideAppointmentInput, "审核预约：一周前的预约和网上预约先审核"
)
MoveAppointmentMutation = state_mutation(MoveAppointment, APPOINTMENT, MoveAppointmentInput, "改约到其他时段或接访日")
CancelAppointmentMutation = state_mutation(CancelAppointment, APPOINTMENT, CancelAppointmentInput, "取消预约")
ArriveMutation = state_mutation(Arrive, APPOINTMENT, AppointmentInput, "来访人到场取号；叫号时不在、后来到场的也用它")
MissAppointmentMutation = state_mutation(MissAppointment, APPOINTMENT, AppointmentInput, "登记来访人未到场")
TakeBackVisitMutation = state_mutation(
    TakeBackVisit, APPOINTMENT, TakeBackVisitInput, "撤销误记的最后一个接访环节：到场、叫号、未到场或接访结果"
)
RecuseMutation = state_mutation(
    Recuse, APPOINTMENT, RecuseInput, "接访人员对一位来访人回避，由下一位接替：本人声明，或由接访单位办理"
)
TakeBackRecusalMutation = state_mutation(
    TakeBackRecusal, APPOINTMENT, TakeBackRecusalInput, "撤销误列的回避：接访单位办理，本人不得撤销自己的回避"
)


class RecordQuestionnaireMutation(graphene.Mutation):
    """回访来访人，登记其对接访的评价：接访单位的经办人、负责人；接访人员不能登记对本人接访的评价"""

    class Arguments:
        input = RecordQuestionnaireInput(required=True)

    Output = AppointmentPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        scores = [Score(**each) for each in input.pop("scores")]
        return APPOINTMENT.answer(await send(info, RecordQuestionnaire(scores=scores, **input)))
