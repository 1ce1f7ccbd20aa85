"""Turns of who is away are taken by others; nobody sits twice, no gap while somebody is free; what began stays."""

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import AbsenceState, Member
from services.contracts.shifts import SeatOrigin, Shift
from services.roster.seating import candidates
from services.roster.standing_in import give_back, moved_words, shifts_touched, stand_in
from tests.unit.roster.table_made import (
    NOON_BEFORE,
    STAFF,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    A,
    B,
    C,
    absence,
    shift,
    table,
    taken,
)

AWAY = absence(A, TUESDAY, WEDNESDAY, substitute="b")
FIRST, SECOND = shift("1", TUESDAY, taken(A)), shift("2", WEDNESDAY, taken(A))


def test_the_named_substitute_takes_all_turns_of_these_days() -> None:
    known = table(FIRST, SECOND, shift("3", date(2026, 12, 4), taken(A)), absences=[AWAY])
    moved, gaps = stand_in(known, {"a"}, named={"a": "b"}, now=NOON_BEFORE)
    assert gaps == []
    assert {id: each.members for id, each in moved.items()} == {"1": ["b"], "2": ["b"]}
    assert [seat.instead_of for each in moved.values() for seat in each.seats] == ["a", "a"]


def test_without_a_named_one_it_is_told_who_could() -> None:
    moved, (first, second) = stand_in(table(FIRST, SECOND, absences=[AWAY]), {"a"}, named={}, now=NOON_BEFORE)
    assert (first.shift.id, first.free) == ("1", ["演示b", "演示c"])
    # Who takes the first turn is no longer first in line for the second.
    assert (second.free, moved["1"].members, moved["2"].members) == (["演示c", "演示b"], ["b"], ["c"])


def test_a_substitute_who_cannot_is_told_with_the_reason() -> None:
    busy = shift("4", WEDNESDAY, taken(B), start=time(9), end=time(10))
    _, gaps = stand_in(table(FIRST, SECOND, busy, absences=[AWAY]), {"a"}, named={"a": "b"}, now=NOON_BEFORE)
    assert [(gap.shift.id, gap.free) for gap in gaps] == [("2", ["演示c"])]
    assert "演示b 2026-12-02" in (gaps[0].why or "")
    _, gaps = stand_in(table(FIRST, absences=[AWAY]), {"a"}, named={"a": "staff"}, now=NOON_BEFORE)
    assert gaps[0].why == f"{STAFF.name}不能担任带班（接访）领导"


def test_where_nobody_is_free_the_seat_is_empty_and_no_question_is_asked() -> None:
    known = table(FIRST, members=(A,), absences=[AWAY])
    moved, gaps = stand_in(known, {"a"}, named={}, now=NOON_BEFORE)
    assert gaps == []
    assert (moved["1"].members, moved["1"].seats[0].instead_of) == ([], "a")


def test_what_has_begun_stays() -> None:
    during = datetime(2026, 12, 1, 9, tzinfo=LEGAL_ZONE)
    moved, _ = stand_in(table(FIRST, SECOND, absences=[AWAY]), {"a"}, named={"a": "b"}, now=during)
    assert list(moved) == ["2"]
    # And so it is when he comes back.
    taken_over = [
        shift(each.id, each.day, taken(B, instead_of="a", origin=SeatOrigin.SUBSTITUTE)) for each in (FIRST, SECOND)
    ]
    back = give_back(table(*taken_over), {"a"}, agreed=set(), now=during)
    assert {id: each.members for id, each in back.items()} == {"2": ["a"]}


def test_who_is_back_has_his_own_turns_again_as_they_were() -> None:
    known = table(FIRST, SECOND, absences=[AWAY])
    moved, _ = stand_in(known, {"a"}, named={"a": "b"}, now=NOON_BEFORE)
    cancelled = absence(A, TUESDAY, WEDNESDAY, state=AbsenceState.CANCELLED)
    back = give_back(table(*moved.values(), absences=[cancelled]), {"a"}, agreed=set(), now=NOON_BEFORE)
    assert back == {"1": FIRST, "2": SECOND}


def test_what_was_given_away_by_agreement_is_not_given_back() -> None:
    given_away = shift("1", TUESDAY, taken(B, instead_of="a", origin=SeatOrigin.SUBSTITUTE))
    assert give_back(table(given_away), {"a"}, agreed={("1", "a")}, now=NOON_BEFORE) == {}


def test_who_is_busy_meanwhile_does_not_take_his_turn_back() -> None:
    given_away = shift("1", TUESDAY, taken(B, instead_of="a", origin=SeatOrigin.SUBSTITUTE))
    other = shift("9", TUESDAY, taken(A), start=time(9), end=time(10))
    assert give_back(table(given_away, other), {"a"}, agreed=set(), now=NOON_BEFORE) == {}


def test_a_move_is_told_in_words() -> None:
    assert moved_words(FIRST, shift("1", TUESDAY, taken(B))) == "带班（接访）领导 由 演示a 改为 演示b"
    assert moved_words(FIRST, shift("1", TUESDAY, taken(None))) == "带班（接访）领导 由 演示a 改为 空岗"


def test_the_nights_watch_of_the_evening_before_is_touched_by_an_absence() -> None:
    night: dict[str, Any] = {"start": time(17, 30), "end": time(8, 30)}
    known = table(
        shift("two nights before", date(2026, 11, 29), taken(A), **night),
        shift("night before", date(2026, 11, 30), taken(A), **night),
        shift("day before", date(2026, 11, 30), taken(A)),
        shift("first", TUESDAY, taken(A)),
        shift("last night", WEDNESDAY, taken(A), **night),
        shift("after", THURSDAY, taken(A)),
    )
    assert shifts_touched(known, absence(A, TUESDAY, WEDNESDAY)) == {"night before", "first", "last night"}


PEOPLE = [A, B, C]


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[Shift], dict[str, tuple[date, date]]]:
    shifts = []
    for day in range(draw(st.integers(1, 6))):
        free = list(PEOPLE)
        for number in range(draw(st.integers(1, 2))):
            who: Member = draw(st.sampled_from(free))
            free.remove(who)
            shifts.append(shift(f"{day}-{number}", TUESDAY + timedelta(days=day), taken(who)))
    away = {}
    for person in draw(st.sets(st.sampled_from(["a", "b", "c"]), max_size=3)):
        first = draw(st.integers(0, 5))
        away[person] = (first, first + draw(st.integers(0, 3)))
    return shifts, {who: tuple(TUESDAY + timedelta(days=each) for each in days) for who, days in away.items()}  # type: ignore[misc]


@given(weeks())
def test_nobody_sits_twice_or_while_away_and_no_seat_is_empty_while_somebody_is_free(
    made: tuple[list[Shift], dict[str, tuple[date, date]]],
) -> None:
    shifts, away = made
    absences = [absence(each, *away[each.id]) for each in PEOPLE if each.id in away]
    known = table(*shifts, absences=absences)
    moved, _ = stand_in(known, set(away), named={}, now=NOON_BEFORE)
    after = known.with_shifts(moved.values())
    for each in after.shifts.values():
        assert not any(after.is_away(who, each.day) for who in each.members)
        for place, seat in enumerate(each.seats):
            assert seat.member is not None or candidates(after, each, place) == []
    by_day: dict[date, list[str]] = {}
    for each in after.shifts.values():
        by_day.setdefault(each.day, []).extend(each.members)
    assert all(len(set(people)) == len(people) for people in by_day.values())


@given(weeks())
def test_coming_back_undoes_going_away(made: tuple[list[Shift], dict[str, tuple[date, date]]]) -> None:
    shifts, away = made
    absences = [absence(each, *away[each.id]) for each in PEOPLE if each.id in away]
    known = table(*shifts, absences=absences)
    moved, _ = stand_in(known, set(away), named={}, now=NOON_BEFORE)
    after = table(*known.with_shifts(moved.values()).shifts.values())
    # One after the other has his turn again; in whichever order, after as many rounds as people all have.
    for _ in PEOPLE:
        after = after.with_shifts(give_back(after, set(away), agreed=set(), now=NOON_BEFORE).values())
    assert after.shifts == known.shifts
