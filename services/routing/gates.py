"""Whether a flow can be run at all, and what waits until it was run. Pure."""

from collections.abc import Iterable
from datetime import date

from services.common.errors import Refusal
from services.contracts.flows import STEP_ROLES, Approval, ApprovalState, Flow, FlowGate
from services.contracts.routing import Referral


class ApprovalMissing(Refusal):
    """What the county's own flow puts before an act has not been done."""

    code = "APPROVAL_MISSING"
    default = "本单位规定须先完成呈批流程，请先办理呈批"


def flow_problems(flow: Flow) -> list[str]:
    """What is wrong with a flow, in Chinese; nothing for one that can be run."""
    found = []
    for name, text in (("id", flow.id), ("name", flow.name), ("basis", flow.basis)):
        if not text.strip():
            found.append(f"“{name}”不能为空")
    if not flow.steps:
        found.append("没有环节，至少应有一个 [[flows.steps]]")
    ids = [step.id for step in flow.steps]
    found += [f"环节编号“{each}”重复" for each in dict.fromkeys(ids) if ids.count(each) > 1]
    for step in flow.steps:
        if not step.id.strip() or not step.name.strip():
            found.append(f"环节“{step.id or step.name}”的 id 和 name 都不能为空")
        if not step.roles or not set(step.roles) <= STEP_ROLES:
            choices = "、".join(f"{role}（{role.label}）" for role in sorted(STEP_ROLES))
            found.append(f"环节“{step.id}”的 roles 至少写一个，只能是：{choices}")
    if flow.steps and all(step.optional for step in flow.steps):
        found.append("所有环节都可以略过（optional），至少应有一个必经环节")
    if flow.gate_tenants and flow.gate is None:
        found.append("写了 gate_tenants，却没有写 gate")
    return found


def check_passed(*, flows: Iterable[Flow], approvals: Iterable[Approval], referral: Referral, gate: FlowGate) -> None:
    """Raises ``ApprovalMissing`` while a flow that closes this gate for the receiver is not done for the case.

    A run for another hand-over does not count, nor one that was done before the last answer was sent back.
    """
    tenant, runs = referral.to_tenant, list(approvals)
    since = referral.reworks[-1].on if referral.reworks else date.min
    for flow in flows:
        if not flow.active or flow.gate is not gate or tenant not in flow.gate_tenants:
            continue
        of_flow = [
            run
            for run in runs
            if (run.flow, run.tenant) == (flow.id, tenant) and run.referral_id in (None, referral.id)
        ]
        if any(run.state is ApprovalState.DONE and (run.ended_on or date.min) >= since for run in of_flow):
            continue
        waiting = next((run.next_step for run in of_flow if run.next_step is not None), None)
        todo = f"下一环节是“{waiting.name}”" if waiting else f"请先发起，第一环节是“{flow.steps[0].name}”"
        raise ApprovalMissing(f"{gate.label}前须完成“{flow.name}”（{flow.basis}），{todo}")
