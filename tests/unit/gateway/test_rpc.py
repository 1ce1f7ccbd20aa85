"""What becomes of commands while the broker is away."""

import asyncio
import time

import pytest

from deploy.local.ports import free_ports
from gateway.rpc import BROKER_RETRY_SECONDS, Rpc
from services.common.errors import NotConfirmed, Unavailable
from services.contracts.actor import system_actor
from services.contracts.fact import Repeat
from services.contracts.register_commands import FindPeople


def nobody_there() -> str:
    return f"amqp://nobody:nothing@127.0.0.1:{free_ports(1)[0]}/"


def test_the_gateway_begins_without_the_broker_and_refuses_commands_at_once() -> None:
    async def ask() -> tuple[Unavailable, float]:
        async with Rpc.connect(nobody_there(), timeout=10, patient=True) as rpc:
            assert not rpc.connected
            began = time.monotonic()
            with pytest.raises(Unavailable) as refused:
                await rpc.call(
                    system_actor("611021", "gateway"), FindPeople(name="某某", most=1), request_id="k", trace="t"
                )
            return refused.value, time.monotonic() - began

    refusal, seconds = asyncio.run(ask())
    assert not isinstance(refusal, NotConfirmed)
    assert (refusal.problem.repeat, refusal.problem.retry_after) == (Repeat.YES, BROKER_RETRY_SECONDS)
    assert "没有办理" in refusal.problem.message
    assert seconds < 1


def test_whoever_needs_the_broker_is_told_that_it_is_away() -> None:
    async def ask() -> None:
        async with Rpc.connect(nobody_there()):
            raise AssertionError("there is nobody")

    with pytest.raises(ConnectionError):
        asyncio.run(ask())


def test_a_service_does_not_answer_a_ping_without_the_broker() -> None:
    async def ask() -> bool:
        async with Rpc.connect(nobody_there(), patient=True) as rpc:
            return await rpc.ping("intake", timeout=5)

    assert asyncio.run(ask()) is False
