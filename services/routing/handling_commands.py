"""Routing's commands with which a receiver handles what it holds, as a part of the service class.

The rules stand in ``lifecycle``, ``answering``, ``declining`` and ``disputing``.
"""

from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import InvalidInput, require
from services.contracts.acts import Act
from services.contracts.flows import FlowGate
from services.contracts.referral_commands import (
    AcceptReferral,
    AnswerReferral,
    DeclinePetition,
    DeliverAnswer,
    NoteProgress,
    OverruleRefusal,
    RefuseReferral,
    SendBackAnswer,
)
from services.contracts.routing import Delivery, Referral, ReferralRole
from services.routing import answering, declining, disputing, referring
from services.routing.acting import act_on, turn, whole_case
from services.routing.approval_commands import check_gate
from services.routing.county_tables import directory
from services.routing.lifecycle import RULES
from services.routing.numbers import next_number
from services.routing.referral_commands import refer


class HandlingCommands:
    @command(AcceptReferral, roles=RULES[Act.ACCEPTED].roles)
    def accept_referral(self, tx: Transaction, body: AcceptReferral) -> Any:
        row = turn(tx, body.referral_id, Act.ACCEPTED)
        referring.check_grade(row.state, body.grade)
        remark = body.grade.label if body.grade else None
        return act_on(tx, row, Act.ACCEPTED, remark=remark, accepted_on=tx.today, grade=body.grade)

    @command(RefuseReferral, roles=RULES[Act.REFUSED].roles)
    def refuse_referral(self, tx: Transaction, body: RefuseReferral) -> Any:
        return _refuse(tx, body)

    @command(DeclinePetition, roles=RULES[Act.REFUSED].roles)
    def decline_petition(self, tx: Transaction, body: DeclinePetition) -> Any:
        tx.lock(body.petition.id)
        standing = [row.state for row in tx.of_petition(Referral, body.petition.id) if row.state.stands]
        declining.check_declinable(actor=tx.actor, petition=body.petition, standing=standing)
        (referral_id,) = refer(tx, declining.kept(command=body, actor=tx.actor))["referral_ids"]
        return _refuse(tx, declining.refused(command=body, referral_id=referral_id))

    @command(OverruleRefusal, roles=RULES[Act.REFUSAL_OVERRULED].roles)
    def overrule_refusal(self, tx: Transaction, body: OverruleRefusal) -> Any:
        require(body.reason, "reason", "请填写应予受理的理由")
        row = turn(tx, body.referral_id, Act.REFUSAL_OVERRULED)
        return act_on(tx, row, Act.REFUSAL_OVERRULED, remark=body.reason, refusal=None)

    @command(NoteProgress, roles=RULES[Act.PROGRESS_NOTED].roles)
    def note_progress(self, tx: Transaction, body: NoteProgress) -> Any:
        require(body.text, "text", "请填写办理进展")
        row = turn(tx, body.referral_id, Act.PROGRESS_NOTED)
        referring.check_expected(expected_on=body.expected_on, today=tx.today)
        notes = answering.with_note(referral=row.state, text=body.text, by=tx.actor.name, today=tx.today)
        expected_on = body.expected_on or row.state.expected_on
        remark = f"{body.text}。预计 {body.expected_on} 办结" if body.expected_on else body.text
        return act_on(tx, row, Act.PROGRESS_NOTED, remark=remark, notes=notes, expected_on=expected_on)

    @command(AnswerReferral, roles=RULES[Act.ANSWERED].roles)
    def answer_referral(self, tx: Transaction, body: AnswerReferral) -> Any:
        row = turn(tx, body.referral_id, Act.ANSWERED)
        check_gate(tx, referral=row.state, gate=FlowGate.ANSWER)
        petition, case = whole_case(tx, row.state.petition_id)
        answering.check_content(command=body, referral=row.state, petition=petition, today=tx.today)
        answer = answering.new_answer(command=body, referral=row.state, case=case, today=tx.today)
        if row.state.role is ReferralRole.LEAD:
            body_of_answer = directory(tx)[row.state.to_tenant]
            number = answering.earlier_number(row.state) or next_number(tx=tx, body=body_of_answer)
            answer = msgspec.structs.replace(answer, number=number)
        told = (answer.outcome.label, answer.number, answer.parts_missing and f"未待协办：{answer.parts_missing}")
        remark = "，".join(text for text in told if text)
        return act_on(tx, row, Act.ANSWERED, remark=remark, answer=answer)

    @command(SendBackAnswer, roles=RULES[Act.SENT_BACK].roles)
    def send_back_answer(self, tx: Transaction, body: SendBackAnswer) -> Any:
        require(body.reason, "reason", "请填写退回重办的理由和要求")
        row = turn(tx, body.referral_id, Act.SENT_BACK)
        reworks = answering.with_rework(referral=row.state, reason=body.reason, today=tx.today)
        return act_on(tx, row, Act.SENT_BACK, remark=body.reason, reworks=reworks, answer=None)

    @command(DeliverAnswer, roles=RULES[Act.DELIVERED].roles)
    def deliver_answer(self, tx: Transaction, body: DeliverAnswer) -> Any:
        row = turn(tx, body.referral_id, Act.DELIVERED)
        answer = row.state.answer
        if body.on > tx.today or (answer is not None and body.on < answer.answered_on):
            raise InvalidInput(f"送达日期 {body.on} 应在答复之日至今天之间，请核对", field="on")
        delivery = Delivery(
            mode=body.mode,
            on=body.on,
            signed=body.signed,
            recipient=body.recipient,
            receipt=body.receipt,
            remark=body.remark,
        )
        remark = f"{body.mode.label}，{'已签收' if body.signed else '拒收'}"
        return act_on(tx, row, Act.DELIVERED, remark=remark, delivery=delivery)


def _refuse(tx: Transaction, body: RefuseReferral) -> dict[str, Any]:
    row = turn(tx, body.referral_id, Act.REFUSED)
    refusal = disputing.refused(referral=row.state, command=body, today=tx.today)
    remark = f"{refusal.reason.label}。{refusal.explanation}。办理途径：{refusal.way}"
    return act_on(tx, row, Act.REFUSED, remark=remark, refusal=refusal)
