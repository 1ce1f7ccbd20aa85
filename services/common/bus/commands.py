"""``@command(Struct, roles=...)``: a method that carries out one kind of command, over nameko RPC.

Typed: the body must be the struct. Authorised: the actor must have one of the roles, in one of the kinds of
tenant. Scoped: it runs in the actor's transaction. Idempotent: the same request id of the same actor gets the
answer that it got before, and makes no second effect. Guarded: what it rests on must still be what its sender has
before him (``services.common.expecting``).
"""

import hashlib
import re
import sys
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ClassVar, TypeVar

import msgspec
import sqlalchemy as sa
from amqp.exceptions import AMQPError
from kombu import Message
from kombu.exceptions import OperationalError
from nameko.exceptions import ContainerBeingKilled
from nameko.rpc import Rpc, RpcConsumer
from opentelemetry.trace import SpanKind
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import OperationalError as OperationalDatabaseError

from services.common import errors, logs, topology, tracing
from services.common.bus.consumer import DrainingQueueConsumer
from services.common.database import Database, Transaction
from services.common.expecting import guarded
from services.common.facts import encode_fact
from services.common.wording import UNDECODABLE, explain
from services.contracts.actor import Actor, Envelope, Role, TenantKind
from services.contracts.base import Command
from services.contracts.fact import Problem, Reply

C = TypeVar("C", bound=Command)
log = logs.get(__name__)

ATTEMPTS = 3
"""Tries of one command when the database reports a deadlock or a failed serialisation."""
RETRY_SECONDS = 3
"""After which whoever found no database is told to try again."""
TRANSIENT = frozenset({"40001", "40P01"})
SHUTDOWN = "57P"
"""Beginning of the states by which a server says that it is going, or not yet there."""
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The one character that JSON can carry and PostgreSQL cannot store, as JSON writes it."""


class CommandConsumer(RpcConsumer):
    queue_consumer: ClassVar[Any] = DrainingQueueConsumer()
    queue: Any

    def setup(self) -> None:
        if self.queue is None:
            self.queue = topology.command_queue(self.container.service_name)
            self.queue_consumer.register_provider(self)
            self._registered = True

    def handle_message(self, body: bytes, message: Message) -> None:
        if not message.properties.get("reply_to"):
            # Nobody to answer: not one of our callers. It must neither run nor kill the consumer.
            log.error("command_without_sender", queue=self.queue.name)
            self.queue_consumer.ack_message(message)
            return
        try:
            routing_key = message.delivery_info["routing_key"]
            self.get_provider_for_method(routing_key).handle_message(body, message)
        except Exception:
            self.handle_result(message, None, sys.exc_info())

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        try:
            return super().handle_result(message, result, exc_info)
        except (AMQPError, OperationalError, OSError) as error:
            # The answer could not be sent. The command comes again, and its request id finds the answer.
            log.warning("answer_not_sent", error=type(error).__name__)
            self.queue_consumer.requeue_message(message)
            return result, None


class CommandEntrypoint(Rpc):
    rpc_consumer: ClassVar[Any] = CommandConsumer()

    def handle_message(self, body: bytes, message: Message) -> None:
        call = msgspec.json.decode(body, type=_Call)
        try:
            self.container.spawn_worker(
                self,
                (call.kwargs.envelope, message.headers),
                {},
                handle_result=lambda ctx, result, exc: self.handle_result(message, ctx, result, exc),
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


class _Arguments(msgspec.Struct):
    envelope: Envelope


class _Call(msgspec.Struct):
    """nameko's wire form of a call."""

    kwargs: _Arguments


def command(
    struct: type[C], *, roles: Collection[Role], kinds: Collection[TenantKind] = tuple(TenantKind), keep: bool = True
) -> Callable[[Callable[[Any, Transaction, C], Any]], Any]:
    """The method is called as ``method(self, tx, command)``; what it returns is the reply's value.

    ``keep=False`` is for a command whose answer must not be stored (it shows personal data) and which may be
    carried out again: each repetition is an act of its own.
    """

    def decorate(method: Callable[[Any, Transaction, C], Any]) -> Any:
        @wraps(method)
        def worker(service: Any, envelope: Envelope, headers: tracing.Headers) -> Any:
            kind, name = SpanKind.SERVER, f"{service.name}.{struct.method}"
            with tracing.span(name, kind=kind, headers=headers, trace=envelope.trace):
                reply = carry_out(
                    database=service.database,
                    struct=struct,
                    roles=frozenset(roles),
                    kinds=frozenset(kinds),
                    keep=keep,
                    envelope=envelope,
                    method=lambda tx, body: method(service, tx, body),
                )
            return msgspec.json.decode(reply)

        return CommandEntrypoint.decorator(worker)

    return decorate


def carry_out(
    *,
    database: Database,
    struct: type[C],
    roles: frozenset[Role],
    kinds: frozenset[TenantKind],
    envelope: Envelope,
    method: Callable[[Transaction, C], Any],
    keep: bool = True,
) -> bytes:
    """Carries out one command and returns the ``Reply`` as JSON; never raises."""
    actor = envelope.actor
    with logs.context(county=actor.county, tenant=actor.tenant, trace=envelope.trace, call=struct.__name__):
        try:
            authorise(actor, roles=roles, kinds=kinds)
            body = decode(envelope.command, struct)
            return _in_transaction(
                database=database, struct=struct, envelope=envelope, body=body, method=method, keep=keep
            )
        except errors.Refusal as refusal:
            log.info("command_refused", code=refusal.code)
            tracing.note("xinqiao.code", refusal.code)
            return _refused(refusal.problems)
        except DBAPIError as error:
            log.exception("database_failed")
            return _refused(_database_away(error, envelope).problems)
        except Exception:
            log.exception("command_failed")
            return _refused(_fault(envelope).problems)


def authorise(actor: Actor, *, roles: frozenset[Role], kinds: frozenset[TenantKind]) -> None:
    if not (actor.roles & roles) or actor.kind not in kinds:
        raise errors.Forbidden()


def decode(raw: msgspec.Raw, struct: type[C]) -> C:
    """Raises ``InvalidInput`` with the field that does not fit."""
    if NUL.search(bytes(raw)):
        raise errors.InvalidInput("内容中有无法保存的空字符（NUL），请删除后重新提交")
    try:
        return msgspec.json.decode(raw, type=struct)
    except UNDECODABLE as error:
        sentence, field = explain(error)
        raise errors.InvalidInput(f"填写内容不符合要求：{sentence}", field=field) from error


def _in_transaction(
    *,
    database: Database,
    struct: type[C],
    envelope: Envelope,
    body: C,
    method: Callable[[Transaction, C], Any],
    keep: bool,
) -> bytes:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with database.begin(envelope.actor, trace=envelope.trace) as tx:
                tx.request_id = envelope.request_id
                if keep and (earlier := _claim(tx, struct, envelope, database)) is not None:
                    return earlier
                with guarded(tx, database.tables, envelope.expect):
                    value = method(tx, body)
                reply = msgspec.json.encode(
                    Reply(value=value, facts=[msgspec.Raw(encode_fact(fact)) for fact in tx.facts])
                )
                if keep:
                    _answer(tx, envelope, reply, database)
            cases = {fact.petition for fact in tx.facts if fact.petition}
            log.info("command_done", petition=",".join(sorted(cases)) or None, facts=len(tx.facts))
            return reply
        except DBAPIError as error:
            if attempt == ATTEMPTS or getattr(error.orig, "sqlstate", None) not in TRANSIENT:
                raise
            log.info("command_tried_again", attempt=attempt)
    raise AssertionError("the loop returns or raises")


def _claim(tx: Transaction, struct: type[Command], envelope: Envelope, database: Database) -> bytes | None:
    """Enters the request; returns the answer that it got before. Waits for a twin that is still running."""
    table = database.tables.command_log
    digest = hashlib.sha256(bytes(envelope.command)).digest()
    entered = tx.connection.execute(
        insert(table)
        .values(**_key(tx.actor, envelope), command=struct.__name__, digest=digest)
        .on_conflict_do_nothing()
    )
    if entered.rowcount:
        return None
    row = tx.connection.execute(
        sa.select(table.c.command, table.c.digest, table.c.reply).where(*_where(table, tx.actor, envelope))
    ).one()
    if row.command != struct.__name__ or bytes(row.digest) != digest:
        raise errors.RequestReused()
    return bytes(row.reply)


def _answer(tx: Transaction, envelope: Envelope, reply: bytes, database: Database) -> None:
    table = database.tables.command_log
    tx.connection.execute(sa.update(table).where(*_where(table, tx.actor, envelope)).values(reply=reply))


def _key(actor: Actor, envelope: Envelope) -> dict[str, str]:
    return {
        "county_id": actor.county,
        "tenant": actor.tenant,
        "user": actor.user,
        "request_id": envelope.request_id,
    }


def _where(table: sa.Table, actor: Actor, envelope: Envelope) -> list[sa.ColumnElement[bool]]:
    return [table.c[column] == value for column, value in _key(actor, envelope).items()]


def _database_away(error: DBAPIError, envelope: Envelope) -> errors.Refusal:
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state or "").startswith(SHUTDOWN):
        # It may have broken in the commit: then it is done, and nobody can say so.
        return errors.NotConfirmed()
    if isinstance(error, OperationalDatabaseError) and state is None:
        # There was no connection to be had, so nothing was begun.
        return errors.Unavailable(retry_after=RETRY_SECONDS)
    return _fault(envelope)


def _fault(envelope: Envelope) -> errors.Internal:
    return errors.Internal(f"{errors.Internal.default}（追踪编号 {envelope.trace}）")


def _refused(problems: list[Problem]) -> bytes:
    return msgspec.json.encode(Reply(problems=problems))
