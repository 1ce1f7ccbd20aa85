"""Speaking to the services directly, as the gateway does: for what no gateway would ever send."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from gateway.rpc import Rpc
from services.common.settings import Settings
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import Command
from services.contracts.fact import AnyFact, Reply
from services.contracts.intake import Channel, Nature, Petition
from services.contracts.register_commands import RegisterPetition
from tests.journey.story import today

T = TypeVar("T")


def actor(
    tenant: str = "xfj",
    kind: TenantKind = TenantKind.COUNTY,
    *roles: Role,
    county: str = "611021",
    user: str = "test",
) -> Actor:
    return Actor(
        county=county, tenant=tenant, kind=kind, user=user, name="测试", roles=frozenset(roles or (Role.CLERK,))
    )


def speak(settings: Settings, talk: Callable[[Rpc], Awaitable[T]]) -> T:
    """Runs ``talk`` with a connection of its own."""

    async def run() -> T:
        async with Rpc.connect(settings.amqp_url, timeout=20) as rpc:
            return await talk(rpc)

    return asyncio.run(run())


def call(settings: Settings, who: Actor, command: Command, *, request_id: str | None = None) -> Reply:
    return speak(
        settings,
        lambda rpc: rpc.call(who, command, request_id=request_id or str(uuid.uuid4()), trace=str(uuid.uuid4())),
    )


def register(**changes: object) -> RegisterPetition:
    fields: dict[str, object] = {
        "channel": Channel.LETTER,
        "received_on": today(),
        "title": "反映道路破损",
        "body": "村道破损半年，请求维修。",
        "nature": Nature.APPEAL,
        **changes,
    }
    return RegisterPetition(**fields)  # type: ignore[arg-type]


def petition_of(reply: Reply) -> Petition:
    """The petition that a registration made."""
    assert reply.problems == [], reply.problems
    fact = msgspec.json.decode(reply.facts[0], type=AnyFact)
    return msgspec.json.decode(fact.state, type=Petition)
