"""What the sweep is to know of a clock, and what counts as told when its levels move."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.deadlines import Binding, Bound, Clock, Event, Level, Mark, Obligation, Unit
from services.deadlines.watch import told_count, watch_row

DAY = timedelta(days=1)
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
LEVELS: list[Level] = [level for level in Level if level is not Level.LAPSED]


def marks(*, begin: datetime = BEGIN, every: timedelta = DAY, levels: list[Level] = LEVELS) -> list[Mark]:
    return [Mark(level=level, at=begin + number * every) for number, level in enumerate(levels)]


def clock(**changes: Any) -> Clock:
    base = Clock(
        id="clock", petition_id="case", petition_number="2026-1", referral_id=None, owner="jtj",
        obligation=Obligation.HANDLING, rule="r", basis="b", binding=Binding.LEGAL, legal=None, internal=None,
        starts_on=date(2026, 8, 1), due_on=date(2026, 8, 4), effective_due_on=date(2026, 8, 4),
        due_at=BEGIN + 4 * DAY, provisional=False, lapses=False, marks=marks(), met_on=None, cancelled=False,
        first_receiver="王登记",
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


def bound(first: date, last: date) -> Bound:
    return Bound(
        rule="r", basis="b", starts=Event.PETITION_RECEIVED, starts_on=first, length=15, unit=Unit.CALENDAR_DAYS,
        due_on=last, effective_due_on=last, provisional=False,
    )  # fmt: skip


def test_a_clock_of_which_nothing_was_told_waits_for_its_first_level_even_if_that_is_past() -> None:
    row = watch_row(clock(), told=None, now=BEGIN + 30 * DAY)
    assert (row["told"], row["next_at"]) == (0, BEGIN)


def test_what_was_told_and_has_still_passed_is_not_told_again() -> None:
    row = watch_row(clock(), told=Level.SECOND_WARNING, now=BEGIN + 30 * DAY)
    assert (row["told"], row["next_at"]) == (2, BEGIN + 2 * DAY)


def test_a_clock_that_got_more_time_waits_for_the_levels_that_come_again() -> None:
    longer = clock(marks=marks(begin=BEGIN, every=10 * DAY))
    row = watch_row(longer, told=Level.OVERDUE, now=BEGIN + 11 * DAY)
    assert (row["told"], row["next_at"]) == (2, BEGIN + 20 * DAY)


def test_levels_are_known_by_name_where_the_new_period_has_fewer_of_them() -> None:
    short = clock(marks=marks(levels=[Level.DUE_TODAY, Level.OVERDUE, Level.TO_HEAD]))
    row = watch_row(short, told=Level.LAST_WARNING, now=BEGIN + 30 * DAY)
    assert (row["told"], row["next_at"]) == (0, BEGIN), "three warnings told are not three of these"


def test_nothing_is_to_come_of_a_clock_that_is_met_cancelled_paused_or_told_to_the_end() -> None:
    late = BEGIN + 30 * DAY
    ended = [
        clock(met_on=date(2026, 8, 2)),
        clock(cancelled=True),
        clock(paused_since=date(2026, 8, 2), marks=[]),
    ]
    assert [watch_row(each, told=None, now=late)["next_at"] for each in ended] == [None, None, None]
    assert [watch_row(each, told=None, now=late)["open"] for each in ended] == [False, False, True]
    assert watch_row(clock(), told=Level.TO_COUNTY, now=late)["next_at"] is None


def test_the_days_hold_both_limits_and_the_last_level() -> None:
    both = clock(legal=bound(date(2026, 7, 1), date(2026, 9, 30)), internal=bound(date(2026, 7, 3), date(2026, 8, 4)))
    row = watch_row(both, told=None, now=BEGIN)
    assert (row["starts_on"], row["ends_on"]) == (date(2026, 7, 1), date(2026, 9, 30))
    row = watch_row(clock(marks=marks(every=20 * DAY)), told=None, now=BEGIN)
    assert row["ends_on"] == date(2026, 11, 29)


@given(
    told=st.none() | st.sampled_from(LEVELS),
    passed=st.integers(-1, 9),
    levels=st.lists(st.sampled_from(LEVELS), unique=True).map(lambda found: [one for one in LEVELS if one in found]),
)
def test_no_level_is_passed_over_and_none_beyond_the_last_told_counts(
    told: Level | None, passed: int, levels: list[Level]
) -> None:
    given_clock = clock(marks=marks(levels=levels))
    now = BEGIN + passed * DAY
    count = told_count(given_clock, told=told, now=now)
    order = list(Level)
    for mark in given_clock.marks[:count]:
        assert told is not None
        assert mark.at <= now
        assert order.index(mark.level) <= order.index(told)
    if count < len(levels):
        following = given_clock.marks[count]
        assert following.at > now or told is None or order.index(following.level) > order.index(told)
