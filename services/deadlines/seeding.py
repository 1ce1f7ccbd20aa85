"""Where the calendar comes from: two libraries, asked here and nowhere else.

``chinese_calendar`` carries the yearly notices of the State Council's office, with every swapped rest day and
make-up workday; it is firm. For later years ``holidays`` computes the statutory days (《全国年节及纪念日放假办法》)
without any swap; that is provisional. Its computed days are never used for a year that has a notice.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
import holidays
import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.workdays import CalendarDay, DayKind
from services.deadlines.model import NATIONAL, calendar_day, load_calendar

BOUNDS_FILE = Path(__file__).parent / "calendar.toml"
NOTICES = f"chinesecalendar {version('chinesecalendar')}"
COMPUTED = f"holidays {version('holidays')}"
SATURDAY = 5


def horizon() -> int:
    """The last year of the calendar."""
    return int(tomllib.loads(BOUNDS_FILE.read_text("utf-8"))["horizon"])


def known_days(*, last_year: int) -> Iterator[CalendarDay]:
    """Every day from the first year with a notice to the end of ``last_year``."""
    noticed = {day.year for day in chinese_calendar.holidays}
    statutory = holidays.country_holidays("CN", years=range(max(noticed) + 1, last_year + 1), language="zh_CN")
    day, end = date(min(noticed), 1, 1), date(last_year, 12, 31)
    while day <= end:
        yield _noticed(day) if day.year in noticed else _computed(day, statutory.get(day))
        day += timedelta(days=1)


def seed(connection: sa.Connection) -> int:
    """Brings the table to what the libraries know, and tells how many days that changed; the next time none.

    A firm day replaces a provisional one, and a newer library may correct an older one's days. A day known from
    elsewhere (an imported notice) stays as it is.
    """
    stored = load_calendar(connection, since=date.min).days
    news = [day for day in known_days(last_year=horizon()) if _replaces(day, stored.get(day.day))]
    if news:
        statement = insert(calendar_day)
        changing = {name: statement.excluded[name] for name in ("kind", "name", "source", "provisional")}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["region", "day"], set_=changing),
            [{"region": NATIONAL, **msgspec.structs.asdict(day)} for day in news],
        )
    return len(news)


def _replaces(fresh: CalendarDay, stored: CalendarDay | None) -> bool:
    if stored is None:
        return True
    if msgspec.structs.replace(fresh, source=stored.source) == stored:
        return False
    library = NOTICES.split()[0]
    return stored.provisional or (stored.source.startswith(library) and not fresh.provisional)


def _noticed(day: date) -> CalendarDay:
    if day in chinese_calendar.workdays:
        kind, holiday = DayKind.MAKEUP, chinese_calendar.workdays[day]
    elif day in chinese_calendar.in_lieu_days:
        kind, holiday = DayKind.SWAPPED, chinese_calendar.in_lieu_days[day]
    elif day in chinese_calendar.holidays:
        kind, holiday = DayKind.HOLIDAY, chinese_calendar.holidays[day]
    else:
        return CalendarDay(day=day, kind=_plain(day), name=None, source=NOTICES, provisional=False)
    name = chinese_calendar.Holiday(holiday).chinese
    return CalendarDay(day=day, kind=kind, name=name, source=NOTICES, provisional=False)


def _computed(day: date, name: str | None) -> CalendarDay:
    kind = DayKind.HOLIDAY if name else _plain(day)
    return CalendarDay(day=day, kind=kind, name=name, source=COMPUTED, provisional=True)


def _plain(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKDAY
