"""Cursors: they say nothing to whoever reads them, and end when what they stand for is not kept."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.changes import KEPT
from gateway.subscriptions.positions import Cursors, Position, ResumeTooOld

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
CURSORS = Cursors("0" * 64)
numbers = st.integers(min_value=0, max_value=2**62)


@given(xid=numbers, seq=numbers)
def test_a_cursor_opens_to_the_place_that_was_sealed(xid: int, seq: int) -> None:
    cursor = CURSORS.seal("611021", Position(xid, seq), at=NOW)
    assert CURSORS.open("611021", cursor, now=NOW).position == Position(xid, seq)
    assert cursor == CURSORS.seal("611021", Position(xid, seq), at=NOW)


def test_neighbours_look_like_strangers() -> None:
    """Whoever could read the numbers would know how much happened between two events that he may know of."""
    here, there = (base64.urlsafe_b64decode(CURSORS.seal("611021", Position(100, seq), at=NOW)) for seq in (7, 8))
    assert b"100" not in here
    assert sum(one == other for one, other in zip(here, there, strict=True)) < len(here) / 4


def test_a_cursor_that_is_older_than_what_is_kept_asks_for_a_new_beginning() -> None:
    cursor = CURSORS.seal("611021", Position(1, 1), at=NOW)
    assert CURSORS.open("611021", cursor, now=NOW + KEPT).at == NOW
    with pytest.raises(ResumeTooOld) as refusal:
        CURSORS.open("611021", cursor, now=NOW + KEPT + timedelta(seconds=1))
    assert refusal.value.code == "RESUME_TOO_OLD"


@pytest.mark.parametrize("cursor", ["", "x", "中文", "AAAA", base64.urlsafe_b64encode(b"0" * 64).decode()])
def test_what_is_no_cursor_of_ours_asks_for_it_too(cursor: str) -> None:
    with pytest.raises(ResumeTooOld):
        CURSORS.open("611021", cursor, now=NOW)


def test_a_cursor_is_of_its_county_and_of_its_key() -> None:
    cursor = CURSORS.seal("611021", Position(1, 1), at=NOW)
    with pytest.raises(ResumeTooOld):
        CURSORS.open("611022", cursor, now=NOW)
    with pytest.raises(ResumeTooOld):
        Cursors("1" * 64).open("611021", cursor, now=NOW)
