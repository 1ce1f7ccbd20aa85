"""What a mutation's caller is told: whether it was begun, whether it may be repeated, and who was faster."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway import versions
from gateway.context import Context, extensions_of, shown
from gateway.database import DatabaseAway
from gateway.reading_lists import ScopedReader
from gateway.rpc import Rpc
from gateway.versions import Said
from services.common.errors import (
    Internal,
    InvalidInput,
    NotConfirmed,
    NotFound,
    Refusal,
    ServiceBusy,
    Unavailable,
    VersionConflict,
)
from services.common.settings import Settings
from services.contracts.actor import Expected, system_actor
from services.contracts.fact import Problem, Repeat, Reply
from services.contracts.register_commands import FindPeople

ASKED = FindPeople(name="某某", most=1)


class Answers:
    """An Rpc that answers in turn."""

    def __init__(self, *answers: Reply | Refusal) -> None:
        self.answers = list(answers)
        self.expected: list[Sequence[Expected]] = []
        self.request_ids: list[str] = []

    async def call(self, *_: Any, request_id: str, expect: Sequence[Expected], **__: Any) -> Reply:
        self.expected.append(expect)
        self.request_ids.append(request_id)
        answer = self.answers.pop(0)
        if isinstance(answer, Refusal):
            raise answer
        return answer


def context_of(rpc: Answers, *, key: str | None = "k") -> Context:
    return Context(
        actor=system_actor("611021", "gateway"),
        engine=cast(AsyncEngine, None),
        rpc=cast(Rpc, rpc),
        trace="t",
        idempotency_key=key,
        config=Settings(),
    )


@pytest.fixture(autouse=True)
def no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    async def expected(reader: ScopedReader, said: Sequence[Said]) -> tuple[Expected, ...]:
        return tuple(Expected(id=one.id, version=one.version, shown=7) for one in said)

    async def told(reader: ScopedReader, problem: Problem) -> Problem:
        return problem

    monkeypatch.setattr(versions, "expected", expected)
    monkeypatch.setattr(versions, "told", told)


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield
    made.close()
    asyncio.set_event_loop(None)


def done(work: Awaitable[Reply]) -> Reply:
    return asyncio.get_event_loop().run_until_complete(work)


def problem_of(refusal: Reply | Refusal, *, key: str | None) -> Problem:
    return done(context_of(Answers(refusal), key=key).command(ASKED, path="f")).problems[0]


@pytest.mark.parametrize(
    ("refusal", "with_key", "without"),
    [
        (Unavailable(), Repeat.YES, Repeat.YES),
        (ServiceBusy(retry_after=1), Repeat.YES, Repeat.YES),
        (NotConfirmed(), Repeat.YES, Repeat.LOOK_FIRST),
        (Reply(problems=[NotConfirmed().problem]), Repeat.YES, Repeat.LOOK_FIRST),
        (Reply(problems=[Internal().problem]), Repeat.YES, Repeat.LOOK_FIRST),
        (Reply(problems=[VersionConflict(subject="x", version=3).problem]), Repeat.LOOK_FIRST, Repeat.LOOK_FIRST),
        (Reply(problems=[NotFound().problem]), Repeat.NO, Repeat.NO),
        (Reply(problems=[InvalidInput().problem]), Repeat.NO, Repeat.NO),
    ],
)
def test_whether_it_may_be_repeated(refusal: Reply | Refusal, with_key: Repeat, without: Repeat) -> None:
    assert problem_of(refusal, key="k").repeat is with_key
    assert problem_of(refusal, key=None).repeat is without


def test_a_request_without_a_key_gets_an_id_of_its_own_each_time() -> None:
    rpc = Answers(Reply(), Reply())
    context = context_of(rpc, key=None)
    done(context.command(ASKED, path="f"))
    done(context.command(ASKED, path="f"))
    assert len(set(rpc.request_ids)) == 2


def test_two_mutations_of_one_document_share_the_key_and_are_two() -> None:
    rpc = Answers(Reply(), Reply())
    context = context_of(rpc)
    done(context.command(ASKED, path="a"))
    done(context.command(ASKED, path="b"))
    assert rpc.request_ids == ["k:a", "k:b"]


def carried_out(context: Context, *, commands: int = 1, said: Sequence[Said] = ()) -> None:
    with context.mutation(said):
        for _ in range(commands):
            done(context.command(ASKED, path="f"))


def test_nothing_was_begun_where_every_mutation_was_turned_away() -> None:
    context = context_of(Answers(ServiceBusy(retry_after=1), Unavailable(retry_after=5)))
    carried_out(context)
    carried_out(context)
    assert context.nothing_begun is not None
    assert context.nothing_begun.retry_after == 5


@pytest.mark.parametrize("other", [Reply(), Reply(problems=[NotFound().problem]), NotConfirmed()])
def test_something_was_where_one_of_them_reached_its_service(other: Reply | Refusal) -> None:
    context = context_of(Answers(Unavailable(), other))
    carried_out(context)
    carried_out(context)
    assert context.nothing_begun is None


def test_something_may_have_been_where_a_mutation_needed_no_service() -> None:
    context = context_of(Answers(Unavailable()))
    carried_out(context)
    carried_out(context, commands=0)
    assert context.nothing_begun is None


def test_nothing_was_asked_of_a_service_by_whoever_only_reads() -> None:
    assert context_of(Answers()).nothing_begun is None


def test_what_must_still_be_so_goes_with_the_first_command_of_its_mutation() -> None:
    rpc = Answers(Reply(), Reply(), Reply())
    context = context_of(rpc)
    carried_out(context, commands=2, said=[Said("x", 3)])
    carried_out(context)
    assert rpc.expected == [(Expected(id="x", version=3, shown=7),), (), ()]


def test_what_was_said_of_a_mutation_that_failed_does_not_reach_the_next() -> None:
    rpc = Answers(Reply())
    context = context_of(rpc)
    with pytest.raises(ZeroDivisionError), context.mutation([Said("x", 3)]):
        raise ZeroDivisionError
    carried_out(context)
    assert rpc.expected == [()]


def test_the_figures_have_the_code_of_the_first_refusal() -> None:
    context = context_of(Answers(Reply(), Reply(problems=[NotFound().problem]), Unavailable()))
    carried_out(context, commands=3)
    assert context.code == "NOT_FOUND"


def test_a_payload_and_a_top_level_error_say_the_same() -> None:
    problem = VersionConflict("已被更改", subject="x", version=3).problem
    assert shown(problem) == {
        "code": "VERSION_CONFLICT",
        "message": "已被更改",
        "field": "expect",
        "repeat": Repeat.LOOK_FIRST,
        "retry_after": None,
        "id": "x",
        "version": 3,
    }
    assert extensions_of(problem) == {"code": "VERSION_CONFLICT", "repeat": "LOOK_FIRST", "field": "expect"}
    assert extensions_of(ServiceBusy(retry_after=1).problem)["retryAfter"] == 1


@pytest.mark.parametrize(
    ("sent", "own", "key", "code", "repeat"),
    [
        (False, False, "k", "DATABASE_AWAY", Repeat.YES),
        (False, False, None, "DATABASE_AWAY", Repeat.YES),
        (True, False, "k", "NOT_CONFIRMED", Repeat.YES),
        (True, False, None, "NOT_CONFIRMED", Repeat.LOOK_FIRST),
        # The gateway keeps no answers of its own mutations.
        (False, True, "k", "NOT_CONFIRMED", Repeat.LOOK_FIRST),
    ],
)
def test_a_database_that_is_away_after_a_command_leaves_it_open_whether_it_was_done(
    sent: bool, own: bool, key: str | None, code: str, repeat: Repeat
) -> None:
    context = context_of(Answers(*[Reply()] * sent), key=key)
    with context.mutation(own=own):
        if sent:
            done(context.command(ASKED, path="f"))
    judged = context.judged(DatabaseAway().problem)
    assert (judged.code, judged.repeat) == (code, repeat)


def test_of_a_query_it_says_that_it_may_be_asked_again() -> None:
    assert context_of(Answers(), key=None).judged(DatabaseAway().problem).repeat is Repeat.YES


def test_who_gave_no_key_is_told_to_look_before_he_repeats() -> None:
    assert "原样重试" in problem_of(NotConfirmed(), key="k").message
    assert "先查看" in problem_of(NotConfirmed(), key=None).message
