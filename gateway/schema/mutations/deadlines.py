"""Mutations that deadlines carries out: extensions, milestones, supervision threads and reminders."""

from typing import Any

import graphene

from gateway.schema import enums, supervision_types
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from services.common.errors import NotFound
from services.contracts.extensions import (
    DecideExtension,
    Extension,
    InformOfExtension,
    RequestExtension,
    WithdrawExtension,
)
from services.contracts.milestones import Milestone, RecordMilestone, TakeBackMilestone
from services.contracts.reminders import AcknowledgeReminder, Reminder, SendReminder
from services.contracts.supervision import (
    AcknowledgeSupervision,
    AnswerSupervision,
    CloseSupervision,
    EscalateSupervision,
    OpenSupervision,
    Supervision,
    WithdrawSupervision,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class ExtensionPayload(graphene.ObjectType):
    """延期的办理结果"""

    extension = graphene.Field(supervision_types.Extension)
    errors = ERRORS


class MilestonePayload(graphene.ObjectType):
    """办理节点的办理结果"""

    milestone = graphene.Field(supervision_types.Milestone)
    errors = ERRORS


class SupervisionPayload(graphene.ObjectType):
    """督办的办理结果"""

    supervision = graphene.Field(supervision_types.Supervision)
    errors = ERRORS


class ReminderPayload(graphene.ObjectType):
    """催办的办理结果"""

    reminder = graphene.Field(supervision_types.Reminder)
    errors = ERRORS


EXTENSION = Kind(Extension, ExtensionPayload, "extension")
MILESTONE = Kind(Milestone, MilestonePayload, "milestone")
SUPERVISION = Kind(Supervision, SupervisionPayload, "supervision")
REMINDER = Kind(Reminder, ReminderPayload, "reminder")


class RequestExtensionInput(graphene.InputObjectType):
    clock_id = UUID(required=True)
    days = graphene.Int(required=True, description="申请延长的日数")
    reason = graphene.String(required=True)


class DecideExtensionInput(graphene.InputObjectType):
    extension_id = UUID(required=True)
    approve = graphene.Boolean(required=True, description="是否批准")
    reason = graphene.String(description="审批意见；不予批准的必填")


class WithdrawExtensionInput(graphene.InputObjectType):
    extension_id = UUID(required=True)
    reason = graphene.String(required=True)


class InformOfExtensionInput(graphene.InputObjectType):
    extension_id = UUID(required=True)
    on = graphene.Date(required=True, description="告知信访人的日期")


class RecordMilestoneInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    kind = graphene.Field(enums.MilestoneKindEnum, required=True)
    on = graphene.Date(required=True, description="实际办理的日期")
    note = graphene.String(required=True, description="办理情况")
    until = graphene.Date(description="承诺办结的日期；仅用于承诺")


class TakeBackMilestoneInput(graphene.InputObjectType):
    milestone_id = UUID(required=True)
    reason = graphene.String(required=True)


class OpenSupervisionInput(graphene.InputObjectType):
    """填写期限；不针对某一期限的，填写信访件和被督办单位"""

    clock_id = UUID(description="要督办的期限")
    petition_id = UUID()
    addressee = graphene.ID(description="被督办单位代码")
    reason = graphene.Field(enums.SupervisionReasonEnum, required=True)
    text = graphene.String(required=True, description="督办的事实和要求")
    answer_by = graphene.Date(required=True, description="书面回复期限")


class SupervisionInput(graphene.InputObjectType):
    supervision_id = UUID(required=True)


class AnswerSupervisionInput(SupervisionInput):
    adopted = graphene.Boolean(required=True, description="是否采纳督办意见")
    text = graphene.String(required=True, description="书面回复；未采纳的须说明理由")


class EscalateSupervisionInput(SupervisionInput):
    step = graphene.Field(enums.SupervisionStepEnum, required=True, description="升级措施，或退回重报")
    text = graphene.String(required=True)
    answer_by = graphene.Date(description="新的书面回复期限；限期整改和退回重报必填")


class CloseSupervisionInput(SupervisionInput):
    """三不放过：三项均须做到"""

    cleared_up = graphene.Boolean(required=True, description="问题已查清")
    solved = graphene.Boolean(required=True, description="问题已解决")
    measures_carried_out = graphene.Boolean(required=True, description="整改措施已落实")
    text = graphene.String(required=True, description="督办办结意见")


class WithdrawSupervisionInput(SupervisionInput):
    reason = graphene.String(required=True)


class SendReminderInput(graphene.InputObjectType):
    clock_id = UUID(required=True)
    text = graphene.String(required=True)


class AcknowledgeReminderInput(graphene.InputObjectType):
    reminder_id = UUID(required=True)


class RecordMilestoneMutation(graphene.Mutation):
    """记录办理节点"""

    class Arguments:
        input = RecordMilestoneInput(required=True)

    Output = MilestonePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        row = await full_petition(info, given.pop("petition_id"))
        if row is None:
            return MILESTONE.refused(NotFound())
        command = RecordMilestone(petition=row.state, petition_version=row.version, **given)
        return MILESTONE.answer(await send(info, command))


RequestExtensionMutation = state_mutation(RequestExtension, EXTENSION, RequestExtensionInput, "申请延期")
DecideExtensionMutation = state_mutation(
    DecideExtension, EXTENSION, DecideExtensionInput, "审批延期：由申请单位负责人办理"
)
WithdrawExtensionMutation = state_mutation(WithdrawExtension, EXTENSION, WithdrawExtensionInput, "审批前撤回延期申请")
InformOfExtensionMutation = state_mutation(
    InformOfExtension, EXTENSION, InformOfExtensionInput, "填写告知信访人延期及理由的日期"
)
TakeBackMilestoneMutation = state_mutation(TakeBackMilestone, MILESTONE, TakeBackMilestoneInput, "撤销办理节点")
OpenSupervisionMutation = state_mutation(OpenSupervision, SUPERVISION, OpenSupervisionInput, "发出督办")
AcknowledgeSupervisionMutation = state_mutation(AcknowledgeSupervision, SUPERVISION, SupervisionInput, "签收督办")
AnswerSupervisionMutation = state_mutation(
    AnswerSupervision, SUPERVISION, AnswerSupervisionInput, "书面回复督办（《信访工作条例》第四十条）"
)
EscalateSupervisionMutation = state_mutation(
    EscalateSupervision, SUPERVISION, EscalateSupervisionInput, "督办升级，或将回复退回重报"
)
CloseSupervisionMutation = state_mutation(CloseSupervision, SUPERVISION, CloseSupervisionInput, "督办办结（三不放过）")
WithdrawSupervisionMutation = state_mutation(
    WithdrawSupervision, SUPERVISION, WithdrawSupervisionInput, "撤销误发的督办"
)
SendReminderMutation = state_mutation(SendReminder, REMINDER, SendReminderInput, "催办一项期限")
AcknowledgeReminderMutation = state_mutation(AcknowledgeReminder, REMINDER, AcknowledgeReminderInput, "签收催办")
