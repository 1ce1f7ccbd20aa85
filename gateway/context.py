"""What a resolver works with: who asks, the view as he sees it, and the way to the services."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.reading import ViewReader
from gateway.rpc import Rpc
from gateway.view import apply
from services.common import logs
from services.common.errors import Refusal, told
from services.common.facts import decode_fact
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import Actor
from services.contracts.base import Command, State
from services.contracts.fact import Problem, Reply

log = logs.get(__name__)


@dataclass
class Context:
    actor: Actor
    engine: AsyncEngine
    rpc: Rpc
    trace: str
    idempotency_key: str | None
    config: Settings
    reader: ViewReader = field(init=False)
    read: dict[str, State] = field(default_factory=dict)
    """The accusations of which this request shows something, by what was read; see ``gateway.readings``."""

    def __post_init__(self) -> None:
        self.reader = ViewReader(engine=self.engine, actor=self.actor)

    async def command(self, command: Command, *, path: str, request_id: str | None = None) -> Reply:
        """Sends a command, brings its facts into the view, and returns the reply; refusals are in it, not raised.

        ``path`` tells apart the mutations of one document that share the caller's idempotency key. ``request_id``:
        of a step that is done once, whatever the caller's key.
        """
        await self.reader.release()
        if request_id is None:
            request_id = f"{self.idempotency_key}:{path}" if self.idempotency_key else new_id()
        try:
            reply = await self.rpc.call(self.actor, command, request_id=request_id, trace=self.trace)
        except Refusal as refusal:
            return Reply(problems=refusal.problems)
        await self._show(reply.facts)
        self.reader.forget()
        return reply

    async def ask(self, command: Command, *, path: str) -> Any:
        """What a service answers, for the few reads that the view cannot serve. Raises the refusal."""
        reply = await self.command(command, path=path)
        if reply.problems:
            raise told(reply.problems[0])
        return reply.value

    async def _show(self, facts: Sequence[msgspec.Raw]) -> None:
        if not facts:
            return
        try:
            async with self.engine.begin() as connection:
                await apply(connection, [decode_fact(bytes(fact)) for fact in facts])
        except Exception:
            # The command is done and its facts are on their way; the projector shows them a moment later.
            log.exception("own_facts_not_shown", trace=self.trace)


def camel(field: str | None) -> str | None:
    """``received_on`` -> ``receivedOn``, as GraphQL names fields."""
    if field is None:
        return None
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


def shown(problem: Problem) -> dict[str, str | None]:
    return {"code": problem.code, "message": problem.message, "field": camel(problem.field)}
