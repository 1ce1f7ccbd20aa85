"""Supervision threads and reminders: the entry points. Each answers the thread, or the reminder, as it now is."""

from datetime import date

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import Forbidden, InvalidInput, NotFound
from services.common.ids import is_id
from services.common.locking import locked
from services.contracts.actor import HANDLES_CASES, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.reminders import AcknowledgeReminder, Reminder, SendReminder
from services.contracts.reviews import CaseOwner
from services.contracts.routing import Referral
from services.contracts.supervision import (
    ESCALATIONS,
    AcknowledgeSupervision,
    AnswerSupervision,
    CloseSupervision,
    EscalateSupervision,
    OpenSupervision,
    Supervision,
    SupervisionStep,
    WithdrawSupervision,
)
from services.deadlines import opening, reminding, supervising
from services.deadlines.cases import recount
from services.deadlines.rules import Rules

SUPERVISORS = frozenset[Role]().union(*supervising.SUPERVISORS.values())
"""Whoever may supervise in some tenant; the table says in which."""


class SupervisionCommands:
    """A base of the service class."""

    rules: Rules

    @command(OpenSupervision, roles=SUPERVISORS)
    def open_supervision(self, tx: Transaction, body: OpenSupervision) -> Supervision:
        matter = self._matter(tx, body)
        opening.check_supervisor(actor=tx.actor, addressee=matter.addressee)
        with tx.whole_county():
            standing = [each.state for each in tx.of_petition(Supervision, matter.petition.id)]
        supervision = opening.opened(
            matter=matter,
            actor=tx.actor,
            reason=body.reason,
            text=body.text,
            answer_by=body.answer_by,
            standing=standing,
            now=tx.now,
            today=tx.today,
        )
        # Not the text: facts are read by more people than the two sides.
        remark = f"{body.reason.label}；限 {body.answer_by} 前书面回复"
        tx.record(supervision, act=Act.SUPERVISION_OPENED, remark=remark)
        self._recount(tx, supervision.petition_id)
        return supervision

    @command(AcknowledgeSupervision, roles=HANDLES_CASES)
    def acknowledge_supervision(self, tx: Transaction, body: AcknowledgeSupervision) -> Supervision:
        return self._step(tx, body.supervision_id, SupervisionStep.ACKNOWLEDGED, Act.SUPERVISION_ACKNOWLEDGED)

    @command(AnswerSupervision, roles=HANDLES_CASES)
    def answer_supervision(self, tx: Transaction, body: AnswerSupervision) -> Supervision:
        return self._step(
            tx,
            body.supervision_id,
            SupervisionStep.ANSWERED,
            Act.SUPERVISION_ANSWERED,
            text=body.text,
            adopted=body.adopted,
        )

    @command(EscalateSupervision, roles=SUPERVISORS)
    def escalate_supervision(self, tx: Transaction, body: EscalateSupervision) -> Supervision:
        if body.step not in ESCALATIONS | {SupervisionStep.RETURNED}:
            raise InvalidInput(f"“{body.step.label}”不是督办升级的措施，请重新选择", field="step")
        return self._step(
            tx, body.supervision_id, body.step, Act.SUPERVISION_ESCALATED, text=body.text, answer_by=body.answer_by
        )

    @command(CloseSupervision, roles=SUPERVISORS)
    def close_supervision(self, tx: Transaction, body: CloseSupervision) -> Supervision:
        supervising.check_settled(
            cleared_up=body.cleared_up, solved=body.solved, measures_carried_out=body.measures_carried_out
        )
        return self._step(tx, body.supervision_id, SupervisionStep.CLOSED, Act.SUPERVISION_CLOSED, text=body.text)

    @command(WithdrawSupervision, roles=SUPERVISORS)
    def withdraw_supervision(self, tx: Transaction, body: WithdrawSupervision) -> Supervision:
        step, act = SupervisionStep.WITHDRAWN, Act.SUPERVISION_WITHDRAWN
        return self._step(tx, body.supervision_id, step, act, text=body.reason)

    @command(SendReminder, roles=(Role.SUPERVISOR, Role.HEAD, Role.CLERK))
    def send_reminder(self, tx: Transaction, body: SendReminder) -> Reminder:
        clock = _pressed_clock(tx, body.clock_id)
        if tx.actor.kind is not TenantKind.COUNTY and clock.owner == tx.actor.tenant:
            raise Forbidden("催办由县信访局或转送、交办单位发出")
        reminder = reminding.by_hand(clock=clock, actor=tx.actor, text=body.text, now=tx.now, today=tx.today)
        tx.record(reminder, act=Act.REMINDED, remark=body.text)
        return reminder

    @command(AcknowledgeReminder, roles=(*HANDLES_CASES, Role.SUPERVISOR, Role.LEADER))
    def acknowledge_reminder(self, tx: Transaction, body: AcknowledgeReminder) -> Reminder:
        row = locked(tx, Reminder, body.reminder_id)
        reminder = reminding.acknowledged(reminder=row.state, actor=tx.actor, now=tx.now)
        tx.record(reminder, act=Act.REMINDER_ACKNOWLEDGED, base=row.version)
        return reminder

    def _matter(self, tx: Transaction, body: OpenSupervision) -> opening.Matter:
        """What the thread is about, with its case locked. Raises ``NotFound`` where the actor has no part in it."""
        if body.clock_id is not None:
            if body.petition_id is not None or body.addressee is not None:
                raise InvalidInput("请只填写期限，或只填写信访件和被督办单位", field="clock_id")
            clock = _pressed_clock(tx, body.clock_id)
            with tx.whole_county():
                petition = tx.kept(Petition, clock.petition_id)
            if petition is None:
                raise NotFound()
            return opening.matter_of_clock(petition=petition.state, clock=clock)
        if body.petition_id is None or body.addressee is None:
            raise InvalidInput("请填写要督办的期限，或信访件和被督办单位", field="clock_id")
        petition = tx.kept(Petition, body.petition_id) if is_id(body.petition_id) else None
        if petition is None:
            raise NotFound()
        tx.lock(body.petition_id)
        held_by = _holders(tx, body.petition_id)
        with tx.whole_county():
            case_owner = tx.kept(CaseOwner, body.petition_id)
        return opening.matter_of_case(
            petition=petition.state,
            addressee=body.addressee,
            held_by=held_by,
            case_owner=case_owner.state if case_owner else None,
        )

    def _step(
        self,
        tx: Transaction,
        supervision_id: str,
        step: SupervisionStep,
        act: Act,
        *,
        text: str = "",
        adopted: bool | None = None,
        answer_by: date | None = None,
    ) -> Supervision:
        """One step of a thread: locked, checked against the table, written with its fact, its clock counted anew."""
        row = locked(tx, Supervision, supervision_id)
        supervision = supervising.advance(
            supervision=row.state,
            step=step,
            actor=tx.actor,
            now=tx.now,
            today=tx.today,
            text=text,
            adopted=adopted,
            answer_by=answer_by,
        )
        remark = step.label
        if adopted is not None:
            remark += "，采纳督办意见" if adopted else "，未采纳督办意见"
        if answer_by is not None:
            remark += f"；限 {answer_by} 前书面回复"
        tx.record(supervision, act=act, base=row.version, remark=remark)
        self._recount(tx, supervision.petition_id)
        return supervision

    def _recount(self, tx: Transaction, petition_id: str) -> None:
        with tx.whole_county():
            recount(tx, petition_id=petition_id, rules=self.rules)


def _holders(tx: Transaction, petition_id: str) -> set[str]:
    return opening.holders(
        actor=tx.actor, referrals=[each.state for each in tx.kept_of_petition(Referral, petition_id)]
    )


def _pressed_clock(tx: Transaction, clock_id: str) -> Clock:
    """A clock that the actor may press its owner to keep, with its case locked: one that it sees, or that a tenant
    owes to which it handed the case. Raises ``NotFound`` for any other, as if there were none."""
    with tx.whole_county():
        clock = locked(tx, Clock, clock_id).state
    if tx.read(Clock, clock_id) is None and clock.owner not in _holders(tx, clock.petition_id):
        raise NotFound()
    return clock
