"""Counting legal periods: the vectors of 2026 (computed by hand from that year's notice), and what always holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.workdays import Calendar, CalendarDay, DayKind, OutsideCalendar, calendar_of, due, due_on
from services.contracts.deadlines import Unit

DAY = timedelta(days=1)
CALENDAR_DAYS, WORKING_DAYS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS

RESTS_2026 = [
    ("元旦", "01-01", "01-03"),
    ("春节", "02-15", "02-23"),
    ("清明节", "04-04", "04-06"),
    ("劳动节", "05-01", "05-05"),
    ("端午节", "06-19", "06-21"),
    ("中秋节", "09-25", "09-27"),
    ("国庆节", "10-01", "10-07"),
]
MAKEUPS_2026 = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def days_between(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def calendar(*, first: date, last: date, rests: set[date], makeups: set[date], provisional: set[date]) -> Calendar:
    def kind(day: date) -> DayKind:
        if day in makeups:
            return DayKind.MAKEUP
        if day in rests:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY

    return calendar_of(
        CalendarDay(day=day, kind=kind(day), name=None, source="test", provisional=day in provisional)
        for day in days_between(first, last)
    )


YEAR_2026 = calendar(
    first=date(2025, 12, 1),
    last=date(2027, 3, 31),
    rests={
        day
        for _, first, last in RESTS_2026
        for day in days_between(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    }
    | {date(2027, 1, 1)},
    makeups={date.fromisoformat(f"2026-{day}") for day in MAKEUPS_2026},
    provisional=set(days_between(date(2027, 1, 1), date(2027, 3, 31))),
)


@pytest.mark.parametrize(
    ("start", "length", "unit", "nominal", "effective"),
    [
        ("2026-01-05", 15, CALENDAR_DAYS, "2026-01-20", "2026-01-20"),
        ("2026-02-02", 15, CALENDAR_DAYS, "2026-02-17", "2026-02-24"),
        ("2025-12-17", 60, CALENDAR_DAYS, "2026-02-15", "2026-02-24"),
        ("2026-01-20", 60, CALENDAR_DAYS, "2026-03-21", "2026-03-23"),
        ("2026-08-03", 60, CALENDAR_DAYS, "2026-10-02", "2026-10-08"),
        ("2026-04-01", 30, CALENDAR_DAYS, "2026-05-01", "2026-05-06"),
        ("2026-07-03", 90, CALENDAR_DAYS, "2026-10-01", "2026-10-08"),
        ("2026-02-12", 5, WORKING_DAYS, "2026-02-26", "2026-02-26"),
        ("2026-04-29", 5, WORKING_DAYS, "2026-05-09", "2026-05-09"),
        ("2026-09-18", 5, WORKING_DAYS, "2026-09-24", "2026-09-24"),
        ("2026-09-29", 5, WORKING_DAYS, "2026-10-12", "2026-10-12"),
        ("2026-01-30", 20, WORKING_DAYS, "2026-03-05", "2026-03-05"),
        ("2026-04-20", 15, WORKING_DAYS, "2026-05-13", "2026-05-13"),
    ],
)
def test_periods_of_2026_end_where_the_notice_puts_them(
    start: str, length: int, unit: Unit, nominal: str, effective: str
) -> None:
    found = due(start=date.fromisoformat(start), length=length, unit=unit, calendar=YEAR_2026, roll_forward=True)
    assert (found.nominal.isoformat(), found.effective.isoformat()) == (nominal, effective)
    assert not found.provisional


def test_a_last_day_that_is_a_make_up_saturday_is_not_rolled() -> None:
    found = due(start=date(2026, 2, 13), length=15, unit=CALENDAR_DAYS, calendar=YEAR_2026, roll_forward=True)
    assert found.nominal == found.effective == date(2026, 2, 28)


def test_a_period_into_a_year_without_notice_is_provisional() -> None:
    def ninety_days_from(start: date) -> tuple[date, bool]:
        found = due(start=start, length=90, unit=CALENDAR_DAYS, calendar=YEAR_2026, roll_forward=True)
        return found.effective, found.provisional

    assert ninety_days_from(date(2026, 10, 2)) == (date(2026, 12, 31), False)
    assert ninety_days_from(date(2026, 10, 3)) == (date(2027, 1, 4), True)


def test_the_day_of_the_event_itself_is_not_looked_at() -> None:
    week = calendar(
        first=date(2026, 8, 3), last=date(2026, 8, 7), rests=set(), makeups=set(), provisional={date(2026, 8, 3)}
    )
    for start in (date(2026, 8, 2), date(2026, 8, 3)):
        found = due(start=start, length=3, unit=CALENDAR_DAYS, calendar=week, roll_forward=True)
        assert found.provisional == (start == date(2026, 8, 2))


def test_without_rolling_the_nominal_day_decides() -> None:
    found = due(start=date(2026, 2, 2), length=15, unit=CALENDAR_DAYS, calendar=YEAR_2026, roll_forward=False)
    assert found.nominal == found.effective == date(2026, 2, 17)


def test_a_named_last_day_is_rolled_like_a_counted_one() -> None:
    found = due_on(start=date(2026, 9, 1), day=date(2026, 10, 1), calendar=YEAR_2026, roll_forward=True)
    assert (found.nominal, found.effective) == (date(2026, 10, 1), date(2026, 10, 8))


@pytest.mark.parametrize("roll_forward", [True, False])
@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("start", [date(2025, 11, 20), date(2027, 3, 25)])
def test_a_period_that_leaves_the_calendar_is_refused_with_its_bounds(
    start: date, unit: Unit, roll_forward: bool
) -> None:
    with pytest.raises(OutsideCalendar, match="2025-12-01 至 2027-03-31"):
        due(start=start, length=15, unit=unit, calendar=YEAR_2026, roll_forward=roll_forward)


@pytest.mark.parametrize("length", [0, -1])
@pytest.mark.parametrize("unit", Unit)
def test_a_period_without_length_is_refused(length: int, unit: Unit) -> None:
    with pytest.raises(ValueError, match="正整数"):
        due(start=date(2026, 1, 5), length=length, unit=unit, calendar=YEAR_2026, roll_forward=True)


# Any calendar of two years whose rests never cover more than a few weeks.
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
ANY_DAY = st.dates(FIRST, LAST)
STARTS = st.dates(FIRST, FIRST + 300 * DAY)
LENGTHS = st.integers(1, 90)
CALENDARS = st.builds(
    calendar,
    first=st.just(FIRST),
    last=st.just(LAST),
    rests=st.sets(ANY_DAY, max_size=60),
    makeups=st.sets(ANY_DAY, max_size=30),
    provisional=st.sets(ANY_DAY, max_size=20),
)


@given(start=STARTS, length=LENGTHS, held=CALENDARS)
def test_calendar_days_end_on_the_first_working_day_from_the_nominal_one(
    start: date, length: int, held: Calendar
) -> None:
    found = due(start=start, length=length, unit=CALENDAR_DAYS, calendar=held, roll_forward=True)
    assert (found.nominal - start).days == length
    assert found.effective >= found.nominal
    assert held.is_workday(found.effective)
    assert not any(held.is_workday(day) for day in days_between(found.nominal, found.effective - DAY))


@given(start=STARTS, length=LENGTHS, held=CALENDARS, roll_forward=st.booleans())
def test_working_days_after_the_start_up_to_the_last_are_as_many_as_the_length(
    start: date, length: int, held: Calendar, roll_forward: bool
) -> None:
    found = due(start=start, length=length, unit=WORKING_DAYS, calendar=held, roll_forward=roll_forward)
    assert sum(held.is_workday(day) for day in days_between(start + DAY, found.effective)) == length
    assert held.is_workday(found.effective)
    assert found.nominal == found.effective


@given(start=STARTS, later=st.integers(0, 60), length=LENGTHS, unit=st.sampled_from(Unit), held=CALENDARS)
def test_a_later_start_never_ends_earlier(start: date, later: int, length: int, unit: Unit, held: Calendar) -> None:
    early, late = (
        due(start=each, length=length, unit=unit, calendar=held, roll_forward=True)
        for each in (start, start + later * DAY)
    )
    assert early.nominal <= late.nominal
    assert early.effective <= late.effective


@given(start=STARTS, length=st.integers(1, 89), unit=st.sampled_from(Unit), held=CALENDARS)
def test_a_longer_period_never_ends_earlier(start: date, length: int, unit: Unit, held: Calendar) -> None:
    short, long = (
        due(start=start, length=each, unit=unit, calendar=held, roll_forward=True) for each in (length, length + 1)
    )
    assert short.nominal < long.nominal
    assert short.effective <= long.effective


@given(start=STARTS, length=LENGTHS, unit=st.sampled_from(Unit), held=CALENDARS, roll_forward=st.booleans())
def test_provisional_tells_whether_the_period_touches_a_provisional_day(
    start: date, length: int, unit: Unit, held: Calendar, roll_forward: bool
) -> None:
    found = due(start=start, length=length, unit=unit, calendar=held, roll_forward=roll_forward)
    touched = days_between(start + DAY, found.effective)
    assert found.provisional == any(held.day(day).provisional for day in touched)
