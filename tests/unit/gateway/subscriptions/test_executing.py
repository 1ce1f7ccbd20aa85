"""A subscription's document: what may be asked, and that each event is answered by itself."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import msgspec
import pytest
from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from gateway.execution import Executor, InvalidDocument
from gateway.graphql_http.asking import Asked
from gateway.graphql_http.refusals import QueryTooDeep
from gateway.subscriptions.executing import NotOpened, responses
from gateway.subscriptions.mailbox import Event
from gateway.subscriptions.messages import NotASubscription
from gateway.subscriptions.personal import FollowingContext
from services.common.errors import NotFound
from services.contracts.fact import Problem

CLOSED: list[str] = []


SDL = """
type Tick { number: Int reader: Int bad: Int again: Tick }
type Query { nothing: Int }
type Subscription { ticks(to: Int!): Tick! }
"""


def _number(row: int, info: GraphQLResolveInfo) -> int:
    if row == 12:
        raise RuntimeError("what people wrote")
    return int(row)


def _bad(row: int, info: GraphQLResolveInfo) -> int:
    raise NotFound()


def _reader(row: int, info: GraphQLResolveInfo) -> int:
    number: int = info.context.number
    return number


async def _ticks(root: None, info: GraphQLResolveInfo, to: int) -> AsyncIterator[int]:
    if to < 0:
        raise NotFound()
    return _counted(to)


class Number(int):
    """Stands for an event."""

    fresh = True

    def __init__(self, _number: int) -> None:
        self.answers: dict[object, msgspec.Raw] = {}


async def _counted(to: int) -> AsyncIterator[Number]:
    try:
        for number in range(to):
            yield Number(number)
    finally:
        CLOSED.append("ticks")


class FakeContext:
    """Of one event: released each, and with a number of its own."""

    def __init__(self, number: int = -1) -> None:
        self.number, self.trace, self.released, self.personal = number, "t", 0, False
        self.reader, self.read = self, dict[str, Any]()

    async def release(self) -> None:
        self.released += 1

    def judged(self, problem: Problem) -> Problem:
        return problem


def _schema() -> GraphQLSchema:
    schema = build_schema(SDL)
    tick, root = cast(GraphQLObjectType, schema.type_map["Tick"]), schema.subscription_type
    assert root is not None
    for name, resolve in (("number", _number), ("reader", _reader), ("bad", _bad)):
        tick.fields[name].resolve = resolve
    root.fields["ticks"].subscribe, root.fields["ticks"].resolve = _ticks, lambda row, info, to: row
    return schema


EXECUTOR = Executor(_schema(), introspection=True)


def asked(query: str, **variables: Any) -> list[dict[str, Any]]:
    """All responses; contexts are made for even events only."""
    made: list[FakeContext] = []

    async def context_of(event: Event) -> FollowingContext | None:
        number = int(cast(int, event))
        if number % 2:
            return None
        made.append(FakeContext(number))
        return cast(FollowingContext, made[-1])

    async def run() -> list[dict[str, Any]]:
        opening = FakeContext()
        stream = responses(
            EXECUTOR,
            Asked(query=query, variables=variables or None),
            context=cast(FollowingContext, opening),
            context_of=context_of,
            turns=asyncio.Semaphore(1),
        )
        try:
            return [msgspec.json.decode(response) async for response in stream]
        finally:
            await stream.aclose()
            assert all(context.released for context in made)

    return asyncio.run(run())


def test_each_event_is_executed_with_a_context_of_its_own_and_none_without() -> None:
    found = asked("subscription($to: Int!) { ticks(to: $to) { number reader } }", to=4)
    assert [one["data"]["ticks"] for one in found] == [{"number": 0, "reader": 0}, {"number": 2, "reader": 2}]


def test_its_stream_is_closed() -> None:
    CLOSED.clear()
    asked("subscription { ticks(to: 1) { number } }")
    assert CLOSED == ["ticks"]


@pytest.mark.parametrize("query", ["{ nothing }", "query { nothing }"])
def test_queries_do_not_travel_here(query: str) -> None:
    with pytest.raises(NotASubscription):
        asked(query)


@pytest.mark.parametrize(
    "query",
    [
        "subscription {",
        "subscription { ticks { number } }",
        "subscription { a: ticks(to: 1) { number } b: ticks(to: 1) { number } }",
    ],
)
def test_a_document_that_does_not_fit_is_refused(query: str) -> None:
    with pytest.raises(InvalidDocument):
        asked(query)


def test_documents_have_the_limits_of_queries() -> None:
    deep = "again { " * 40 + "number" + " }" * 40
    with pytest.raises(QueryTooDeep):
        asked(f"subscription {{ ticks(to: 1) {{ {deep} }} }}")


def test_a_stream_that_does_not_open_says_why() -> None:
    with pytest.raises(NotOpened) as refused:
        asked("subscription { ticks(to: -1) { number } }")
    assert [error["extensions"]["code"] for error in refused.value.errors] == ["NOT_FOUND"]


def test_variables_that_do_not_fit_say_why() -> None:
    with pytest.raises(NotOpened) as refused:
        asked("subscription($to: Int!) { ticks(to: $to) { number } }", to="many")
    assert [error["extensions"]["code"] for error in refused.value.errors] == ["INVALID_INPUT"]


def test_a_fault_in_one_event_is_masked_and_the_next_still_comes() -> None:
    found = asked("subscription { ticks(to: 15) { number } }")
    assert len(found) == 8
    assert [one["errors"][0]["extensions"]["code"] for one in found if "errors" in one] == ["INTERNAL"]
    assert "people wrote" not in str(found)


@pytest.mark.parametrize(
    ("personal", "fresh", "query", "executed"),
    [
        (False, True, "number", 1),
        # It asked who reads it: his answer is nobody else's.
        (True, True, "number", 3),
        # What was read with it is too old to be shown unasked.
        (False, False, "number", 3),
        # What failed for one is tried for the next.
        (False, True, "number bad", 3),
    ],
)
def test_an_answer_that_is_nobodys_own_is_made_once_for_all(
    personal: bool, fresh: bool, query: str, executed: int
) -> None:
    made: list[FakeContext] = []
    event = Number(6)
    event.fresh = fresh

    async def context_of(_: Event) -> FollowingContext | None:
        made.append(FakeContext(6))
        made[-1].personal = personal
        return cast(FollowingContext, made[-1])

    async def one(executor: Executor, text: str) -> list[msgspec.Raw]:
        context = cast(FollowingContext, FakeContext())
        stream = responses(
            executor, Asked(query=text), context=context, context_of=context_of, turns=asyncio.Semaphore(8)
        )
        return [response async for response in stream]

    async def run() -> None:
        schema = _schema()
        assert schema.subscription_type is not None

        async def same(root: None, info: GraphQLResolveInfo, to: int) -> AsyncIterator[Number]:
            async def told() -> AsyncIterator[Number]:
                yield event

            return told()

        schema.subscription_type.fields["ticks"].subscribe = same
        executor = Executor(schema, introspection=True)
        text = f"subscription {{ ticks(to: 1) {{ {query} }} }}"
        answers = [await one(executor, text) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        assert len(made) == executed
        # Another question is another answer.
        await one(executor, "subscription { ticks(to: 1) { reader } }")
        assert len(made) == executed + 1

    asyncio.run(run())
