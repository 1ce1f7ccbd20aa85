"""Counting legal periods: what holds for any calendar, any start, any length and any hearing days."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.common.workdays import Calendar, Due, due, extended
from services.contracts.deadlines import DaySpan, Unit
from tests.unit.common.test_workdays import CALENDAR_DAYS, DAY, WORKING_DAYS, calendar, days_between

# Any calendar of three years whose rests never cover more than a few weeks.
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
ANY_DAY = st.dates(FIRST, LAST)
STARTS = st.dates(FIRST, FIRST + 400 * DAY)
LENGTHS = st.integers(1, 90)
MONTH_COUNT = 8
PERIODS = st.one_of(
    st.tuples(st.sampled_from([CALENDAR_DAYS, WORKING_DAYS]), st.integers(0, 90)),
    st.tuples(st.just(Unit.MONTHS), st.integers(0, MONTH_COUNT)),
)
SPANS = st.lists(
    st.builds(
        lambda first, days: DaySpan(first=first, last=first + days * DAY, reason="听证"),
        first=st.dates(FIRST, FIRST + 500 * DAY),
        days=st.integers(0, 12),
    ),
    max_size=5,
)
CALENDARS = st.builds(
    calendar,
    first=st.just(FIRST),
    last=st.just(LAST),
    rests=st.dictionaries(ANY_DAY, st.sampled_from(["春节", "国庆节"]), max_size=60),
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


def counted(
    start: date,
    period: tuple[Unit, int],
    held: Calendar,
    *,
    roll_forward: bool = True,
    excluded: list[DaySpan] | None = None,
) -> Due:
    unit, length = period
    return due(start=start, length=length, unit=unit, calendar=held, roll_forward=roll_forward, excluded=excluded or [])


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS)
def test_a_rolled_period_ends_on_a_working_day_that_counts_and_never_before_its_nominal_day(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan]
) -> None:
    found = counted(start, period, held, excluded=excluded)
    assert start <= found.nominal <= found.effective
    assert held.is_workday(found.effective)
    assert not any(span.first <= found.effective <= span.last for span in excluded)


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS)
def test_without_rolling_a_period_ends_on_its_nominal_day(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan]
) -> None:
    plain = counted(start, period, held, roll_forward=False, excluded=excluded)
    assert plain.effective == plain.nominal == counted(start, period, held, excluded=excluded).nominal


@given(start=STARTS, later=st.integers(0, 60), period=PERIODS, held=CALENDARS, excluded=SPANS)
def test_a_later_start_never_ends_earlier(
    start: date, later: int, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan]
) -> None:
    # Months that end with the month have several starts for one end, of which hearings may lie after the first alone.
    spans = [] if period[0] is Unit.MONTHS else excluded
    early, late = (counted(each, period, held, excluded=spans) for each in (start, start + later * DAY))
    assert early.nominal <= late.nominal
    assert early.effective <= late.effective


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS)
def test_a_longer_period_never_ends_earlier(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan]
) -> None:
    unit, length = period
    short, long = (counted(start, (unit, each), held, excluded=excluded) for each in (length, length + 1))
    assert short.nominal <= long.nominal
    assert short.effective <= long.effective
    assert length == 0 or short.nominal < long.nominal


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS, more=SPANS)
def test_more_excluded_days_never_shorten_a_period(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan], more: list[DaySpan]
) -> None:
    few, many = (counted(start, period, held, excluded=each) for each in (excluded, excluded + more))
    assert few.nominal <= many.nominal
    assert few.effective <= many.effective


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS)
def test_the_order_of_excluded_spans_makes_no_difference(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan]
) -> None:
    assert counted(start, period, held, excluded=excluded) == counted(start, period, held, excluded=excluded[::-1])


@given(
    start=STARTS, length=LENGTHS, unit=st.sampled_from([CALENDAR_DAYS, WORKING_DAYS]), held=CALENDARS, excluded=SPANS
)
def test_skipped_and_counted_days_make_up_the_whole_period(
    start: date, length: int, unit: Unit, held: Calendar, excluded: list[DaySpan]
) -> None:
    found = counted(start, (unit, length), held, excluded=excluded)
    whole = days_between(start + DAY, found.effective)
    skipped = [day for span in found.skipped for day in days_between(span.first, span.last)]
    assert skipped == sorted(set(skipped))
    assert set(skipped) < set(whole)
    # Of a rolled period the working day onto which it was rolled stands for the rest day that was counted last.
    assert len(whole) == len(skipped) + length


@given(
    start=STARTS,
    length=LENGTHS,
    unit=st.sampled_from([CALENDAR_DAYS, WORKING_DAYS]),
    held=CALENDARS,
    roll_forward=st.booleans(),
)
def test_provisional_tells_whether_the_period_touches_a_provisional_day(
    start: date, length: int, unit: Unit, held: Calendar, roll_forward: bool
) -> None:
    found = due(start=start, length=length, unit=unit, calendar=held, roll_forward=roll_forward)
    touched = days_between(start + DAY, found.effective)
    assert found.provisional == any(held.day(day).provisional for day in touched)


@given(start=STARTS, period=PERIODS, held=CALENDARS, excluded=SPANS, days=st.integers(1, 90), fewer=st.integers(0, 89))
def test_an_extension_lengthens_by_its_days_and_a_longer_one_never_by_less(
    start: date, period: tuple[Unit, int], held: Calendar, excluded: list[DaySpan], days: int, fewer: int
) -> None:
    base = counted(start, period, held, excluded=excluded)
    longer = extended(base=base, days=days, calendar=held, roll_forward=True)
    assert longer.nominal == base.nominal + days * DAY
    assert longer.effective >= longer.nominal
    assert held.is_workday(longer.effective)
    assert extended(base=base, days=min(days, fewer), calendar=held, roll_forward=True).effective <= longer.effective
