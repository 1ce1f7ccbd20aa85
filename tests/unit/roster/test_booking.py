"""Slots of fifteen minutes: none twice, none beyond the end, none that has begun, and the order of calling."""

from datetime import UTC, datetime, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput
from services.common.receiving import free_slots, queue, receivers, slots_of
from services.contracts.receptions import Appointment, AppointmentState, Recused
from services.roster.booking import ReceptionFull, SlotTaken, slot_for
from tests.unit.roster.receptions_made import BEFORE, SHIFT, appointment


def booked(slot: time | None, *, count: int = 1, state: AppointmentState = AppointmentState.ACCEPTED) -> Appointment:
    return appointment(id=f"a{slot}", slot=slot, slots=count, state=state)


def test_two_hours_have_eight_slots_of_a_quarter() -> None:
    assert [f"{each:%H:%M}" for each in slots_of(SHIFT)] == [
        *("09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45"),
    ]
    assert slots_of(msgspec.structs.replace(SHIFT, cancelled="停电")) == []


def test_a_rest_that_is_no_whole_slot_is_none() -> None:
    assert slots_of(msgspec.structs.replace(SHIFT, end=time(9, 40))) == [time(9), time(9, 15)]


def test_who_asks_for_no_time_gets_the_first_that_is_free() -> None:
    assert slot_for(shift=SHIFT, booked=[booked(time(9))], wanted=None, now=BEFORE) == time(9, 15)


def test_a_group_gets_slots_in_a_row() -> None:
    there = [booked(time(9, 15)), booked(time(9, 45))]
    assert slot_for(shift=SHIFT, booked=there, wanted=None, count=2, now=BEFORE) == time(10)
    assert free_slots(SHIFT, [booked(time(10, 45), count=3)], now=BEFORE) == slots_of(SHIFT)[:-1]


def test_a_taken_a_wrong_and_a_full_one_are_refused_with_what_is_free() -> None:
    with pytest.raises(SlotTaken, match="09:15"):
        slot_for(shift=SHIFT, booked=[booked(time(9))], wanted=time(9), now=BEFORE)
    with pytest.raises(InvalidInput, match="09:10"):
        slot_for(shift=SHIFT, booked=[], wanted=time(9, 10), now=BEFORE)
    with pytest.raises(ReceptionFull):
        slot_for(shift=SHIFT, booked=[booked(each) for each in slots_of(SHIFT)], wanted=None, now=BEFORE)


def test_a_group_for_which_only_single_slots_are_left_is_told_how_many_it_needs() -> None:
    every_second = [booked(each) for each in slots_of(SHIFT)[::2]]
    with pytest.raises(ReceptionFull, match="连续 2 个时段") as full:
        slot_for(shift=SHIFT, booked=every_second, wanted=None, count=2, now=BEFORE)
    assert "已约满" not in full.value.message
    with pytest.raises(SlotTaken, match=r"连续 2 个时段，从 09:00 起不够.*09:30、") as taken:
        slot_for(shift=SHIFT, booked=[booked(time(9, 15))], wanted=time(9), count=2, now=BEFORE)
    assert "已有人预约" not in taken.value.message
    with pytest.raises(SlotTaken, match="09:15 已有人预约"):
        slot_for(shift=SHIFT, booked=[booked(time(9, 15))], wanted=time(9, 15), count=2, now=BEFORE)


def test_a_slot_that_has_begun_is_given_to_nobody() -> None:
    at_half_past_nine = datetime(2026, 12, 4, 1, 30, tzinfo=UTC)
    assert free_slots(SHIFT, [], now=at_half_past_nine)[0] == time(9, 45)
    with pytest.raises(InvalidInput, match="已经开始"):
        slot_for(shift=SHIFT, booked=[], wanted=time(9, 30), now=at_half_past_nine)


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.DECLINED, AppointmentState.ABSENT])
def test_what_was_given_back_is_free_again(state: AppointmentState) -> None:
    there = [booked(time(9), state=state)]
    assert slot_for(shift=SHIFT, booked=there, wanted=time(9), now=BEFORE) == time(9)


@given(st.lists(st.one_of(st.none(), st.sampled_from(slots_of(SHIFT))), max_size=30))
def test_however_many_ask_no_slot_is_given_twice(wishes: list[time | None]) -> None:
    given_out: list[Appointment] = []
    refused = 0
    for wish in wishes:
        try:
            given_out.append(booked(slot_for(shift=SHIFT, booked=given_out, wanted=wish, now=BEFORE)))
        except (SlotTaken, ReceptionFull):
            refused += 1
    held = [each.slot for each in given_out]
    assert len(held) == len(set(held))
    assert len(held) + refused == len(wishes)


def test_who_booked_is_called_before_who_walked_in() -> None:
    walk_in = appointment(id="w", slot=None, state=AppointmentState.WAITING, number=1)
    late = appointment(id="l", slot=time(10), state=AppointmentState.WAITING, number=3)
    early = appointment(id="e", slot=time(9), state=AppointmentState.WAITING, number=2)
    assert queue([walk_in, late, early, booked(time(9, 30))]) == [early, late, walk_in]


def test_who_stepped_aside_is_replaced_in_his_seat_and_nobody_receives_twice() -> None:
    recused = [
        Recused(member="m1", reason="亲属", declared=False, by_member="m3"),
        Recused(member="m3", reason="亲属", declared=True, by_member="m4"),
    ]
    assert receivers(SHIFT, []) == ["m1", "m2"]
    assert receivers(SHIFT, recused) == ["m4", "m2"]
    assert receivers(SHIFT, [msgspec.structs.replace(recused[0], by_member=None)]) == ["m2"]
