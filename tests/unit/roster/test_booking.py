"""Slots of fifteen minutes: none twice, none beyond the end, and the order of calling."""

from datetime import date, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput
from services.contracts.receptions import Appointment, AppointmentState, BookingWay
from services.contracts.roster_rules import ReceptionMode, ServiceKind
from services.contracts.shifts import Shift
from services.roster.booking import ReceptionFull, SlotTaken, free_slots, queue, slot_for, slots_of

SHIFT = Shift(
    id="s1",
    tenant="xfj",
    rule="first-friday",
    name="领导接访日",
    kind=ServiceKind.RECEPTION,
    mode=ReceptionMode.FIXED_POINT,
    day=date(2026, 12, 4),
    start=time(9),
    end=time(11),
    place="接待大厅",
    phone=None,
    slot_minutes=15,
    seats=[],
)


def booked(slot: time | None, *, count: int = 1, state: AppointmentState = AppointmentState.ACCEPTED) -> Appointment:
    return Appointment(
        id=f"a{slot}",
        tenant="xfj",
        shift="s1",
        day=SHIFT.day,
        slot=slot,
        slots=count,
        way=BookingWay.CLERK,
        number=None,
        code="ABCDEF2345",
        name="赵**",
        people=1,
        matter="征地补偿",
        petition_id=None,
        roles=[],
        state=state,
    )


def test_two_hours_have_eight_slots_of_a_quarter() -> None:
    assert [f"{each:%H:%M}" for each in slots_of(SHIFT)] == [
        *("09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45"),
    ]
    assert slots_of(msgspec.structs.replace(SHIFT, cancelled="停电")) == []


def test_a_rest_that_is_no_whole_slot_is_none() -> None:
    assert slots_of(msgspec.structs.replace(SHIFT, end=time(9, 40))) == [time(9), time(9, 15)]


def test_who_asks_for_no_time_gets_the_first_that_is_free() -> None:
    assert slot_for(shift=SHIFT, booked=[booked(time(9))], wanted=None) == time(9, 15)


def test_a_group_gets_slots_in_a_row() -> None:
    there = [booked(time(9, 15)), booked(time(9, 45))]
    assert slot_for(shift=SHIFT, booked=there, wanted=None, count=2) == time(10)
    assert free_slots(SHIFT, [booked(time(10, 45), count=3)]) == slots_of(SHIFT)[:-1]


def test_a_taken_a_wrong_and_a_full_one_are_refused_with_what_is_free() -> None:
    with pytest.raises(SlotTaken, match="09:15"):
        slot_for(shift=SHIFT, booked=[booked(time(9))], wanted=time(9))
    with pytest.raises(InvalidInput, match="09:10"):
        slot_for(shift=SHIFT, booked=[], wanted=time(9, 10))
    with pytest.raises(ReceptionFull):
        slot_for(shift=SHIFT, booked=[booked(each) for each in slots_of(SHIFT)], wanted=None)


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.DECLINED, AppointmentState.ABSENT])
def test_what_was_given_back_is_free_again(state: AppointmentState) -> None:
    assert time(9) in free_slots(SHIFT, [booked(time(9), state=state)])


@given(st.lists(st.one_of(st.none(), st.sampled_from(slots_of(SHIFT))), max_size=30))
def test_however_many_ask_no_slot_is_given_twice(wishes: list[time | None]) -> None:
    given_out: list[Appointment] = []
    refused = 0
    for wish in wishes:
        try:
            given_out.append(booked(slot_for(shift=SHIFT, booked=given_out, wanted=wish)))
        except (SlotTaken, ReceptionFull):
            refused += 1
    held = [each.slot for each in given_out]
    assert len(held) == len(set(held))
    assert len(held) + refused == len(wishes)


def test_who_booked_is_called_before_who_walked_in() -> None:
    walk_in = msgspec.structs.replace(booked(None, state=AppointmentState.WAITING), number=1)
    late = msgspec.structs.replace(booked(time(10), state=AppointmentState.WAITING), number=3)
    early = msgspec.structs.replace(booked(time(9), state=AppointmentState.WAITING), number=2)
    assert queue([walk_in, late, early, booked(time(9, 30))]) == [early, late, walk_in]
