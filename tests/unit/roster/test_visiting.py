"""A visit on the day: numbers without gaps, one call after the other, what came of it, and each step taken back."""

from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput, WrongState
from services.contracts.receptions import Appointment, AppointmentState, FinishAppointment, VisitOutcome
from services.roster.appointing import moved
from services.roster.visiting import (
    arrived,
    check_held,
    finished,
    missed,
    next_called,
    next_number,
    numbers_of,
    step_back,
)
from tests.unit.roster.receptions_made import CLERK, DAY, SHIFT, appointment

NOW = datetime(2026, 12, 4, 1, tzinfo=UTC)


def come(one: Appointment, *, number: int = 1) -> Appointment:
    return arrived(one, number=number, now=NOW, today=DAY)


def finish(one: Appointment, kind: VisitOutcome, **more: Any) -> Appointment:
    command = FinishAppointment(appointment_id=one.id, kind=kind, **{"text": "已说明政策", **more})
    return finished(one, command, by=CLERK, now=NOW)


CALLED = appointment(state=AppointmentState.CALLED, number=1, came_at=NOW, called_at=NOW)


@given(st.integers(min_value=1, max_value=40))
def test_numbers_go_from_one_without_gaps(people: int) -> None:
    there: list[Appointment] = [appointment(id=f"a{place}") for place in range(people)]
    for place, each in enumerate(there):
        there[place] = come(each, number=next_number(numbers_of(SHIFT.id, there)))
    assert [each.number for each in there] == list(range(1, people + 1))


def test_who_comes_back_after_he_was_missed_keeps_his_number() -> None:
    gone = missed(next_called([come(appointment())], now=NOW) or CALLED)
    assert gone.state is AppointmentState.ABSENT
    again = come(gone, number=9)
    assert (again.state, again.number) == (AppointmentState.WAITING, 1)


def test_the_number_of_who_is_moved_away_is_given_to_nobody_else() -> None:
    other = msgspec.structs.replace(SHIFT, id="other", day=DAY.replace(day=11))
    first, last = come(appointment(id="a"), number=1), come(appointment(id="b"), number=2)
    away = moved(last, to=other, slot=time(10), slots=1)
    assert away.number is None
    assert next_number(numbers_of(SHIFT.id, [first, away])) == 3
    assert next_number(numbers_of("other", [first, away])) == 1
    back = moved(away, to=SHIFT, slot=time(10), slots=1)
    assert come(back, number=3).number == 2
    # On the same day it stays his.
    later = moved(last, to=SHIFT, slot=time(10), slots=1)
    assert (later.number, later.left) == (2, [])


def test_of_a_cancelled_reception_nobody_gets_a_number() -> None:
    check_held(SHIFT)
    with pytest.raises(WrongState, match="停电"):
        check_held(msgspec.structs.replace(SHIFT, cancelled="停电"))


def test_only_who_is_expected_today_gets_a_number() -> None:
    with pytest.raises(WrongState, match="先审核"):
        come(appointment(state=AppointmentState.REQUESTED))
    with pytest.raises(WrongState, match="已取消"):
        come(appointment(state=AppointmentState.CANCELLED))
    with pytest.raises(InvalidInput, match="2026-12-05"):
        come(appointment(day=date(2026, 12, 5)))


def test_they_are_called_in_order_until_nobody_waits() -> None:
    walk_in = come(appointment(id="w", slot=None), number=1)
    there = {each.id: each for each in (walk_in, come(appointment(id="b", slot=time(9)), number=2))}
    order = []
    while (called := next_called(there.values(), now=NOW)) is not None:
        order.append(called.id)
        there[called.id] = called
    assert order == ["b", "w"]


def test_an_outcome_says_what_it_needs_to() -> None:
    done = finish(CALLED, VisitOutcome.PROMISED, promised_on=date(2026, 12, 20))
    assert (done.state, done.done_at) == (AppointmentState.DONE, NOW)
    assert done.outcome is not None
    assert (done.outcome.promised_on, done.outcome.by) == (date(2026, 12, 20), CLERK)
    with pytest.raises(InvalidInput, match="承诺办结的日期"):
        finish(CALLED, VisitOutcome.PROMISED)
    with pytest.raises(InvalidInput, match="早于接访当日"):
        finish(CALLED, VisitOutcome.PROMISED, promised_on=date(2026, 12, 3))
    with pytest.raises(InvalidInput, match="只有承诺"):
        finish(CALLED, VisitOutcome.ANSWERED, promised_on=date(2026, 12, 20))
    with pytest.raises(InvalidInput, match="指引到哪个部门"):
        finish(CALLED, VisitOutcome.DIRECTED, text=" ")
    with pytest.raises(InvalidInput, match="信访件"):
        finish(CALLED, VisitOutcome.REGISTERED, text="")
    with pytest.raises(WrongState, match="先叫号"):
        finish(appointment(), VisitOutcome.ANSWERED)


def test_what_was_registered_of_it_is_its_petition() -> None:
    done = finish(CALLED, VisitOutcome.REGISTERED, text="", petition_id="p1")
    assert done.petition_id == "p1"
    with pytest.raises(WrongState, match="已登记为信访件"):
        step_back(done)


def test_each_step_is_taken_back_to_the_one_before() -> None:
    done = finish(CALLED, VisitOutcome.ANSWERED)
    states = []
    while done.state is not AppointmentState.ACCEPTED:
        done = step_back(done)
        states.append(done.state)
    assert states == [AppointmentState.CALLED, AppointmentState.WAITING, AppointmentState.ACCEPTED]
    assert (done.outcome, done.called_at, done.came_at) == (None, None, None)
    assert done.number == 1
    with pytest.raises(WrongState):
        step_back(done)


@pytest.mark.parametrize(
    "before",
    [CALLED, appointment(), msgspec.structs.replace(CALLED, state=AppointmentState.WAITING, called_at=None)],
)
def test_a_miss_is_taken_back_to_where_he_was(before: Appointment) -> None:
    assert step_back(missed(before)) == before


def test_a_walk_in_that_was_a_mistake_is_cancelled_and_not_taken_back() -> None:
    with pytest.raises(WrongState, match="取消预约"):
        step_back(come(appointment(slot=None)))
