"""Empty posts are told days ahead, unmanned ones within minutes, each once, and cleared when they are filled."""

from datetime import datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.presence import AlertKind, PostAlert
from services.contracts.roster_rules import SeatRole
from services.contracts.shifts import Shift
from services.roster.posts import Posts, alerts
from tests.unit.roster.table_made import STAFF, TUESDAY, WEDNESDAY, A, B, absence, shift, table, taken

POSTS = Posts(ahead=timedelta(days=60), patience=timedelta(minutes=10))
MANNED = shift("1", TUESDAY, taken(A), taken(STAFF, SeatRole.STAFF))
EMPTY = shift("2", WEDNESDAY, taken(None))
MINUTE = timedelta(minutes=1)


def watched(
    *shifts: Shift, now: datetime, stored: tuple[PostAlert, ...] = (), away: tuple[object, ...] = ()
) -> tuple[list[PostAlert], list[PostAlert]]:
    known = table(*shifts, absences=list(away))
    return alerts(known, stored={each.id: each for each in stored}, now=now, posts=POSTS)


def with_entry(which: Shift, *, in_at: datetime | None, out_at: datetime | None = None) -> Shift:
    first, *others = which.seats
    return msgspec.structs.replace(which, seats=[msgspec.structs.replace(first, in_at=in_at, out_at=out_at), *others])


def test_an_empty_post_is_told_sixty_days_ahead_with_who_could_fill_it() -> None:
    assert watched(EMPTY, now=EMPTY.begins - timedelta(days=60, seconds=1)) == ([], [])
    (told,), cleared = watched(EMPTY, now=EMPTY.begins - timedelta(days=60))
    assert (told.kind, told.roles, told.candidates, cleared) == (AlertKind.EMPTY, [SeatRole.LEAD], ["a", "b", "c"], [])


def test_it_is_told_once_and_again_when_others_could_fill_it() -> None:
    now = EMPTY.begins - timedelta(days=3)
    (told,), _ = watched(EMPTY, now=now)
    assert watched(EMPTY, now=now + MINUTE, stored=(told,)) == ([], [])
    (renewed,), _ = watched(EMPTY, now=now + MINUTE, stored=(told,), away=(absence(A, WEDNESDAY),))
    assert (renewed.id, renewed.at, renewed.candidates) == (told.id, now, ["b", "c"])


@pytest.mark.parametrize(
    "filled",
    [
        shift("2", WEDNESDAY, taken(B)),
        shift("2", WEDNESDAY, taken(None), cancelled="停电"),
    ],
)
def test_a_post_that_is_filled_or_cancelled_is_cleared_once(filled: Shift) -> None:
    now = EMPTY.begins - timedelta(days=3)
    told, _ = watched(EMPTY, now=now)
    again, (cleared,) = watched(filled, now=now + MINUTE, stored=tuple(told))
    assert (again, cleared.cleared_at) == ([], now + MINUTE)
    assert watched(filled, now=now + 2 * MINUTE, stored=(cleared,)) == ([], [])


def test_a_shift_at_which_nobody_is_after_ten_minutes_is_unmanned() -> None:
    assert watched(MANNED, now=MANNED.begins + 10 * MINUTE - timedelta(seconds=1)) == ([], [])
    (told,), _ = watched(MANNED, now=MANNED.begins + 10 * MINUTE)
    assert (told.kind, told.roles) == (AlertKind.UNMANNED, [SeatRole.LEAD, SeatRole.STAFF])
    # First those who should be there.
    assert told.candidates[:2] == ["a", "staff"]
    assert set(told.candidates[2:]) >= {"b", "c"}


def test_who_checks_in_clears_it_and_who_leaves_before_the_end_is_missed_after_a_while() -> None:
    begun = MANNED.begins
    told, _ = watched(MANNED, now=begun + 10 * MINUTE)
    here = with_entry(MANNED, in_at=begun + 12 * MINUTE)
    _, cleared = watched(here, now=begun + 13 * MINUTE, stored=tuple(told))
    assert [each.kind for each in cleared] == [AlertKind.UNMANNED]
    left = with_entry(MANNED, in_at=begun, out_at=begun + 60 * MINUTE)
    assert watched(left, now=begun + 69 * MINUTE, stored=tuple(cleared)) == ([], [])
    (again,), _ = watched(left, now=begun + 70 * MINUTE, stored=tuple(cleared))
    assert (again.id, again.cleared_at, again.at) == (told[0].id, None, begun + 70 * MINUTE)


def test_at_the_end_it_is_over_and_a_shift_with_nobody_in_it_is_empty_and_not_unmanned() -> None:
    told, _ = watched(MANNED, now=MANNED.begins + 10 * MINUTE)
    assert watched(MANNED, now=MANNED.ends, stored=tuple(told))[1] != []
    found, _ = watched(EMPTY, now=EMPTY.begins + 20 * MINUTE)
    assert [each.kind for each in found] == [AlertKind.EMPTY]


def test_a_nights_watch_is_unmanned_after_midnight_too() -> None:
    night = shift("n", TUESDAY, taken(A), start=time(17, 30), end=time(8))
    (told,), _ = watched(night, now=night.ends - MINUTE)
    assert told.day == TUESDAY


@given(st.lists(st.integers(-600, 600), max_size=6), st.booleans(), st.booleans())
def test_however_often_it_looks_what_stands_open_is_what_is_wrong_now(
    minutes: list[int], empty: bool, present: bool
) -> None:
    which = shift("1", TUESDAY, taken(A), taken(None if empty else B))
    if present:
        which = with_entry(which, in_at=which.begins)
    stored: dict[str, PostAlert] = {}
    for minute in sorted(minutes):
        now = which.begins + minute * MINUTE
        for _ in range(2):
            told, cleared = watched(which, now=now, stored=tuple(stored.values()))
            stored |= {each.id: each for each in (*told, *cleared)}
        assert (told, cleared) == ([], [])
        standing = {each.kind for each in stored.values() if each.cleared_at is None}
        wanted = {AlertKind.EMPTY} if empty and now < which.ends else set()
        if not present and which.begins + POSTS.patience <= now < which.ends:
            wanted.add(AlertKind.UNMANNED)
        assert standing == wanted
