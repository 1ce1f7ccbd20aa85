"""Mutations about meetings and settlements, which routing carries out."""

from typing import Any

import graphene

from gateway.schema import enums, meeting_types
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from services.common.errors import NotFound
from services.contracts.base import Command
from services.contracts.meetings import (
    Attendance,
    CaseMeeting,
    FulfilSettlement,
    MeetingTask,
    RecordCaseMeeting,
    RecordSettlement,
    Settlement,
    TakeBackCaseMeeting,
    TakeBackSettlement,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class CaseMeetingPayload(graphene.ObjectType):
    """会议记录的办理结果"""

    meeting = graphene.Field(meeting_types.CaseMeeting)
    errors = ERRORS


class SettlementPayload(graphene.ObjectType):
    """调解、和解协议的办理结果"""

    settlement = graphene.Field(meeting_types.Settlement)
    errors = ERRORS


MEETING = Kind(CaseMeeting, CaseMeetingPayload, "meeting")
SETTLEMENT = Kind(Settlement, SettlementPayload, "settlement")


class AttendanceInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="参会单位代码")
    people = graphene.String(required=True, description="参会人员的姓名和职务")
    report = graphene.String(description="该单位汇报的办理进展")


class MeetingTaskInput(graphene.InputObjectType):
    tenant = graphene.ID(required=True, description="承担单位代码")
    task = graphene.String(required=True)
    due_on = graphene.Date()


class RecordCaseMeetingInput(graphene.InputObjectType):
    """会后如实填写；被反映的单位和人员不得召集、主持、参加会议，也不得承担任务（《信访工作条例》第三十条）"""

    petition_id = UUID(required=True)
    kind = graphene.Field(enums.MeetingKindEnum, required=True)
    held_on = graphene.Date(required=True, description="会议日期")
    chair = graphene.String(required=True, description="主持人")
    place = graphene.String(required=True, description="地点")
    attendance = graphene.List(graphene.NonNull(AttendanceInput), required=True)
    decision = graphene.String(required=True, description="议定事项")
    tasks = graphene.List(graphene.NonNull(MeetingTaskInput))


class TakeBackCaseMeetingInput(graphene.InputObjectType):
    meeting_id = UUID(required=True)
    reason = graphene.String(required=True)


class RecordSettlementInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    kind = graphene.Field(enums.SettlementKindEnum, required=True)
    agreed_on = graphene.Date(required=True, description="签订日期")
    terms = graphene.String(required=True, description="协议内容")
    mediator = graphene.String(description="调解人；调解协议必填，和解协议不填")


class SettlementInput(graphene.InputObjectType):
    settlement_id = UUID(required=True)


class FulfilSettlementInput(SettlementInput):
    on = graphene.Date(required=True, description="履行完毕的日期")


class TakeBackSettlementInput(SettlementInput):
    reason = graphene.String(required=True)


async def _about(
    info: graphene.ResolveInfo, kind: Kind, command: type[Command], petition_id: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Sends a command that carries the petition as the actor sees it."""
    row = await full_petition(info, petition_id)
    if row is None:
        return kind.refused(NotFound())
    return kind.answer(await send(info, command(petition=row.state, **given)))


class RecordCaseMeetingMutation(graphene.Mutation):
    """记录已经召开的会议：县信访局、登记单位或承办单位"""

    class Arguments:
        input = RecordCaseMeetingInput(required=True)

    Output = CaseMeetingPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        given["attendance"] = [Attendance(**each) for each in given["attendance"]]
        given["tasks"] = [MeetingTask(**each) for each in given.get("tasks") or []]
        return await _about(info, MEETING, RecordCaseMeeting, given.pop("petition_id"), given)


class RecordSettlementMutation(graphene.Mutation):
    """登记调解或和解协议：受理之后、办结之前，由主办（牵头）单位或县信访局登记"""

    class Arguments:
        input = RecordSettlementInput(required=True)

    Output = SettlementPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        return await _about(info, SETTLEMENT, RecordSettlement, given.pop("petition_id"), given)


TakeBackCaseMeetingMutation = state_mutation(
    TakeBackCaseMeeting, MEETING, TakeBackCaseMeetingInput, "撤销误记的会议：由记录单位办理"
)
FulfilSettlementMutation = state_mutation(
    FulfilSettlement, SETTLEMENT, FulfilSettlementInput, "登记调解、和解协议履行完毕"
)
TakeBackSettlementMutation = state_mutation(
    TakeBackSettlement, SETTLEMENT, TakeBackSettlementInput, "撤销误记的调解、和解协议"
)
