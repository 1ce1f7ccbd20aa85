"""Which leader a petition meets: the one of the shift that goes on, else the first one of that day."""

from datetime import date, datetime, time

import pytest

from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import Shift
from services.roster.noting import turn_at
from tests.unit.roster.table_made import STAFF, TUESDAY, WEDNESDAY, A, B, C, shift, taken

NIGHT = shift("night", TUESDAY, taken(C), start=time(17, 30), end=time(8), kind=ServiceKind.ON_CALL)
MORNING = shift("morning", WEDNESDAY, taken(A))
AFTERNOON = shift("afternoon", WEDNESDAY, taken(B), start=time(14, 30), end=time(17))


def at(hour: int, minute: int = 0, day: date = WEDNESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LEGAL_ZONE)


@pytest.mark.parametrize(
    ("when", "leader"),
    [
        (at(7, 59), "演示c"),  # the night's watch, which began the day before
        (at(8, 15), "演示a"),  # nothing goes on: the first one of the day
        (at(11, 29), "演示a"),
        (at(11, 30), "演示a"),  # its end is not in it
        (at(14, 30), "演示b"),
        (at(23), "演示a"),
        (at(0, 0), "演示c"),  # midnight in China, whatever the day is in UTC
    ],
)
def test_the_shift_that_goes_on_comes_first_and_then_the_first_of_the_day(when: datetime, leader: str) -> None:
    turn = turn_at([NIGHT, MORNING, AFTERNOON], when)
    assert turn is not None
    assert turn.leader == leader


def test_the_day_is_chinas_though_the_instant_is_told_in_utc() -> None:
    evening_utc = datetime.fromisoformat("2026-12-01T16:30:00+00:00")  # half past midnight on Wednesday
    turn = turn_at([MORNING], evening_utc)
    assert turn is not None
    assert (turn.weekday, turn.shift, turn.member) == (3, "morning", "a")


def test_who_receives_comes_before_who_is_on_duty_and_on_call() -> None:
    duty = shift("duty", WEDNESDAY, taken(B), start=time(8), end=time(18), kind=ServiceKind.DUTY)
    call = shift("call", WEDNESDAY, taken(C), start=time(0), end=time(0), kind=ServiceKind.ON_CALL)
    for when, leader in ((at(9), "演示a"), (at(13), "演示b"), (at(20), "演示c")):
        turn = turn_at([call, duty, MORNING], when)
        assert turn is not None
        assert turn.leader == leader


def test_without_a_leader_on_a_seat_nobody_is_noted() -> None:
    staffed = shift("s", WEDNESDAY, taken(None), taken(STAFF, SeatRole.STAFF))
    gone = shift("g", WEDNESDAY, taken(A), cancelled="停电")
    assert turn_at([staffed, gone], at(9)) is None
    assert turn_at([], at(9)) is None


@pytest.mark.parametrize(("which", "words"), [(MORNING, "08:30-11:30"), (NIGHT, "17:30-次日08:00")])
def test_hours_are_told_as_people_read_them(which: Shift, words: str) -> None:
    turn = turn_at([which], which.begins)
    assert turn is not None
    assert turn.hours == words
