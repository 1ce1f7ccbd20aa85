"""Mutations of the logs of shifts and of the handing over, which roster carries out."""

import graphene

from gateway.schema import enums, handover_types
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.handovers import AcknowledgeHandover, DutyLog, HandOver, SettleLogEntry, WriteLog


class DutyLogPayload(graphene.ObjectType):
    """值班日志的办理结果"""

    log = graphene.Field(handover_types.DutyLog)
    errors = graphene.List(graphene.NonNull(Error), required=True)


LOG = Kind(DutyLog, DutyLogPayload, "log")


class WriteLogInput(graphene.InputObjectType):
    """身份证号、手机号自动脱敏"""

    shift_id = UUID(required=True)
    kind = graphene.Field(enums.LogEntryKindEnum, required=True)
    text = graphene.String(required=True)
    petition_id = UUID(description="涉及的信访件；检举控告件不写入日志")
    corrects = graphene.Int(description="更正本日志中的哪一条（位置，从 0 起）；已交班的日志不再更正，写入当前班次")


class SettleLogEntryInput(graphene.InputObjectType):
    """未了事项是否办结"""

    shift_id = UUID(required=True)
    place = graphene.Int(required=True, description="未了事项在日志中的位置，从 0 起")
    done = graphene.Boolean(default_value=True, description="已办结；误记为办结的填 false")


class HandOverInput(graphene.InputObjectType):
    shift_id = UUID(required=True)


class AcknowledgeHandoverInput(graphene.InputObjectType):
    shift_id = UUID(required=True, description="交班的班次")


WriteLogMutation = state_mutation(
    WriteLog, LOG, WriteLogInput, "记值班日志：由本班值班人员，或本单位经办人、负责人记录"
)
SettleLogEntryMutation = state_mutation(SettleLogEntry, LOG, SettleLogEntryInput, "登记未了事项已办结")
HandOverMutation = state_mutation(
    HandOver, LOG, HandOverInput, "交班：日志不再更改，未了事项进入下一班（同类班次）的日志"
)
AcknowledgeHandoverMutation = state_mutation(
    AcknowledgeHandover,
    LOG,
    AcknowledgeHandoverInput,
    "接班：由下一班值班人员，或本单位经办人、负责人代为登记；交班人不能自己接班",
)
