"""What is told while a view is made anew: nothing of it is lost when the taking is broken off."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.rebuilding import following
from gateway.rebuilding.following import Follower


class Message:
    def __init__(self, body: bytes) -> None:
        self.body, self.acks = body, 0
        self.headers: dict[str, str] = {}

    async def ack(self) -> None:
        self.acks += 1


class Engine:
    @asynccontextmanager
    async def begin(self) -> Any:
        yield None


def test_what_was_taken_when_the_time_ran_out_is_applied_by_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(_broken_off(monkeypatch))


async def _broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[str] = []
    slow = True

    async def apply(_connection: None, facts: list[SimpleNamespace], *, anew: bool) -> None:
        if slow:
            await asyncio.Event().wait()
        applied.extend(fact.id for fact in facts)

    monkeypatch.setattr(following, "apply", apply)
    monkeypatch.setattr(following, "decode_fact", lambda body: SimpleNamespace(id=body.decode()))
    channel: Any = SimpleNamespace()
    queue: Any = SimpleNamespace()
    engine: Any = Engine()
    follower = Follower(channel, queue)
    messages: list[Any] = [Message(b"one"), Message(b"two")]
    for message in messages:
        await follower._arrived.put(message)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await follower.take_some(engine)
    assert [message.acks for message in messages] == [0, 0]
    slow = False
    later: Any = Message(b"three")
    await follower._arrived.put(later)

    assert await follower.take_some(engine) == 3
    assert applied == ["one", "two", "three"]
    assert [message.acks for message in (*messages, later)] == [1, 1, 1]
    assert (await follower.take_some(engine), follower.taken) == (0, 3)
