"""Routing: the directory, and every hand-over of a petition. Entry points only."""

from typing import Any

import msgspec

from services.common import errors, settings
from services.common.bus import command, on_fact
from services.common.bus.commands import carry_out
from services.common.bus.ping import Pings
from services.common.database import Database, Transaction, Versioned
from services.common.errors import InvalidInput, NotFound, require
from services.common.ids import is_id, new_id
from services.contracts.actor import HANDLES_CASES, Envelope, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.bureau import MAX_REPLY_BYTES, VERBS
from services.contracts.directory import LoadDirectory, Organisation
from services.contracts.fact import Fact, Problem, Reply
from services.contracts.intake import Petition
from services.contracts.referral_commands import (
    AcceptReferral,
    AnswerReferral,
    ClosePetition,
    DecideObjection,
    DeliverAnswer,
    ObjectToReferral,
    ReceiveReferral,
    ReferPetition,
    WithdrawReferral,
)
from services.contracts.routing import Answer, Closure, Delivery, Objection, Referral
from services.routing import referring
from services.routing.bureau_link import (
    BureauReply,
    BureauReplyEntrypoint,
    reply_body,
    tell_bureau,
    tell_refusal,
)
from services.routing.lifecycle import advance
from services.routing.owner_commands import OwnerCommands
from services.routing.review_commands import ReviewCommands

CONFIG = settings.load("amqp_url", "routing_database_url")
TRY_AGAIN = frozenset({errors.Unavailable.code, errors.Internal.code})


class RoutingService(ReviewCommands, OwnerCommands, Pings):
    name = "routing"
    database = Database(service="routing", url=CONFIG.routing_database_url)

    @command(LoadDirectory, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_directory(self, tx: Transaction, body: LoadDirectory) -> Any:
        """Enters the directory; returns the codes added, changed and closed."""
        # One load at a time, so that none works from a directory that another is changing.
        tx.lock("directory")
        known = {row.state.code: row for row in tx.all(Organisation)}
        wanted = {organisation.code: organisation for organisation in body.organisations}
        closed = [
            msgspec.structs.replace(row.state, active=False)
            for code, row in known.items()
            if code not in wanted and row.state.active
        ]
        added: list[str] = []
        changed: list[str] = []
        for organisation in [*wanted.values(), *closed]:
            row = known.get(organisation.code)
            if row is not None and row.state == organisation:
                continue
            tx.record(organisation, act=Act.ORGANISATION_CHANGED, base=row.version if row else 0)
            (changed if row else added).append(organisation.code)
        return {"added": added, "changed": changed, "closed": [organisation.code for organisation in closed]}

    @on_fact(Petition)
    def petition_changed(self, tx: Transaction, fact: Fact[Petition]) -> None:
        """Kept by the floor; nothing else follows from it here."""

    @command(ReferPetition, roles=HANDLES_CASES)
    def refer_petition(self, tx: Transaction, body: ReferPetition) -> Any:
        petition = body.petition
        # First of all: a holder that may not refer may not write what is kept of the petition either.
        referring.check_sender(actor=tx.actor, petition=petition)
        # The petition may be newer here than the fact that tells of it: the clerk refers what he just registered.
        tx.keep(petition, version=body.petition_version, fact_id=f"command:{tx.trace}")
        tx.lock(petition.id)
        closure = tx.find(Closure, petition.id)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        directory = {row.state.code: row.state for row in tx.all(Organisation)}
        referring.check_open(petition=petition, closure=closure.state if closure else None, standing=standing)
        referring.check_limit(kind=body.kind, due_on=body.due_on, today=tx.today)
        referring.check_addressees(
            actor=tx.actor,
            petition=petition,
            kind=body.kind,
            addressees=body.to,
            directory=directory,
            standing=standing,
        )
        made = []
        for addressee in body.to:
            referral = referring.new_referral(
                actor=tx.actor, command=body, addressee=addressee, now=tx.now, today=tx.today
            )
            remark = "：".join(text for text in (body.kind.label, body.note) if text)
            tx.record(referral, act=Act.REFERRED, remark=remark)
            receiver = directory[addressee.tenant]
            tell_bureau(tx=tx, receiver=receiver, referral=referral, version=1, petition=petition)
            made.append(referral.id)
        return {"petition_id": petition.id, "referral_ids": made}

    @command(WithdrawReferral, roles=HANDLES_CASES)
    def withdraw_referral(self, tx: Transaction, body: WithdrawReferral) -> Any:
        require(body.reason, "reason", "请填写撤回理由")
        return self._act(tx, body.referral_id, Act.WITHDRAWN, remark=body.reason, ended_on=tx.today)

    @command(ReceiveReferral, roles=HANDLES_CASES)
    def receive_referral(self, tx: Transaction, body: ReceiveReferral) -> Any:
        return self._act(tx, body.referral_id, Act.RECEIVED, received_on=tx.today)

    @command(ObjectToReferral, roles=HANDLES_CASES)
    def object_to_referral(self, tx: Transaction, body: ObjectToReferral) -> Any:
        require(body.reason, "reason", "提出异议须详细说明理由（《信访工作条例》第二十三条）")
        row = self._referral(tx, body.referral_id)
        referring.check_first_objection(row.state)
        objection = Objection(reason=body.reason, raised_on=tx.today)
        return self._act(tx, body.referral_id, Act.OBJECTED, remark=body.reason, objection=objection)

    @command(DecideObjection, roles=HANDLES_CASES)
    def decide_objection(self, tx: Transaction, body: DecideObjection) -> Any:
        row = self._referral(tx, body.referral_id)
        objection = row.state.objection
        decided = None
        if objection is not None:
            decided = msgspec.structs.replace(objection, decided_on=tx.today, upheld=body.uphold, decision=body.reason)
        act = Act.OBJECTION_UPHELD if body.uphold else Act.OBJECTION_DISMISSED
        ended_on = tx.today if body.uphold else None
        return self._act(tx, body.referral_id, act, remark=body.reason, objection=decided, ended_on=ended_on)

    @command(AcceptReferral, roles=HANDLES_CASES)
    def accept_referral(self, tx: Transaction, body: AcceptReferral) -> Any:
        row = self._referral(tx, body.referral_id)
        referring.check_grade(row.state, body.grade)
        remark = body.grade.label if body.grade else None
        return self._act(tx, body.referral_id, Act.ACCEPTED, remark=remark, accepted_on=tx.today, grade=body.grade)

    @command(AnswerReferral, roles=HANDLES_CASES)
    def answer_referral(self, tx: Transaction, body: AnswerReferral) -> Any:
        require(body.opinion, "opinion", "请填写处理意见（《信访工作条例》第三十二条）")
        answer = Answer(outcome=body.outcome, opinion=body.opinion, answered_on=tx.today)
        return self._act(tx, body.referral_id, Act.ANSWERED, remark=body.outcome.label, answer=answer)

    @command(DeliverAnswer, roles=HANDLES_CASES)
    def deliver_answer(self, tx: Transaction, body: DeliverAnswer) -> Any:
        row = self._referral(tx, body.referral_id)
        answer = row.state.answer
        if body.on > tx.today or (answer is not None and body.on < answer.answered_on):
            raise InvalidInput(f"送达日期 {body.on} 应在答复之日至今天之间，请核对", field="on")
        delivery = Delivery(mode=body.mode, on=body.on, signed=body.signed)
        remark = f"{body.mode.label}，{'已签收' if body.signed else '拒收'}"
        return self._act(tx, body.referral_id, Act.DELIVERED, remark=remark, delivery=delivery)

    @command(ClosePetition, roles=HANDLES_CASES)
    def close_petition(self, tx: Transaction, body: ClosePetition) -> Any:
        petition = body.petition
        tx.lock(petition.id)
        closure = tx.find(Closure, petition.id)
        referring.check_sender(actor=tx.actor, petition=petition)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        referring.check_open(petition=petition, closure=closure.state if closure else None, standing=standing)
        referring.check_closable(standing)
        for referral in standing:
            self._act(tx, referral.id, Act.PART_CLOSED)
        tx.record(Closure(petition_id=petition.id, closed_on=tx.today, closed_by=tx.actor.tenant), act=Act.CLOSED)
        return {"petition_id": petition.id}

    @BureauReplyEntrypoint.decorator
    def bureau_replied(self, reply: BureauReply) -> None:
        """Carries out a bureau's reply as the command that it stands for, or tells the bureau why not."""
        body = reply_body(reply, MAX_REPLY_BYTES)
        struct = VERBS.get(reply.event_type)
        if isinstance(body, str):
            problem = Problem(code="INVALID_MESSAGE", message=body)
        elif struct is None:
            known = "、".join(VERBS)
            problem = Problem(code="UNKNOWN_TYPE", message=f"不支持的消息类型 {reply.event_type}，可用：{known}")
        else:
            envelope = Envelope(request_id=f"bureau:{reply.event_id}", trace=new_id(), actor=reply.actor, command=body)
            # The method under the entry point: transaction, rights and idempotency come from carry_out here too.
            handler = getattr(type(self), struct.method).__wrapped__
            answer = carry_out(
                database=self.database,
                struct=struct,
                roles=HANDLES_CASES,
                kinds=frozenset({TenantKind.BUREAU}),
                envelope=envelope,
                method=lambda tx, command: handler(self, tx, command),
            )
            problems = msgspec.json.decode(answer, type=Reply).problems
            if not problems:
                return
            problem = problems[0]
            if problem.code in TRY_AGAIN:
                raise errors.Unavailable()
        with self.database.begin(reply.actor, trace=new_id()) as tx:
            tell_refusal(tx=tx, reply=reply, problem=problem)

    def _referral(self, tx: Transaction, referral_id: str) -> Versioned[Referral]:
        row = tx.find(Referral, referral_id) if is_id(referral_id) else None
        if row is None:
            raise NotFound()
        return row

    def _act(self, tx: Transaction, referral_id: str, act: Act, *, remark: str | None = None, **changes: object) -> Any:
        """One act on one referral: locked, checked against the table, written with its fact, told to the bureau."""
        row = self._referral(tx, referral_id)
        referral = advance(referral=row.state, act=act, actor=tx.actor, **changes)
        fact = tx.record(referral, act=act, base=row.version, remark=remark)
        receiver = tx.read(Organisation, referral.to_tenant)
        tell_bureau(
            tx=tx,
            receiver=receiver.state if receiver else None,
            referral=referral,
            version=fact.version,
            petition=None,
        )
        return {"petition_id": referral.petition_id, "referral_ids": [referral.id]}
