"""Lock-out: so many wrong passwords, then none for a while; no more at once than one after the other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.attempts import Attempts, Limit

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LOCK = timedelta(minutes=15)
LIMIT = Limit(most=3, lock=LOCK)


def after(*minutes: float, limit: Limit = LIMIT) -> list[Attempts | None]:
    """What came of a wrong password in each of these minutes."""
    found: list[Attempts | None] = []
    attempts = Attempts()
    for minute in minutes:
        tried = attempts.tried(now=NOW + timedelta(minutes=minute), limit=limit)
        found.append(tried)
        attempts = tried or attempts
    return found


def test_the_last_wrong_password_locks_and_the_next_is_not_tried() -> None:
    first, second, third, fourth = after(0, 1, 2, 3)
    assert [one.tries for one in (first, second, third) if one] == [1, 2, 3]
    assert first is not None
    assert first.locked_until is None
    assert third is not None
    assert third.locked_until == NOW + timedelta(minutes=2) + LOCK
    assert fourth is None


def test_a_lock_ends_and_the_count_begins_anew() -> None:
    *_, locked, last = after(0, 0, 0, 14.99, 15)
    assert locked is None
    assert last is not None
    assert (last.tries, last.locked_until) == (1, None)


def test_old_wrong_passwords_no_longer_count() -> None:
    *_, last = after(0, 1, 15)
    assert last is not None
    assert last.tries == 1
    *_, last = after(0, 1, 14.9)
    assert last is not None
    assert last.tries == 3


def test_the_right_password_clears_what_came_before() -> None:
    assert not Attempts().locked(NOW)
    (tried,) = after(0)
    assert tried is not None
    assert tried != Attempts()


@pytest.mark.parametrize("most", [1, 2, 5, 100])
def test_as_many_are_tried_at_one_moment_as_the_setting_says(most: int) -> None:
    tried = after(*[0] * (most + 10), limit=Limit(most=most, lock=LOCK))
    assert sum(one is not None for one in tried) == most


@given(st.lists(st.floats(0, 600), min_size=1, max_size=80).map(sorted), st.integers(1, 6))
def test_in_no_stretch_of_a_lock_are_more_than_twice_as_many_tried(minutes: list[float], most: int) -> None:
    """Once more than ``most`` at the seam of two counts; never without end."""
    tried = after(*minutes, limit=Limit(most=most, lock=LOCK))
    counted = [minute for minute, one in zip(minutes, tried, strict=True) if one is not None]
    for minute in counted:
        assert sum(minute <= other < minute + 15 for other in counted) < 2 * most
