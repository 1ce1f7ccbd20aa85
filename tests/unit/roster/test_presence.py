"""Check-in and check-out: in time, once, and corrected by the office."""

from datetime import datetime, timedelta

import pytest

from services.common.errors import InvalidInput, WrongState
from services.contracts.shifts import SeatTaken, Shift
from services.roster.presence import OutsideShift, checked_in, checked_out, taken_back
from tests.unit.roster.table_made import TUESDAY, A, B, C, shift, taken

SHIFT = shift("1", TUESDAY, taken(A), taken(B))
HALF_AN_HOUR, TWO_HOURS = timedelta(minutes=30), timedelta(hours=2)


def came(which: Shift = SHIFT, *, after: int = 0) -> Shift:
    return checked_in(which, A, now=which.begins + timedelta(minutes=after), before=HALF_AN_HOUR)


def left(which: Shift, *, at: datetime) -> Shift:
    return checked_out(which, A, now=at, after=TWO_HOURS)


def seat(which: Shift) -> SeatTaken:
    return which.seats[0]


def test_one_comes_from_half_an_hour_before_until_the_end() -> None:
    assert seat(came(after=-30)).in_at == SHIFT.begins - HALF_AN_HOUR
    for minutes in (-31, 180):
        with pytest.raises(OutsideShift, match="12-01 08:00 至 12-01 11:30"):
            came(after=minutes)


def test_again_changes_nothing_and_others_are_not_touched() -> None:
    here = came()
    assert came(here, after=20) == here
    assert here.seats[1] == SHIFT.seats[1]
    gone = left(here, at=SHIFT.ends)
    assert left(gone, at=SHIFT.ends + timedelta(minutes=5)) == gone


def test_who_left_and_comes_back_is_there_again_since_the_first_time() -> None:
    back = came(left(came(), at=SHIFT.begins + timedelta(minutes=40)), after=50)
    assert (seat(back).in_at, seat(back).out_at) == (SHIFT.begins, None)


def test_one_leaves_after_one_came_and_not_too_long_after_the_end() -> None:
    with pytest.raises(WrongState):
        left(SHIFT, at=SHIFT.ends)
    with pytest.raises(OutsideShift):
        left(came(), at=SHIFT.ends + timedelta(hours=3))


def test_the_office_takes_back_the_last_entry() -> None:
    here = came()
    gone = left(here, at=SHIFT.ends)
    assert taken_back(gone, A, reason="误操作") == here
    assert taken_back(here, A, reason="误操作") == SHIFT
    with pytest.raises(WrongState):
        taken_back(SHIFT, A, reason="误操作")
    with pytest.raises(InvalidInput):
        taken_back(here, A, reason="")


def test_who_does_not_sit_there_does_not_check_in() -> None:
    with pytest.raises(InvalidInput, match="替班"):
        checked_in(SHIFT, C, now=SHIFT.begins, before=HALF_AN_HOUR)
    with pytest.raises(WrongState):
        checked_in(shift("1", TUESDAY, taken(A), cancelled="停电"), A, now=SHIFT.begins, before=HALF_AN_HOUR)
