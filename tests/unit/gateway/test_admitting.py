"""How often one user may ask."""

import asyncio
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from starlette.requests import Request

from gateway import admitting
from gateway.database import DatabaseAway
from gateway.public.limiting import Buckets, TooManyRequests
from services.contracts.actor import Actor, system_actor
from services.contracts.fact import Repeat

ONE = system_actor("611021", "gateway")


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> Buckets:
    async def actor_of(request: Request) -> Actor:
        found: Actor = request.scope["actor"]
        return found

    monkeypatch.setattr(admitting, "actor_of", actor_of)
    return Buckets(size=2, seconds=3600)


def ask(users: Buckets, actor: Actor) -> Actor:
    app: Any = SimpleNamespace(state=SimpleNamespace(users=users))
    return asyncio.run(admitting.admitted(Request({"type": "http", "headers": [], "app": app, "actor": actor})))


def test_who_asks_too_often_is_told_when_he_may_again(users: Buckets) -> None:
    assert ask(users, ONE) == ask(users, ONE) == ONE
    with pytest.raises(TooManyRequests) as refused:
        ask(users, ONE)
    problem = refused.value.problem
    assert problem.repeat is Repeat.YES
    assert problem.retry_after is not None
    assert 0 < problem.retry_after <= 1800
    assert f"{problem.retry_after} 秒" in problem.message


@pytest.mark.parametrize("other", [{"user": "another"}, {"county": "410326"}])
def test_others_are_not_hindered_by_him(users: Buckets, other: dict[str, str]) -> None:
    ask(users, ONE)
    ask(users, ONE)
    somebody = msgspec.structs.replace(ONE, **other)
    assert ask(users, somebody) == somebody


def test_where_nobody_can_look_up_who_asks_nothing_was_begun(users: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    async def actor_of(request: Request) -> Actor:
        raise ConnectionError

    monkeypatch.setattr(admitting, "actor_of", actor_of)
    with pytest.raises(DatabaseAway) as refused:
        ask(users, ONE)
    assert refused.value.problem.repeat is Repeat.YES
