"""Mutations of the duty table, which roster carries out for the actor's own tenant."""

from typing import Any

import graphene

from gateway.context import shown
from gateway.schema import enums, shift_types
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.roster_commands import CancelShift, EnterShift, NameSeat, PlanReport, PlanShifts, SeatInput
from services.contracts.shifts import Shift

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class PlannedShift(graphene.ObjectType):
    """排班变动的一个班次，或无人可排的空岗"""

    shift = UUID(required=True)
    day = graphene.Date(required=True)
    name = graphene.String(required=True)
    what = graphene.String(required=True, description="如：带班领导 由 甲 改为 乙")


class PlanFairness(graphene.ObjectType):
    """排班是否公平：轮流的人员之间，最多与最少相差几次；0 为完全平均"""

    ordinary = graphene.Int(required=True, description="平日")
    holiday = graphene.Int(required=True, description="节假日")
    spring_festival = graphene.Int(required=True, description="春节")


class Plan(graphene.ObjectType):
    """排班结果"""

    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    planned = graphene.Int(required=True, description="这段时间的班次数")
    added = graphene.Int(required=True)
    removed = graphene.Int(required=True, description="因规则结束或放假而取消的")
    moved = graphene.List(graphene.NonNull(PlannedShift), required=True, description="变动的班次，最先的若干个")
    empty = graphene.List(graphene.NonNull(PlannedShift), required=True, description="无人可排的空岗，最先的若干个")
    fairness = graphene.Field(PlanFairness, required=True)
    coverage_percent = graphene.Int(required=True, description="已排岗位占全部岗位的百分比")

    @staticmethod
    def resolve_fairness(report: PlanReport, info: graphene.ResolveInfo) -> dict[str, int]:
        return {name.lower(): difference for name, difference in report.fairness.items()}


class PlanPayload(graphene.ObjectType):
    """排班的办理结果"""

    plan = graphene.Field(Plan)
    errors = ERRORS


class ShiftPayload(graphene.ObjectType):
    """班次的办理结果"""

    shift = graphene.Field(shift_types.Shift)
    errors = ERRORS


class CancelShiftPayload(graphene.ObjectType):
    """取消班次的办理结果"""

    shift_id = UUID()
    appointments = graphene.Int(description="已预约的批次数，须告知来访人另行安排")
    errors = ERRORS


class PlanShiftsInput(graphene.InputObjectType):
    """重新排定本单位以后的班次；已经开始的不变，能够到岗的人员不变"""

    until = graphene.Date(required=True, description="排到哪一天")
    anew = graphene.Boolean(default_value=False, description="没有公示、也不是指定和替班的，重新轮排")
    dry_run = graphene.Boolean(default_value=False, description="只试排，不改动值班表")


class SeatNeeded(graphene.InputObjectType):
    """一个岗位"""

    role = graphene.Field(enums.SeatRoleEnum, required=True)
    member = graphene.ID(description="值班人员编号；不填的为空岗")


class EnterShiftInput(graphene.InputObjectType):
    """临时增加的班次，如加开接访、下访"""

    name = graphene.String(required=True)
    kind = graphene.Field(enums.ServiceKindEnum, required=True)
    mode = graphene.Field(enums.ReceptionModeEnum, description="接访方式，接访必填")
    day = graphene.Date(required=True)
    start = graphene.Time(required=True)
    end = graphene.Time(required=True, description="不晚于开始时间的，为次日")
    place = graphene.String(required=True)
    phone = graphene.String()
    slot_minutes = graphene.Int(description="接受预约的，每位来访人的时间")
    seats = graphene.List(graphene.NonNull(SeatNeeded), required=True)


class NameSeatInput(graphene.InputObjectType):
    """指定岗位人员：补空岗，或改由他人担任"""

    shift_id = UUID(required=True)
    role = graphene.Field(enums.SeatRoleEnum, required=True)
    place = graphene.Int(default_value=0, description="同一岗位有多人的，第几个，从 0 起")
    member = graphene.ID(required=True, description="值班人员编号")
    reason = graphene.String(default_value="", description="改由他人担任的理由；补空岗可不填")


class CancelShiftInput(graphene.InputObjectType):
    shift_id = UUID(required=True)
    reason = graphene.String(required=True, description="取消的理由，已公示的群众可见")


SHIFT = Kind(Shift, ShiftPayload, "shift")

PlanShiftsMutation = state_mutation(
    PlanShifts, Kind(PlanReport, PlanPayload, "plan"), PlanShiftsInput, "排班：重新排定本单位以后的班次，或只试排"
)
NameSeatMutation = state_mutation(NameSeat, SHIFT, NameSeatInput, "指定岗位人员")


class EnterShiftMutation(graphene.Mutation):
    """临时增加班次"""

    class Arguments:
        input = EnterShiftInput(required=True)

    Output = ShiftPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        seats = [SeatInput(**seat) for seat in input.pop("seats")]
        return SHIFT.answer(await send(info, EnterShift(**input, seats=seats)))


class CancelShiftMutation(graphene.Mutation):
    """取消班次"""

    class Arguments:
        input = CancelShiftInput(required=True)

    Output = CancelShiftPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reply = await send(info, CancelShift(**input))
        value = reply.value or {}
        return {
            "shift_id": value.get("shift"),
            "appointments": value.get("appointments"),
            "errors": [shown(problem) for problem in reply.problems],
        }
