"""A bureau's replies, carried out as the commands that they stand for, as a part of the service class."""

import time
from typing import Any

import msgspec
import sqlalchemy as sa
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from services.common import errors, tracing
from services.common.bus import command
from services.common.bus.commands import carry_out
from services.common.database import Database, Transaction
from services.common.errors import InvalidInput
from services.contracts.actor import HANDLES_CASES, Envelope, Role, TenantKind
from services.contracts.attachments import Attachment
from services.contracts.bureau import MAX_REPLY_BYTES, REFERRAL_EVENT, VERB_OF_TYPE, VERBS, ResendReferrals
from services.contracts.directory import Organisation
from services.contracts.fact import AnyFact, Problem, Reply
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.routing.bureau_events import bureau_event
from services.routing.bureau_link import (
    BureauReply,
    BureauReplyEntrypoint,
    reply_body,
    tell_receipt,
    tell_refusal,
    told_attachments,
)

TRY_AGAIN = frozenset({errors.Unavailable.code, errors.NotConfirmed.code, errors.Internal.code})
HOLD_SECONDS = 600
"""Less than the broker waits for an acknowledgement."""


class BureauReplies:
    database: Database

    @BureauReplyEntrypoint.decorator  # type: ignore[untyped-decorator]
    def bureau_replied(self, reply: BureauReply) -> None:
        """Carries out a bureau's reply and sends its receipt with it, or tells the bureau why nothing was changed.

        A reply that was carried out before gets its receipt again: the bureau repeats it because it has none.
        """
        with tracing.span("routing on bureau reply", kind=SpanKind.CONSUMER, headers=reply.headers):
            self._replied(reply)

    def _replied(self, reply: BureauReply) -> None:
        body = reply_body(reply, MAX_REPLY_BYTES)
        verb = VERB_OF_TYPE.get(reply.event_type)
        if isinstance(body, str):
            problem = Problem(code="INVALID_MESSAGE", message=body)
        elif verb is None:
            known = "、".join(VERB_OF_TYPE)
            problem = Problem(code="UNKNOWN_TYPE", message=f"不支持的消息类型 {reply.event_type}，可用：{known}")
        else:
            answer, done = self._in_turn(reply, verb, body)
            if done:
                return
            if not answer.problems:
                self._tell_again(reply, verb, body, answer)
                return
            problem = answer.problems[0]
        with self.database.begin(reply.actor) as tx:
            tell_refusal(tx=tx, reply=reply, problem=problem)

    @command(ResendReferrals, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def resend_referrals(self, tx: Transaction, body: ResendReferrals) -> Any:
        """Returns how many events each bureau was sent, oldest hand-over first."""
        sent = dict.fromkeys(body.tenants, 0)
        # The operator sees no case himself, and is told numbers alone.
        with tx.whole_county():
            bureaus = {tenant: _bureau(tx, tenant) for tenant in sent}
            rows = [row for row in tx.all(Referral) if row.state.to_tenant in sent and row.state.stands]
            kept = tx.kept_of_petitions((Petition, Attachment), {row.state.petition_id for row in rows})
            for row in rows:
                (petition,) = kept[Petition, row.state.petition_id]
                files = kept.get((Attachment, row.state.petition_id), [])
                tenant = row.state.to_tenant
                event = bureau_event(
                    receiver=bureaus[tenant],
                    referral=row.state,
                    version=row.version,
                    about=petition.state,
                    text=petition.state,
                    attachments=told_attachments(tx, tenant, [each.state for each in files]),
                )
                tx.send_to_bureau(tenant, event_type=REFERRAL_EVENT, subject=row.state.id, data=event)
                sent[tenant] += 1
        return {"sent": sent}

    def _in_turn(self, reply: BureauReply, verb: str, body: msgspec.Raw) -> tuple[Reply, bool]:
        """``_carry_out``, again and again while the database is away: nobody's reply could be carried out then, and one
        that went up the retry ladder would be overtaken by what its bureau sent after it.

        Raises ``Unavailable`` for a reply that fails though the database is there, or after ``HOLD_SECONDS``.
        """
        limit = time.monotonic() + HOLD_SECONDS
        failures = 0
        while failures < 2 and time.monotonic() < limit:
            answer, done = self._carry_out(reply, verb, body)
            if not answer.problems or answer.problems[0].code not in TRY_AGAIN:
                return answer, done
            time.sleep(1)
            failures += self._reaches_database()
        raise errors.Unavailable()

    def _reaches_database(self) -> bool:
        try:
            with self.database.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def _carry_out(self, reply: BureauReply, verb: str, body: msgspec.Raw) -> tuple[Reply, bool]:
        """What the command answered, and whether it was carried out now and told with its receipt."""
        struct = VERBS[verb]
        # The method under the entry point: transaction, rights and idempotency come from carry_out here too.
        handler = getattr(type(self), struct.method).__wrapped__
        done = False

        def method(tx: Transaction, command: Any) -> Any:
            nonlocal done
            value = handler(self, tx, command)
            tell_receipt(tx=tx, reply=reply, verb=verb, referral_id=command.referral_id, at=tx.now)
            done = True
            return value

        answer = carry_out(
            database=self.database,
            struct=struct,
            roles=HANDLES_CASES,
            kinds=frozenset({TenantKind.BUREAU}),
            envelope=Envelope(
                request_id=f"bureau:{reply.event_id}", trace=tracing.trace_id(), actor=reply.actor, command=body
            ),
            method=method,
        )
        decoded = msgspec.json.decode(answer, type=Reply)
        return decoded, done and not decoded.problems

    def _tell_again(self, reply: BureauReply, verb: str, body: msgspec.Raw, answer: Reply) -> None:
        at = msgspec.json.decode(answer.facts[0], type=AnyFact).time
        referral_id = msgspec.json.decode(body, type=_About).referral_id
        with self.database.begin(reply.actor) as tx:
            tell_receipt(tx=tx, reply=reply, verb=verb, referral_id=referral_id, at=at)


class _About(msgspec.Struct):
    """What every verb names."""

    referral_id: str


def _bureau(tx: Transaction, tenant: str) -> Organisation:
    row = tx.read(Organisation, tenant)
    if row is None or row.state.kind is not TenantKind.BUREAU:
        raise InvalidInput(f"本县没有代码为 {tenant} 的县直部门，请核对", field="tenants")
    return row.state
