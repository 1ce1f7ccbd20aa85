"""Counting legal periods: the vectors of 2026 (computed by hand from that year's notice), and each rule at its edge."""

from datetime import date, timedelta

import pytest

from services.common.workdays import (
    Calendar,
    CalendarDay,
    DayKind,
    Due,
    OutsideCalendar,
    calendar_of,
    due,
    due_on,
    extended,
    with_holidays,
)
from services.contracts.deadlines import DaySpan, Unit
from services.contracts.rules import LocalHoliday

DAY = timedelta(days=1)
CALENDAR_DAYS, WORKING_DAYS, MONTHS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS
COUNTED = [unit for unit in Unit if not unit.of_instants]

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


def calendar(
    *, first: date, last: date, rests: dict[date, str], makeups: set[date], provisional: set[date]
) -> Calendar:
    def kind(day: date) -> DayKind:
        if day in makeups:
            return DayKind.MAKEUP
        if day in rests:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY

    return calendar_of(
        CalendarDay(day=day, kind=kind(day), name=rests.get(day), source="test", provisional=day in provisional)
        for day in days_between(first, last)
    )


YEAR_2026 = calendar(
    first=date(2025, 11, 1),
    last=date(2027, 3, 31),
    rests={
        day: name
        for name, first, last in RESTS_2026
        for day in days_between(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    }
    | {date(2027, 1, 1): "元旦"},
    makeups={date.fromisoformat(f"2026-{day}") for day in MAKEUPS_2026},
    provisional=set(days_between(date(2027, 1, 1), date(2027, 3, 31))),
)


def counted(start: str, length: int, unit: Unit, *excluded: DaySpan, roll_forward: bool = True) -> Due:
    return due(
        start=date.fromisoformat(start),
        length=length,
        unit=unit,
        calendar=YEAR_2026,
        roll_forward=roll_forward,
        excluded=excluded,
    )


def ends(found: Due) -> tuple[str, str]:
    return found.nominal.isoformat(), found.effective.isoformat()


def span(first: str, last: str, reason: str) -> DaySpan:
    return DaySpan(first=date.fromisoformat(first), last=date.fromisoformat(last), reason=reason)


def skipped(found: Due) -> list[tuple[str, str, str]]:
    return [(each.first.isoformat(), each.last.isoformat(), each.reason) for each in found.skipped]


VECTORS = [
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
]
"""Start, length, unit, nominal and effective last day."""


@pytest.mark.parametrize(("start", "length", "unit", "nominal", "effective"), VECTORS)
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
        first=date(2026, 8, 3), last=date(2026, 8, 7), rests={}, makeups=set(), provisional={date(2026, 8, 3)}
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
@pytest.mark.parametrize("unit", [CALENDAR_DAYS, WORKING_DAYS])
@pytest.mark.parametrize("start", [date(2025, 10, 20), date(2027, 3, 25)])
def test_a_period_that_leaves_the_calendar_is_refused_with_its_bounds(
    start: date, unit: Unit, roll_forward: bool
) -> None:
    with pytest.raises(OutsideCalendar, match="2025-11-01 至 2027-03-31"):
        due(start=start, length=15, unit=unit, calendar=YEAR_2026, roll_forward=roll_forward)


@pytest.mark.parametrize("unit", COUNTED)
def test_a_negative_period_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="正整数"):
        counted("2026-01-05", -1, unit)


@pytest.mark.parametrize("unit", [Unit.HOURS, Unit.MINUTES])
def test_hours_and_minutes_are_not_counted_in_days(unit: Unit) -> None:
    with pytest.raises(ValueError, match="时刻"):
        counted("2026-01-05", 15, unit)


@pytest.mark.parametrize(
    ("start", "length", "nominal", "effective"),
    [
        ("2026-01-05", 1, "2026-02-05", "2026-02-05"),
        ("2026-01-30", 1, "2026-02-28", "2026-02-28"),  # no 30 February; the 28th is a make-up Saturday
        ("2026-01-31", 3, "2026-04-30", "2026-04-30"),
        ("2025-11-30", 3, "2026-02-28", "2026-02-28"),
        ("2025-12-31", 2, "2026-02-28", "2026-02-28"),
        ("2026-02-28", 1, "2026-03-28", "2026-03-30"),  # the corresponding day, not the month's end
        ("2025-11-15", 3, "2026-02-15", "2026-02-24"),
        ("2025-12-05", 12, "2026-12-05", "2026-12-07"),
        ("2026-07-01", 3, "2026-10-01", "2026-10-08"),
    ],
)
def test_months_end_on_the_corresponding_day_or_with_the_month(
    start: str, length: int, nominal: str, effective: str
) -> None:
    assert ends(counted(start, length, MONTHS)) == (nominal, effective)


@pytest.mark.parametrize(
    ("start", "length", "unit", "nominal"),
    [
        ("2024-01-31", 1, MONTHS, "2024-02-29"),
        ("2024-02-29", 12, MONTHS, "2025-02-28"),
        ("2024-02-14", 15, CALENDAR_DAYS, "2024-02-29"),
        ("2024-02-28", 2, CALENDAR_DAYS, "2024-03-01"),
        ("2025-02-28", 1, CALENDAR_DAYS, "2025-03-01"),
    ],
)
def test_leap_days_are_days(start: str, length: int, unit: Unit, nominal: str) -> None:
    plain = calendar(first=date(2024, 1, 1), last=date(2025, 12, 31), rests={}, makeups=set(), provisional=set())
    found = due(start=date.fromisoformat(start), length=length, unit=unit, calendar=plain, roll_forward=False)
    assert found.nominal.isoformat() == nominal


@pytest.mark.parametrize("unit", COUNTED)
def test_length_zero_ends_on_the_same_day_and_rolls_past_rest_days(unit: Unit) -> None:
    assert ends(counted("2026-01-05", 0, unit)) == ("2026-01-05", "2026-01-05")
    assert ends(counted("2026-01-10", 0, unit)) == ("2026-01-10", "2026-01-12")
    assert skipped(counted("2026-01-10", 0, unit)) == [("2026-01-10", "2026-01-11", "周末")]
    assert ends(counted("2026-01-10", 0, unit, roll_forward=False)) == ("2026-01-10", "2026-01-10")
    assert ends(counted("2026-02-14", 0, unit)) == ("2026-02-14", "2026-02-14")


def test_what_working_days_pass_over_is_named_and_make_up_days_are_not() -> None:
    assert skipped(counted("2026-02-12", 5, WORKING_DAYS)) == [("2026-02-15", "2026-02-23", "春节")]
    assert skipped(counted("2026-01-30", 20, WORKING_DAYS)) == [
        ("2026-01-31", "2026-02-01", "周末"),
        ("2026-02-07", "2026-02-08", "周末"),
        ("2026-02-15", "2026-02-23", "春节"),
        ("2026-03-01", "2026-03-01", "周末"),
    ]


def test_of_calendar_days_only_what_was_rolled_over_is_named() -> None:
    assert skipped(counted("2026-01-20", 60, CALENDAR_DAYS)) == [("2026-03-21", "2026-03-22", "周末")]
    assert skipped(counted("2026-02-02", 15, CALENDAR_DAYS)) == [("2026-02-17", "2026-02-23", "春节")]
    assert skipped(counted("2026-02-02", 15, CALENDAR_DAYS, roll_forward=False)) == []
    assert skipped(counted("2026-01-05", 15, CALENDAR_DAYS)) == []


def test_a_swapped_day_says_so_and_parts_the_span() -> None:
    days = [
        CalendarDay(day=date(2026, 10, 5), kind=DayKind.HOLIDAY, name="国庆节", source="test", provisional=False),
        CalendarDay(day=date(2026, 10, 6), kind=DayKind.SWAPPED, name="国庆节", source="test", provisional=False),
        CalendarDay(day=date(2026, 10, 7), kind=DayKind.SWAPPED, name="国庆节", source="test", provisional=False),
    ]
    found = due(
        start=date(2026, 9, 5),
        length=1,
        unit=MONTHS,
        calendar=Calendar(days={**YEAR_2026.days, **{day.day: day for day in days}}),
        roll_forward=True,
    )
    assert skipped(found) == [
        ("2026-10-05", "2026-10-05", "国庆节"),
        ("2026-10-06", "2026-10-07", "国庆节（调休）"),
    ]


HEARING = span("2026-03-10", "2026-03-12", "听证")


def test_hearing_days_do_not_count_in_any_unit() -> None:
    assert ends(counted("2026-03-02", 15, CALENDAR_DAYS)) == ("2026-03-17", "2026-03-17")
    found = counted("2026-03-02", 15, CALENDAR_DAYS, HEARING)
    assert ends(found) == ("2026-03-20", "2026-03-20")
    assert skipped(found) == [("2026-03-10", "2026-03-12", "听证")]
    assert ends(counted("2026-03-02", 10, WORKING_DAYS, HEARING)) == ("2026-03-19", "2026-03-19")
    assert ends(counted("2026-02-23", 1, MONTHS, HEARING)) == ("2026-03-26", "2026-03-26")


@pytest.mark.parametrize(
    ("hearing", "nominal"),
    [
        (span("2026-02-20", "2026-03-02", "听证"), "2026-03-17"),  # before, and on the day of the event
        (span("2026-02-20", "2026-03-03", "听证"), "2026-03-18"),  # half before
        (span("2026-03-18", "2026-03-25", "听证"), "2026-03-17"),  # after the end
        (span("2026-03-17", "2026-03-19", "听证"), "2026-03-20"),  # from the last day on
        (span("2026-03-16", "2026-03-16", "听证"), "2026-03-18"),
    ],
)
def test_only_hearing_days_within_the_period_lengthen_it(hearing: DaySpan, nominal: str) -> None:
    assert counted("2026-03-02", 15, CALENDAR_DAYS, hearing).nominal.isoformat() == nominal


def test_a_hearing_after_the_end_is_not_named() -> None:
    assert skipped(counted("2026-03-02", 15, CALENDAR_DAYS, span("2026-03-18", "2026-03-25", "听证"))) == []


def test_a_hearing_in_the_days_that_another_one_added_counts_too() -> None:
    later = span("2026-03-19", "2026-03-19", "第二次听证")
    assert ends(counted("2026-03-02", 15, CALENDAR_DAYS, later, HEARING)) == ("2026-03-21", "2026-03-23")


def test_overlapping_hearings_count_each_day_once() -> None:
    overlapping = span("2026-03-11", "2026-03-13", "补充听证")
    found = counted("2026-03-02", 15, CALENDAR_DAYS, HEARING, overlapping)
    assert found.nominal == date(2026, 3, 21)
    assert skipped(found) == [
        ("2026-03-10", "2026-03-12", "听证"),
        ("2026-03-13", "2026-03-13", "补充听证"),
        ("2026-03-21", "2026-03-22", "周末"),
    ]


def test_a_period_does_not_roll_onto_a_hearing_day() -> None:
    found = counted("2026-03-06", 15, CALENDAR_DAYS, span("2026-03-23", "2026-03-24", "听证"))
    assert ends(found) == ("2026-03-21", "2026-03-25")
    assert skipped(found) == [("2026-03-21", "2026-03-22", "周末"), ("2026-03-23", "2026-03-24", "听证")]


def test_a_hearing_on_rest_days_costs_working_days_nothing() -> None:
    weekend = span("2026-03-07", "2026-03-08", "听证")
    found = counted("2026-03-02", 10, WORKING_DAYS, weekend)
    assert found.effective == counted("2026-03-02", 10, WORKING_DAYS).effective
    assert skipped(found) == [("2026-03-07", "2026-03-08", "听证"), ("2026-03-14", "2026-03-15", "周末")]


def test_an_extension_is_counted_from_the_nominal_day_and_rolled_at_its_end() -> None:
    base = counted("2025-12-17", 60, CALENDAR_DAYS)
    assert ends(base) == ("2026-02-15", "2026-02-24")
    longer = extended(base=base, days=30, calendar=YEAR_2026, roll_forward=True)
    assert ends(longer) == ("2026-03-17", "2026-03-17")
    assert skipped(longer) == []
    rolled = extended(base=base, days=20, calendar=YEAR_2026, roll_forward=True)
    assert ends(rolled) == ("2026-03-07", "2026-03-09")
    assert skipped(rolled) == [("2026-03-07", "2026-03-08", "周末")]
    assert ends(extended(base=base, days=20, calendar=YEAR_2026, roll_forward=False)) == ("2026-03-07", "2026-03-07")


def test_an_extension_keeps_what_was_excluded_and_what_was_provisional() -> None:
    base = counted("2026-02-19", 15, CALENDAR_DAYS, HEARING, span("2026-03-06", "2026-03-06", "听证"))
    longer = extended(base=base, days=20, calendar=YEAR_2026, roll_forward=True)
    assert skipped(longer)[0] == ("2026-03-06", "2026-03-06", "听证")
    assert not longer.provisional
    assert extended(base=base, days=300, calendar=YEAR_2026, roll_forward=True).provisional
    unsure = Due(nominal=date(2026, 3, 6), effective=date(2026, 3, 6), provisional=True)
    assert extended(base=unsure, days=1, calendar=YEAR_2026, roll_forward=True).provisional


def test_a_local_holiday_rests_and_is_named() -> None:
    festival = LocalHoliday(day=date(2026, 1, 20), name="县庆日")
    local = with_holidays(YEAR_2026, [festival])
    found = due(start=date(2026, 1, 5), length=15, unit=CALENDAR_DAYS, calendar=local, roll_forward=True)
    assert ends(found) == ("2026-01-20", "2026-01-21")
    assert skipped(found) == [("2026-01-20", "2026-01-20", "县庆日")]
    assert YEAR_2026.is_workday(date(2026, 1, 20))


def test_a_local_holiday_overlays_a_make_up_day_and_leaves_rest_days_as_they_are() -> None:
    local = with_holidays(
        YEAR_2026,
        [
            LocalHoliday(day=date(2026, 2, 14), name="县庆日"),
            LocalHoliday(day=date(2026, 2, 17), name="县庆日"),
            LocalHoliday(day=date(2040, 1, 1), name="县庆日"),
        ],
    )
    assert not local.is_workday(date(2026, 2, 14))
    assert local.day(date(2026, 2, 17)).name == "春节"
    assert date(2040, 1, 1) not in local.days


def test_without_local_holidays_the_calendar_is_the_same() -> None:
    assert with_holidays(YEAR_2026, []) is YEAR_2026
