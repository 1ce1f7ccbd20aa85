"""Orders of other systems: what one must be, and that it is a registration like any other."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gateway.adapters.orders import IN_HAND, Order, _check_turn, command_of, digest_of, request_id_of
from services.common.errors import Unavailable
from services.contracts.intake import Alias, Channel, Nature, Source
from services.contracts.register_commands import RegisterPetition

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    **{"system": "12345", "number": "GD-1", "received_on": "2026-07-01", "nature": "APPEAL"},
    **{"title": "路灯", "body": "不亮", "petitioners": [{"name": "钱小草"}]},
}


def order(**more: Any) -> Order:
    return msgspec.convert({**GIVEN, **more}, Order)


def test_an_order_is_registered_as_a_call_of_the_hotline_under_its_own_number() -> None:
    command = command_of(order())
    assert (command.channel, command.source, command.nature) == (Channel.CALL, Source.HOTLINE, Nature.APPEAL)
    assert command.aliases == [Alias(system="12345", number="GD-1")]
    assert (command.received_on, command.petitioners[0].name) == (date(2026, 7, 1), "钱小草")


def test_an_order_of_an_oa_says_whence_it_came() -> None:
    command = command_of(order(system="OA", source="DEPARTMENT", channel="LETTER"))
    assert (command.channel, command.source) == (Channel.LETTER, Source.DEPARTMENT)


def test_an_order_has_no_field_that_a_registration_has_not() -> None:
    assert set(Order.__struct_fields__) - {"system", "number"} <= set(RegisterPetition.__struct_fields__)


@pytest.mark.parametrize(
    "more",
    [
        {"number": ""},
        {"number": " "},
        {"number": "GD-1 "},
        {"number": "GD\n1"},
        {"number": "GD\0001"},
        {"system": "\0"},
        {"system": ""},
        {"sytem": "x"},
        {"nature": "OTHER"},
    ],
)
def test_what_does_not_fit_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        order(**more)


def test_the_same_order_has_the_same_digest_however_it_was_written() -> None:
    turned = msgspec.convert(dict(reversed(GIVEN.items())), Order)
    assert digest_of(turned) == digest_of(order()) == digest_of(order(urgency="NORMAL"))
    assert digest_of(order(body="亮")) != digest_of(order())
    assert digest_of(order(petitioners=[])) != digest_of(order())


def test_no_two_orders_have_one_request() -> None:
    one, other = order(system="OA 2", number="7"), order(system="OA", number="2 7")
    assert request_id_of(one) != request_id_of(other)
    assert request_id_of(order(system="OA' '2", number="7")) != request_id_of(order(system="OA", number="2' '7"))
    assert request_id_of(one) == request_id_of(order(system="OA 2", number="7", body="亮"))


def test_another_machine_waits_until_the_first_ones_attempt_is_over() -> None:
    begun = SimpleNamespace(at=NOW)
    with pytest.raises(Unavailable) as refused:
        _check_turn(begun, now=NOW + IN_HAND - timedelta(seconds=1))
    assert refused.value.retry_after == IN_HAND.total_seconds()
    _check_turn(begun, now=NOW + IN_HAND)
