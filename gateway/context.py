"""What a resolver works with: who asks, the view as he sees it, and the way to the services."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway import versions
from gateway.database import DatabaseAway
from gateway.reading import ViewReader
from gateway.rpc import Rpc
from gateway.view import apply
from services.common import logs, tracing
from services.common.errors import Internal, NotConfirmed, Refusal, Unavailable, told
from services.common.facts import decode_fact
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import Actor
from services.contracts.base import Command, State
from services.contracts.fact import AnyFact, Problem, Repeat, Reply

UNSURE = frozenset({NotConfirmed.code, Internal.code})
"""After these it may have been done."""

log = logs.get(__name__)


@dataclass
class Context:
    actor: Actor
    engine: AsyncEngine
    rpc: Rpc
    trace: str
    idempotency_key: str | None
    config: Settings
    session: str | None = None
    """Id of the actor's session; None where he came with a token of another issuer, or without one."""
    reader: ViewReader = field(init=False)
    read: dict[str, State] = field(default_factory=dict)
    """The accusations of which this request shows something, by what was read; see ``gateway.readings``."""
    begun: int = 0
    """Mutations of this request that were begun."""
    own: int = 0
    """Of these, those that the gateway carries out itself."""
    sent: int = 0
    """Commands that reached the broker: what they asked may have been done."""
    turned_away: list[Problem] = field(default_factory=list)
    """Of commands that did not."""
    code: str | None = None
    """Of the first command that was refused, for the figures."""
    _said: Sequence[versions.Said] = ()

    def __post_init__(self) -> None:
        self.reader = ViewReader(engine=self.engine, actor=self.actor)

    @contextmanager
    def mutation(self, said: Sequence[versions.Said] = (), *, own: bool = False) -> Iterator[None]:
        """Inside, a mutation is carried out; ``said``: what must still be as its caller read it. The first command
        that is sent carries it; no later one of the same mutation would be carried out without that. ``own``: the
        gateway carries it out itself, and keeps no answers by key."""
        self.begun += 1
        self.own += own
        self._said = said
        yield
        self._said = ()

    @property
    def nothing_begun(self) -> Problem | None:
        """Why nothing of what the request asked for was begun, where the platform turned all of its mutations away."""
        if self.sent or not self.turned_away or len(self.turned_away) < self.begun:
            return None
        return max(self.turned_away, key=lambda problem: problem.retry_after or 0)

    def judged(self, problem: Problem) -> Problem:
        """Of what failed outside of a command, as far as this request tells: what came after a command was sent says
        nothing of it, and a mutation without a key is not known when it comes again."""
        if not self.begun:
            return problem
        if problem.code in {Unavailable.code, DatabaseAway.code} and (self.sent or self.own):
            problem = NotConfirmed().problem
        return problem if self.idempotency_key is not None and not self.own else unkeyed(problem)

    async def command(self, command: Command, *, path: str, request_id: str | None = None) -> Reply:
        """Sends a command, brings its facts into the view, and returns the reply; refusals are in it, not raised.

        ``path`` tells apart the mutations of one document that share the caller's idempotency key. ``request_id``:
        of a step that is done once, whatever the caller's key.
        """
        said, self._said = self._said, ()
        expect = await versions.expected(self.reader, said)
        await self.reader.release()
        known = request_id is not None or self.idempotency_key is not None
        if request_id is None:
            request_id = f"{self.idempotency_key}:{path}" if self.idempotency_key else new_id()
        try:
            reply = await self.rpc.call(self.actor, command, request_id=request_id, trace=self.trace, expect=expect)
            self.sent += 1
        except NotConfirmed as refusal:
            reply = Reply(problems=refusal.problems)
            self.sent += 1
        except Refusal as refusal:
            reply = Reply(problems=refusal.problems)
            self.turned_away += refusal.problems
        if reply.problems:
            self.code = self.code or reply.problems[0].code
            return await self._told(reply, known=known)
        facts = [decode_fact(bytes(fact)) for fact in reply.facts]
        await self._show(facts)
        self.reader.forget()
        for fact in facts:
            self.reader.versions[fact.type, fact.subject] = fact.version
        return reply

    async def _told(self, reply: Reply, *, known: bool) -> Reply:
        """The problems with what the service cannot know: whether a repetition is known as one, and who was faster."""
        told_of = [await versions.told(self.reader, problem) for problem in reply.problems]
        return Reply(problems=told_of if known else [unkeyed(one) for one in told_of])

    async def ask(self, command: Command, *, path: str) -> Any:
        """What a service answers, for the few reads that the view cannot serve. Raises the refusal."""
        reply = await self.command(command, path=path)
        if reply.problems:
            raise told(reply.problems[0])
        return reply.value

    async def _show(self, facts: Sequence[AnyFact]) -> None:
        if not facts:
            return
        try:
            with tracing.span("view"):
                async with self.engine.begin() as connection:
                    await apply(connection, facts)
        except Exception:
            # The command is done and its facts are on their way; the projector shows them a moment later.
            log.exception("own_facts_not_shown", trace=self.trace)


def unkeyed(problem: Problem) -> Problem:
    """As it is told to whom gave no key: what may have been done must not be sent again unseen."""
    if problem.code not in UNSURE:
        return problem
    words = NotConfirmed.unkeyed if problem.code == NotConfirmed.code else problem.message
    return msgspec.structs.replace(problem, repeat=Repeat.LOOK_FIRST, message=words)


def camel(field: str | None) -> str | None:
    """``received_on`` -> ``receivedOn``, as GraphQL names fields."""
    if field is None:
        return None
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


def extensions_of(problem: Problem) -> dict[str, Any]:
    """What a top-level error says beside its message."""
    said = {"field": camel(problem.field), "retryAfter": problem.retry_after}
    return {
        "code": problem.code,
        "repeat": problem.repeat.value,
        **{name: value for name, value in said.items() if value is not None},
    }


def shown(problem: Problem) -> dict[str, Any]:
    """As a payload shows it."""
    return {
        "code": problem.code,
        "message": problem.message,
        "field": camel(problem.field),
        "repeat": problem.repeat,
        "retry_after": problem.retry_after,
        "id": problem.subject,
        "version": problem.version,
    }
