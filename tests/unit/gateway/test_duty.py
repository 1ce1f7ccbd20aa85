"""Who is on duty at a moment, and how many posts of a span are filled."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.duty import covered, on_duty
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import Shift
from tests.unit.roster.table_made import STAFF, TUESDAY, WEDNESDAY, A, shift, taken

FULL = shift("1", TUESDAY, taken(A), taken(STAFF, SeatRole.STAFF))
HALF = shift("2", WEDNESDAY, taken(A), taken(None, SeatRole.STAFF))


def test_on_duty_is_who_sits_in_a_shift_that_goes_on() -> None:
    assert [(each.seat.member, each.seat.role) for each in on_duty([FULL, HALF], at=FULL.begins)] == [
        ("a", SeatRole.LEAD), ("staff", SeatRole.STAFF),
    ]  # fmt: skip
    # An empty seat is nobody; the end is not in it; and one may ask for one kind alone.
    assert [each.seat.member for each in on_duty([HALF], at=HALF.begins)] == ["a"]
    assert on_duty([FULL], at=FULL.ends) == []
    assert on_duty([FULL], at=FULL.begins, kind=ServiceKind.ON_CALL) == []


def test_empty_posts_are_told_with_who_could_fill_them() -> None:
    found = covered([HALF, FULL], {"2": ["staff"]}, first=TUESDAY, last=WEDNESDAY)
    assert [(day.day, day.seats, day.filled, day.empty) for day in found.days] == [
        (TUESDAY, 2, 2, 0), (WEDNESDAY, 2, 1, 1),
    ]  # fmt: skip
    assert [(post.shift.id, post.roles, post.candidates) for post in found.days[1].posts] == [
        ("2", [SeatRole.STAFF], ["staff"]),
    ]  # fmt: skip
    assert (found.seats, found.filled, found.empty, found.percent) == (4, 3, 1, 75)


def test_a_table_without_shifts_has_no_gap() -> None:
    assert (
        covered([], {}, first=TUESDAY, last=TUESDAY).percent,
        covered([], {}, first=TUESDAY, last=TUESDAY).days,
    ) == (
        100,
        [],
    )


@given(st.lists(st.tuples(st.integers(0, 5), st.lists(st.booleans(), min_size=1, max_size=3)), max_size=8))
def test_the_sums_are_those_of_the_seats_and_only_a_full_table_is_full(made: list[tuple[int, list[bool]]]) -> None:
    shifts: list[Shift] = [
        shift(str(number), TUESDAY + timedelta(days=day), *(taken(A if filled else None) for filled in seats))
        for number, (day, seats) in enumerate(made)
    ]
    found = covered(shifts, {}, first=TUESDAY, last=WEDNESDAY)
    assert found.seats == sum(len(seats) for _, seats in made)
    assert found.filled == sum(map(sum, (seats for _, seats in made)))
    assert (found.percent == 100) is (found.empty == 0)
