"""Routing's commands about approval flows, as a part of the service class.

The rules stand in ``flows`` and ``gates``.
"""

from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.common.locking import locked
from services.contracts.actor import HANDLES_CASES, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.flows import (
    STEP_ROLES,
    Approval,
    ApprovalState,
    Flow,
    FlowGate,
    LoadFlows,
    PassApprovalStep,
    ReturnApproval,
    StartApproval,
    WithdrawApproval,
)
from services.contracts.reviews import Review
from services.contracts.routing import Referral, ReferralRole
from services.routing import flows, gates
from services.routing.county_tables import directory


class ApprovalCommands:
    """Each of a case's answers the run as it now is."""

    @command(LoadFlows, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_flows(self, tx: Transaction, body: LoadFlows) -> Any:
        """Enters the flows; returns the ids added, changed and closed. Runs that are under way keep their steps."""
        for flow in body.flows:
            problems = gates.flow_problems(flow)
            if problems:
                raise InvalidInput(f"流程“{flow.id}”：{'；'.join(problems)}", field="flows")
        tx.lock("flows")
        known = {row.state.id: row for row in tx.all(Flow)}
        wanted = {flow.id: flow for flow in body.flows}
        closed = [
            msgspec.structs.replace(row.state, active=False)
            for id, row in known.items()
            if id not in wanted and row.state.active
        ]
        added: list[str] = []
        changed: list[str] = []
        for flow in [*wanted.values(), *closed]:
            row = known.get(flow.id)
            if row is not None and row.state == flow:
                continue
            tx.record(flow, act=Act.FLOW_CHANGED, base=row.version if row else 0)
            (changed if row else added).append(flow.id)
        return {"added": added, "changed": changed, "closed": [flow.id for flow in closed]}

    @command(StartApproval, roles=HANDLES_CASES)
    def start_approval(self, tx: Transaction, body: StartApproval) -> Approval:
        tx.lock(body.petition.id)
        flow = tx.read(Flow, body.flow)
        referral = None
        if body.referral_id is not None:
            row = tx.read(Referral, body.referral_id) if is_id(body.referral_id) else None
            if row is None or row.state.petition_id != body.petition.id or not row.state.stands:
                raise NotFound("没有这一转送交办，或者它已经退回、撤回，请核对")
            referral = row.state
        approval = flows.started(
            command=body,
            flow=flow.state if flow else None,
            actor=tx.actor,
            parties=_parties(tx, body.petition.id, body.petition.registered_by),
            directory=directory(tx),
            referral=referral,
            running=[each.state for each in tx.of_petition(Approval, body.petition.id)],
            today=tx.today,
        )
        tx.record(approval, act=Act.APPROVAL_STARTED, remark=f"{approval.flow_name}：{approval.subject}")
        return approval

    @command(PassApprovalStep, roles=STEP_ROLES)
    def pass_approval_step(self, tx: Transaction, body: PassApprovalStep) -> Approval:
        row = locked(tx, Approval, body.approval_id)
        approval = flows.passed(
            approval=row.state,
            command=body,
            actor=tx.actor,
            parties=_parties(tx, row.state.petition_id, row.state.registered_by),
            directory=directory(tx),
            now=tx.now,
            today=tx.today,
        )
        act = Act.APPROVAL_STEP_SKIPPED if body.skip else Act.APPROVAL_STEP_PASSED
        if approval.state is ApprovalState.DONE:
            act = Act.APPROVAL_DONE
        tx.record(approval, act=act, base=row.version, remark=_remark(approval, reason=body.skip))
        return approval

    @command(ReturnApproval, roles=STEP_ROLES)
    def return_approval(self, tx: Transaction, body: ReturnApproval) -> Approval:
        row = locked(tx, Approval, body.approval_id)
        approval = flows.returned(
            approval=row.state,
            command=body,
            actor=tx.actor,
            parties=_parties(tx, row.state.petition_id, row.state.registered_by),
            now=tx.now,
            today=tx.today,
        )
        tx.record(approval, act=Act.APPROVAL_RETURNED, base=row.version, remark=_remark(approval, reason=True))
        return approval

    @command(WithdrawApproval, roles=STEP_ROLES)
    def withdraw_approval(self, tx: Transaction, body: WithdrawApproval) -> Approval:
        row = locked(tx, Approval, body.approval_id)
        approval = flows.withdrawn(approval=row.state, actor=tx.actor, reason=body.reason, now=tx.now, today=tx.today)
        tx.record(approval, act=Act.APPROVAL_WITHDRAWN, base=row.version, remark=_remark(approval, reason=True))
        return approval


def check_gate(tx: Transaction, *, referral: Referral, gate: FlowGate) -> None:
    """Raises ``ApprovalMissing``, with flow and next step, where the county lets the receiver not pass yet."""
    if referral.role is ReferralRole.UNIT and referral.from_tenant == referral.to_tenant:
        return  # What a unit gives its own office goes into the office's answer.
    closed = [row.state for row in tx.all(Flow) if referral.to_tenant in row.state.gate_tenants]
    if closed:
        approvals = [row.state for row in tx.of_petition(Approval, referral.petition_id)]
        gates.check_passed(flows=closed, approvals=approvals, referral=referral, gate=gate)


def _parties(tx: Transaction, petition_id: str, registered_by: str) -> set[str]:
    """Of what the actor sees, who registered, holds or reviews the case."""
    holders = {row.state.to_tenant for row in tx.of_petition(Referral, petition_id) if row.state.stands}
    return {registered_by} | holders | {row.state.body for row in tx.of_petition(Review, petition_id)}


def _remark(approval: Approval, *, reason: bool) -> str:
    """The newest entry as the timeline tells it; what was written at a step stands in the run alone."""
    entry = approval.entries[-1]
    name = next(step.name for step in approval.steps if step.id == entry.step)
    leader = f"（{entry.leader}）" if entry.leader else ""
    why = f"：{entry.text}" if reason else ""
    return f"{approval.flow_name}·{name}{leader} {entry.kind.label}{why}"
