"""Of which years the other parts are told, and that they then count by them."""

from datetime import date, timedelta

import msgspec

from services.common.told_calendar import told_calendar
from services.common.workdays import Calendar, CalendarDay, DayKind, calendar_of
from services.contracts.calendar import CalendarYear
from services.deadlines.telling_calendar import told_years


def known(first: int, last: int, source: str = "library 1") -> dict[date, CalendarDay]:
    days = (date(first, 1, 1) + timedelta(days=n) for n in range((date(last, 12, 31) - date(first, 1, 1)).days + 1))
    return {
        day: CalendarDay(day=day, kind=DayKind.WORKDAY, name=None, source=source, provisional=False) for day in days
    }


LIBRARY = calendar_of(known(2026, 2028).values())


def with_day(calendar: Calendar, day: date, kind: DayKind, name: str | None = "国庆节") -> Calendar:
    changed = msgspec.structs.replace(calendar.days[day], kind=kind, name=name, source="notice")
    return Calendar(days={**calendar.days, day: changed})


def years(calendar: Calendar, told: list[CalendarYear] | None = None) -> list[CalendarYear]:
    return told_years(calendar=calendar, library=LIBRARY, told=told or [])


def test_what_the_libraries_say_is_not_told_whatever_its_source() -> None:
    assert years(calendar_of(known(2026, 2028, source="library 2").values())) == []


def test_a_year_is_told_whole_and_once() -> None:
    calendar = with_day(LIBRARY, date(2027, 10, 1), DayKind.HOLIDAY)
    (told,) = years(calendar)
    assert (told.year, len(told.days)) == (2027, 365)
    assert years(calendar, [told]) == []


def test_a_year_that_the_libraries_do_not_know_is_told() -> None:
    assert [year.year for year in years(calendar_of(known(2026, 2029).values()))] == [2029]


def test_what_was_told_is_corrected_also_back_to_what_the_libraries_say() -> None:
    (told,) = years(with_day(LIBRARY, date(2027, 10, 1), DayKind.HOLIDAY))
    (again,) = years(LIBRARY, [told])
    assert {day.kind for day in again.days} == {"WORKDAY"}


def test_others_count_by_what_they_were_told() -> None:
    day = date(2026, 11, 24)
    off = CalendarYear(year=2026, days=[])
    assert told_calendar(years=[off], regime=None, tenant=None).is_workday(day)
    (told,) = years(with_day(LIBRARY, day, DayKind.HOLIDAY))
    calendar = told_calendar(years=[told], regime=None, tenant=None)
    assert not calendar.is_workday(day)
    assert calendar.day(day).source == "notice"
