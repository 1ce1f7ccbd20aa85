"""Mutations about approval flows (呈批, 批示), which routing carries out."""

from typing import Any

import graphene

from gateway.schema import flow_types
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from services.common.errors import NotFound
from services.contracts.flows import Approval, PassApprovalStep, ReturnApproval, StartApproval, WithdrawApproval


class ApprovalPayload(graphene.ObjectType):
    """呈批的办理结果"""

    approval = graphene.Field(flow_types.Approval)
    errors = graphene.List(graphene.NonNull(Error), required=True)


APPROVAL = Kind(Approval, ApprovalPayload, "approval")


class StartApprovalInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    flow = graphene.ID(required=True, description="流程编号，见 flows")
    referral_id = UUID(description="所针对的转送交办；其承办单位即流程中的承办单位")
    handling = graphene.ID(description="承办单位代码；可以在以后的环节填写")
    subject = graphene.String(required=True, description="呈批事项")


class ApprovalInput(graphene.InputObjectType):
    approval_id = UUID(required=True)


class PassApprovalStepInput(ApprovalInput):
    step = graphene.ID(required=True, description="所办理的环节，须是下一环节")
    text = graphene.String(required=True, description="批示、意见、拟稿的内容；略过的写理由")
    leader = graphene.String(description="经办人代录书面批示的，填作出批示的领导姓名")
    skip = graphene.Boolean(default_value=False, description="略过这一可选环节")
    handling = graphene.ID(description="确定或变更承办单位：须正在承办该件")


class ReturnApprovalInput(ApprovalInput):
    to_step = graphene.ID(required=True, description="退回到以前的哪一环节")
    reason = graphene.String(required=True)
    leader = graphene.String(description="经办人代录书面批示的，填作出批示的领导姓名")


class WithdrawApprovalInput(ApprovalInput):
    reason = graphene.String(required=True)


class StartApprovalMutation(graphene.Mutation):
    """发起呈批：县信访局、登记单位、承办单位或复查复核单位"""

    class Arguments:
        input = StartApprovalInput(required=True)

    Output = ApprovalPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        row = await full_petition(info, given.pop("petition_id"))
        if row is None:
            return APPROVAL.refused(NotFound())
        return APPROVAL.answer(await send(info, StartApproval(petition=row.state, **given)))


PassApprovalStepMutation = state_mutation(
    PassApprovalStep, APPROVAL, PassApprovalStepInput, "办理下一环节：批示、审核、拟稿、报送等"
)
ReturnApprovalMutation = state_mutation(
    ReturnApproval, APPROVAL, ReturnApprovalInput, "退回以前的环节：由下一环节的办理人"
)
WithdrawApprovalMutation = state_mutation(
    WithdrawApproval, APPROVAL, WithdrawApprovalInput, "撤销呈批：由发起单位或县信访局"
)
