"""Back-pressure: how many commands a service is given, and none while it does not answer."""

import pytest

from gateway.gates import SILENT, Gate
from services.common.errors import ServiceBusy, Unavailable
from services.contracts.fact import Repeat


def test_as_many_as_may_are_let_in_and_the_next_one_is_told_to_come_again() -> None:
    gate = Gate(in_flight=2)
    gate.enter()
    gate.enter()
    with pytest.raises(ServiceBusy) as busy:
        gate.enter()
    assert (busy.value.problem.repeat, busy.value.problem.retry_after) == (Repeat.YES, 1)
    gate.leave()
    gate.enter()
    assert gate.under_way == 2


def test_who_bounds_his_commands_himself_is_not_bounded() -> None:
    gate = Gate(in_flight=None)
    for _ in range(1000):
        gate.enter()


def test_a_service_that_is_silent_some_times_in_a_row_is_given_no_more() -> None:
    gate = Gate(in_flight=None)
    assert [gate.unanswered() for _ in range(SILENT + 1)] == [*[False] * (SILENT - 1), True, False]
    with pytest.raises(Unavailable) as away:
        gate.enter()
    assert not isinstance(away.value, ServiceBusy)
    assert away.value.problem.repeat is Repeat.YES
    assert away.value.problem.retry_after


def test_an_answer_in_between_keeps_the_gate_open() -> None:
    gate = Gate(in_flight=None)
    for _ in range(10):
        for _ in range(SILENT - 1):
            assert not gate.unanswered()
        gate.answered()
    gate.enter()


def test_a_service_that_answers_again_is_given_commands_again() -> None:
    gate = Gate(in_flight=None)
    for _ in range(SILENT):
        gate.unanswered()
    gate.answered()
    gate.enter()
    assert not gate.shut
