"""A subscription's document: the stream that its field opens, and each event of it executed by itself."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec
from graphql import ExecutionResult, OperationType
from graphql.execution.subscribe import create_source_event_stream

from gateway.execution import Executor
from gateway.graphql_http.asking import Asked
from gateway.subscriptions.mailbox import Event
from gateway.subscriptions.messages import NotASubscription
from gateway.subscriptions.personal import FollowingContext

ContextOf = Callable[[Event], Awaitable[FollowingContext | None]]


class NotOpened(Exception):
    """The stream did not open; ``errors`` as the caller sees them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        super().__init__()


async def responses(
    executor: Executor, asked: Asked, *, context: FollowingContext, context_of: ContextOf, turns: asyncio.Semaphore
) -> AsyncGenerator[msgspec.Raw, None]:
    """One response for each event, as JSON. ``context_of``: a context for each by itself, so that nothing read for one
    answers another; None where the actor may not know of it any more. ``turns``: how many are executed at once.

    A response that was made of the event alone, and asked neither who reads it nor the database, is made once for all
    who hold the event and ask the same.

    Raises what ``Executor.checked`` does, ``NotASubscription`` and ``NotOpened``.
    """
    checked = executor.checked(asked)
    if checked.operation.operation is not OperationType.SUBSCRIPTION:
        raise NotASubscription()
    name = checked.operation.name
    try:
        stream = await create_source_event_stream(
            executor.schema,
            checked.document,
            context_value=context,
            variable_values=asked.variables,
            operation_name=None if name is None else name.value,
        )
    finally:
        await context.reader.release()
    if isinstance(stream, ExecutionResult):
        raise NotOpened([executor.shown(error, context.trace) for error in stream.errors or ()])
    assert isinstance(stream, AsyncGenerator)
    same = (asked.query, asked.document_id, asked.operation_name, msgspec.json.encode(asked.variables, order="sorted"))
    async with aclosing(stream) as events:
        async for event in events:
            async with turns:
                # Looked for when it is one's turn: by then it may have been made.
                made = event.answers.get(same) if event.fresh else None
                if made is None:
                    own = await context_of(event)
                    if own is None:
                        continue
                    response = await executor.executed(checked, variables=asked.variables, context=own, root=event)
                    made = msgspec.Raw(msgspec.json.encode(response))
                    if not own.personal and "errors" not in response:
                        event.answers[same] = made
            yield made
