"""Commands over the real bus: typed, authorised, scoped, and idempotent by request id."""

import asyncio
import uuid

import aio_pika
import msgspec
import pytest

from gateway.rpc import Rpc
from services.common.errors import Unavailable
from services.contracts.actor import Role, TenantKind
from services.contracts.base import Command
from services.contracts.fact import Reply
from services.contracts.referral_commands import ReceiveReferral
from tests.floor.speaking import actor, call, petition_of, register, speak
from tests.harness.platform import Platform


def codes(reply: Reply) -> list[str]:
    return [problem.code for problem in reply.problems]


def test_the_same_request_id_gets_the_same_answer_and_one_effect(platform: Platform) -> None:
    request_id = str(uuid.uuid4())
    first = call(platform.settings, actor(), register(), request_id=request_id)
    second = call(platform.settings, actor(), register(), request_id=request_id)
    assert petition_of(first) == petition_of(second)
    third = call(platform.settings, actor(), register())
    numbers = [int(petition_of(reply).number[-4:]) for reply in (first, third)]
    assert numbers[1] == numbers[0] + 1


def test_twins_at_the_same_moment_make_one_petition(platform: Platform) -> None:
    request_id = str(uuid.uuid4())

    async def twins(rpc: Rpc) -> list[Reply]:
        send = [rpc.call(actor(), register(), request_id=request_id, trace=f"t{n}") for n in range(8)]
        return await asyncio.gather(*send)

    replies = speak(platform.settings, twins)
    assert len({petition_of(reply).id for reply in replies}) == 1


def test_numbers_have_no_gap_and_no_double_under_concurrency(platform: Platform) -> None:
    async def many(rpc: Rpc) -> list[Reply]:
        people = [actor(user=f"clerk{n % 5}") for n in range(40)]
        commands = [register(title="" if n % 4 == 0 else "反映") for n in range(40)]
        send = [
            rpc.call(who, command, request_id=str(uuid.uuid4()), trace="t")
            for who, command in zip(people, commands, strict=True)
        ]
        return await asyncio.gather(*send)

    replies = speak(platform.settings, many)
    taken = sorted(int(petition_of(reply).number[-4:]) for reply in replies if not reply.problems)
    # A quarter was refused, in the middle of it all, and left no gap.
    assert len(taken) == 30
    assert taken == list(range(taken[0], taken[0] + 30))


def test_a_request_id_used_for_something_else_is_refused(platform: Platform) -> None:
    request_id = str(uuid.uuid4())
    call(platform.settings, actor(), register(), request_id=request_id)
    reply = call(platform.settings, actor(), register(title="另一件事"), request_id=request_id)
    assert codes(reply) == ["REQUEST_ID_REUSED"]


def test_another_actors_request_id_is_his_own(platform: Platform) -> None:
    request_id = str(uuid.uuid4())
    mine = call(platform.settings, actor(user="a"), register(), request_id=request_id)
    his = call(platform.settings, actor(user="b"), register(), request_id=request_id)
    assert petition_of(mine).id != petition_of(his).id


def test_a_refused_command_may_be_corrected_under_the_same_request_id(platform: Platform) -> None:
    request_id = str(uuid.uuid4())
    assert codes(call(platform.settings, actor(), register(title=" "), request_id=request_id)) == ["INVALID_INPUT"]
    assert codes(call(platform.settings, actor(), register(), request_id=request_id)) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.LEADER, Role.SUPERVISOR])
def test_a_role_that_may_not_register_is_refused(platform: Platform, role: Role) -> None:
    assert codes(call(platform.settings, actor("xfj", TenantKind.COUNTY, role), register())) == ["FORBIDDEN"]


def test_a_tenant_of_no_directory_registers_nothing(platform: Platform) -> None:
    assert codes(call(platform.settings, actor("nowhere"), register())) == ["UNAVAILABLE"]


@pytest.mark.parametrize("unknown", [str(uuid.uuid4()), "not-an-id", ""])
def test_an_unknown_referral_is_not_found(platform: Platform, unknown: str) -> None:
    reply = call(platform.settings, actor("slj", TenantKind.BUREAU), ReceiveReferral(referral_id=unknown))
    assert codes(reply) == ["NOT_FOUND"]


def test_a_misspelt_or_overlong_field_is_refused_by_name(platform: Platform) -> None:
    reply = call(platform.settings, actor(), register(title="长" * 201))
    assert (codes(reply), reply.problems[0].field) == (["INVALID_INPUT"], "title")

    class Misspelt(Command, frozen=True, kw_only=True):
        service = "intake"
        method = "register_petition"
        titel: str

    reply = call(platform.settings, actor(), Misspelt(titel="x"))
    assert codes(reply) == ["INVALID_INPUT"]


def test_an_unknown_service_is_an_error_at_once(platform: Platform) -> None:
    class ToNobody(Command, frozen=True, kw_only=True):
        service = "nobody"
        method = "nothing"

    with pytest.raises(Unavailable):
        call(platform.settings, actor(), ToNobody())


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{}", b'{"args": [], "kwargs": {}}', b"[1]"])
@pytest.mark.parametrize("with_reply", [True, False])
def test_a_malformed_call_harms_nobody(platform: Platform, body: bytes, with_reply: bool) -> None:
    async def send() -> None:
        connection = await aio_pika.connect(platform.settings.amqp_url)
        async with connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange("nameko-rpc")
            queue = await channel.declare_queue(exclusive=True)
            await queue.bind(exchange, queue.name)
            message = aio_pika.Message(
                body, content_type="application/json", reply_to=queue.name if with_reply else None, correlation_id="c"
            )
            await exchange.publish(message, "intake.register_petition")
            if with_reply:
                answer = await queue.get(timeout=20, fail=False)
                while answer is None:
                    await asyncio.sleep(0.05)
                    answer = await queue.get(timeout=20, fail=False)
                assert msgspec.json.decode(answer.body)["error"] is not None

    asyncio.run(asyncio.wait_for(send(), 20))
    assert codes(call(platform.settings, actor(), register())) == []
