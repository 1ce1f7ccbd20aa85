"""Routing's commands that hand a case over, back and down, as a part of the service class.

The rules stand in ``lifecycle``, ``referring``, ``forwarding`` and ``disputing``.
"""

from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import require
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.referral_commands import (
    ClosePetition,
    DecideDispute,
    DecideObjection,
    ForwardReferral,
    ObjectToReferral,
    RaiseDispute,
    ReceiveReferral,
    ReferPetition,
    WithdrawReferral,
)
from services.contracts.routing import Closure, Objection, Referral, ReferralRole, ReferralState
from services.routing import disputing, forwarding, referring
from services.routing.acting import act_on, turn, whole_case, withdraw_branches, write
from services.routing.county_tables import directory, routing_rules
from services.routing.lifecycle import RULES
from services.routing.proposal_commands import decide


class ReferralCommands:
    @command(ReferPetition, roles=HANDLES_CASES)
    def refer_petition(self, tx: Transaction, body: ReferPetition) -> Any:
        return refer(tx, body)

    @command(ForwardReferral, roles=RULES[Act.FORWARDED].roles)
    def forward_referral(self, tx: Transaction, body: ForwardReferral) -> Any:
        parent = turn(tx, body.referral_id, Act.FORWARDED).state
        petition, case = whole_case(tx, parent.petition_id)
        branches = forwarding.forwarded(
            command=body,
            petition=petition,
            parent=parent,
            case=case,
            directory=directory(tx),
            now=tx.now,
            today=tx.today,
        )
        for branch in branches:
            remark = "：".join(text for text in (branch.to_unit_name or branch.to_name, body.note) if text)
            write(tx, branch, act=Act.FORWARDED, remark=remark, petition=petition)
        return {"petition_id": parent.petition_id, "referral_ids": [branch.id for branch in branches]}

    @command(WithdrawReferral, roles=RULES[Act.WITHDRAWN].roles)
    def withdraw_referral(self, tx: Transaction, body: WithdrawReferral) -> Any:
        require(body.reason, "reason", "请填写撤回理由")
        row = turn(tx, body.referral_id, Act.WITHDRAWN)
        return act_on(tx, row, Act.WITHDRAWN, remark=body.reason, ended_on=tx.today)

    @command(ReceiveReferral, roles=RULES[Act.RECEIVED].roles)
    def receive_referral(self, tx: Transaction, body: ReceiveReferral) -> Any:
        row = turn(tx, body.referral_id, Act.RECEIVED)
        referring.check_expected(expected_on=body.expected_on, today=tx.today)
        remark = f"预计 {body.expected_on} 办结" if body.expected_on else None
        return act_on(tx, row, Act.RECEIVED, remark=remark, received_on=tx.today, expected_on=body.expected_on)

    @command(ObjectToReferral, roles=RULES[Act.OBJECTED].roles)
    def object_to_referral(self, tx: Transaction, body: ObjectToReferral) -> Any:
        require(body.reason, "reason", "提出异议须详细说明理由（《信访工作条例》第二十三条）")
        row = turn(tx, body.referral_id, Act.OBJECTED)
        disputing.check_first_objection(row.state)
        materials = (body.materials or "").strip() or None
        remark = f"{body.reason}。随件退回材料：{materials}" if materials else body.reason
        objection = Objection(reason=body.reason, raised_on=tx.today, materials=materials)
        return act_on(tx, row, Act.OBJECTED, remark=remark, objection=objection)

    @command(DecideObjection, roles=RULES[Act.OBJECTION_UPHELD].roles)
    def decide_objection(self, tx: Transaction, body: DecideObjection) -> Any:
        act = Act.OBJECTION_UPHELD if body.uphold else Act.OBJECTION_DISMISSED
        row = turn(tx, body.referral_id, act)
        if not body.uphold:
            require(body.reason or "", "reason", "异议不成立的，请填写核实情况和理由")
        if row.state.role is not ReferralRole.UNIT:
            _, case = whole_case(tx, row.state.petition_id)
            referring.check_returns(actor=tx.actor, case=case, rules=routing_rules(tx), objected=row.state)
        decided = disputing.decided_objection(
            referral=row.state, uphold=body.uphold, decision=body.reason, today=tx.today
        )
        ended_on = tx.today if body.uphold else None
        return act_on(tx, row, act, remark=body.reason, objection=decided, ended_on=ended_on)

    @command(RaiseDispute, roles=RULES[Act.DISPUTE_RAISED].roles)
    def raise_dispute(self, tx: Transaction, body: RaiseDispute) -> Any:
        require(body.reason, "reason", "请填写仍有争议的理由（《信访工作条例》第二十四条）")
        row = turn(tx, body.referral_id, Act.DISPUTE_RAISED)
        organisations = directory(tx)
        dispute = disputing.new_dispute(referral=row.state, reason=body.reason, directory=organisations, today=tx.today)
        decider = "信访工作联席会议" if dispute.by_conference else organisations[dispute.decider].name
        remark = f"报请{decider}协调：{dispute.reason}"
        return act_on(tx, row, Act.DISPUTE_RAISED, remark=remark, dispute=dispute)

    @command(DecideDispute, roles=RULES[Act.DISPUTE_STAYS].roles)
    def decide_dispute(self, tx: Transaction, body: DecideDispute) -> Any:
        require(body.reason, "reason", "请填写协调决定的理由（《信访工作条例》第二十四条）")
        row = turn(tx, body.referral_id, Act.DISPUTE_STAYS)
        organisations = directory(tx)
        act, dispute = disputing.decided_dispute(
            referral=row.state, command=body, directory=organisations, today=tx.today
        )
        remark = f"由{organisations[body.competent].name}办理：{dispute.decision}"
        ended_on = tx.today if act is Act.DISPUTE_MOVES else None
        return act_on(tx, row, act, remark=remark, dispute=dispute, ended_on=ended_on)

    @command(ClosePetition, roles=RULES[Act.PART_CLOSED].roles)
    def close_petition(self, tx: Transaction, body: ClosePetition) -> Any:
        petition = body.petition
        tx.lock(petition.id)
        closure = tx.find(Closure, petition.id)
        referring.check_sender(actor=tx.actor, petition=petition)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        referring.check_open(petition=petition, closure=closure.state if closure else None, standing=standing)
        referring.check_closable(standing)
        for referral in standing:
            if referral.role is not ReferralRole.UNIT or referral.state is ReferralState.ANSWERED:
                remark = None if referral.answer or referral.refusal else "主办单位不予受理，随件办结"
                act_on(tx, turn(tx, referral.id, Act.PART_CLOSED), Act.PART_CLOSED, remark=remark)
        for referral in standing:
            if referral.role is not ReferralRole.UNIT:
                withdraw_branches(tx, referral, because="该件办结，随件撤回")
        tx.record(Closure(petition_id=petition.id, closed_on=tx.today, closed_by=tx.actor.tenant), act=Act.CLOSED)
        return {"petition_id": petition.id}


def refer(tx: Transaction, body: ReferPetition) -> dict[str, Any]:
    """Hands the petition over, or keeps it. Raises a refusal."""
    petition = body.petition
    # First of all: a holder that may not refer may not write what is kept of the petition either.
    referring.check_sender(actor=tx.actor, petition=petition)
    # The petition may be newer here than the fact that tells of it: the clerk refers what he just registered.
    tx.keep(petition, version=body.petition_version, fact_id=f"command:{tx.trace}")
    tx.lock(petition.id)
    closure = tx.find(Closure, petition.id)
    # Whoever may refer it sees every hand-over of it.
    case = [row.state for row in tx.of_petition(Referral, petition.id)]
    standing = [referral for referral in case if referral.stands]
    organisations = directory(tx)
    referring.check_open(petition=petition, closure=closure.state if closure else None, standing=standing)
    referring.check_returns(actor=tx.actor, case=case, rules=routing_rules(tx))
    referring.check_addressees(
        actor=tx.actor,
        petition=petition,
        kind=body.kind,
        addressees=body.to,
        due_on=body.due_on,
        directory=organisations,
        standing=standing,
        today=tx.today,
    )
    leads = [each.tenant for each in body.to if each.role is ReferralRole.LEAD]
    disputing.check_competent(case=case, leads=leads, directory=organisations, today=tx.today)
    for lead in leads:
        decide(tx, petition, lead=lead, kind=body.kind, reason=body.against_reason)
    made = []
    for addressee in body.to:
        referral = referring.new_referral(
            actor=tx.actor,
            command=body,
            addressee=addressee,
            receiver=organisations[addressee.tenant],
            now=tx.now,
            today=tx.today,
        )
        remark = "：".join(text for text in (body.kind.label, body.note) if text)
        write(tx, referral, act=Act.REFERRED, remark=remark, petition=petition)
        made.append(referral.id)
    return {"petition_id": petition.id, "referral_ids": made}
