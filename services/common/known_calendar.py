"""The calendar that two libraries know, asked here and nowhere else.

``chinese_calendar`` carries the yearly notices of the State Council's office, with every swapped rest day and
make-up workday; it is firm. For later years ``holidays`` computes the statutory days (《全国年节及纪念日放假办法》)
without any swap; that is provisional, until the year's notice is out. Its computed days are never used for a year that
has a notice. Notices that are imported stand in the calendar of deadlines alone.
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
import holidays

from services.common.workdays import Calendar, CalendarDay, DayKind, calendar_of

BOUNDS_FILE = Path(__file__).parent / "calendar.toml"
NOTICES = f"chinesecalendar {version('chinesecalendar')}"
COMPUTED = f"holidays {version('holidays')}"
SATURDAY = 5
SWAP = "休息日"
"""How the name of a day begins that ``holidays`` took from a notice and did not compute."""


def horizon() -> int:
    """The last year of the calendar."""
    return int(tomllib.loads(BOUNDS_FILE.read_text("utf-8"))["horizon"])


@cache
def library_calendar() -> Calendar:
    """All that the libraries know: for days that are only proposed. What is owed is counted by deadlines."""
    return calendar_of(known_days(last_year=horizon()))


def known_days(*, last_year: int) -> Iterator[CalendarDay]:
    """Every day from the first year with a notice to the end of ``last_year``."""
    noticed = {day.year for day in chinese_calendar.holidays}
    statutory = statutory_days(range(max(noticed) + 1, last_year + 1))
    day, end = date(min(noticed), 1, 1), date(last_year, 12, 31)
    while day <= end:
        yield _noticed(day) if day.year in noticed else _computed(day, statutory.get(day))
        day += timedelta(days=1)


def statutory_days(years: Iterable[int]) -> dict[date, str]:
    """The days off by law of these years with their names, computed; without what a notice swaps."""
    found = holidays.country_holidays("CN", years=years, language="zh_CN")
    return {day: name for day, name in found.items() if not name.startswith(SWAP)}


def plain_kind(day: date) -> DayKind:
    """What a day is that no notice names: Monday to Friday are worked."""
    return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKDAY


def _noticed(day: date) -> CalendarDay:
    if day in chinese_calendar.workdays:
        kind, holiday = DayKind.MAKEUP, chinese_calendar.workdays[day]
    elif day in chinese_calendar.in_lieu_days:
        kind, holiday = DayKind.SWAPPED, chinese_calendar.in_lieu_days[day]
    elif day in chinese_calendar.holidays:
        kind, holiday = DayKind.HOLIDAY, chinese_calendar.holidays[day]
    else:
        return CalendarDay(day=day, kind=plain_kind(day), name=None, source=NOTICES, provisional=False)
    name = chinese_calendar.Holiday(holiday).chinese
    return CalendarDay(day=day, kind=kind, name=name, source=NOTICES, provisional=False)


def _computed(day: date, name: str | None) -> CalendarDay:
    kind = DayKind.HOLIDAY if name else plain_kind(day)
    return CalendarDay(day=day, kind=kind, name=name, source=COMPUTED, provisional=True)
