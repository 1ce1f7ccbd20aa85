"""Where the calendar comes from: two libraries, asked here and nowhere else, and the notices that are imported.

``chinese_calendar`` carries the yearly notices of the State Council's office, with every swapped rest day and
make-up workday; it is firm. For later years ``holidays`` computes the statutory days (《全国年节及纪念日放假办法》)
without any swap; that is provisional, until the year's notice is imported. Its computed days are never used for a year
that has a notice.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
import holidays
import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.workdays import CalendarDay, DayKind
from services.deadlines.model import NATIONAL, calendar_day, cause, load_calendar
from services.deadlines.notices import BadNotice, Notice, plain_kind

BOUNDS_FILE = Path(__file__).parent / "calendar.toml"
NOTICES = f"chinesecalendar {version('chinesecalendar')}"
COMPUTED = f"holidays {version('holidays')}"
SWAP = "休息日"
"""How the name of a day begins that ``holidays`` took from a notice and did not compute."""
NEW_YEAR = "元旦"


def horizon() -> int:
    """The last year of the calendar."""
    return int(tomllib.loads(BOUNDS_FILE.read_text("utf-8"))["horizon"])


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


def seed(connection: sa.Connection) -> int:
    """Brings the table to what the libraries know, and tells how many days that changed; the next time none.

    A firm day replaces a provisional one, and a newer library may correct an older one's days. A day known from
    elsewhere (an imported notice) stays as it is.
    """
    stored = _locked(connection)
    news = [day for day in known_days(last_year=horizon()) if _replaces(day, stored.get(day.day))]
    _write(connection, news, text=f"工作日历更新（{NOTICES}）")
    return len(news)


def apply_notice(connection: sa.Connection, notice: Notice) -> tuple[list[CalendarDay], int | None]:
    """Makes the days of the notice firm: the days that this changed, and the id of the cause that was entered.

    The cause has every open clock that a changed day touches counted anew. A notice that is known already changes
    nothing and enters none. Raises ``BadNotice`` for a year that would leave a gap in the calendar.
    """
    stored = _locked(connection)
    if stored and not min(stored).year <= notice.year <= max(stored).year + 1:
        raise BadNotice(f"通知的年份 {notice.year} 与现有工作日历（{min(stored)} 至 {max(stored)}）不相连，请核对 year")
    news = [day for day in notice.days if _makes_new(day, notice, stored.get(day.day))]
    return news, _write(connection, news, text=f"载入{notice.year}年节假日安排通知")


def _locked(connection: sa.Connection) -> Mapping[date, CalendarDay]:
    """What is stored. Another writer waits, who would compare with what this one is about to replace; readers go on."""
    connection.execute(sa.text("LOCK TABLE deadlines.calendar_day IN SHARE ROW EXCLUSIVE MODE"))
    return load_calendar(connection, since=date.min).days


def _makes_new(fresh: CalendarDay, notice: Notice, stored: CalendarDay | None) -> bool:
    if stored is None:
        return True
    if fresh.day not in notice.listed and fresh.day.month == 12 and NEW_YEAR in (stored.name or ""):
        # The New Year's days of a December were set by the next year's notice, which this one does not know.
        return False
    return not _same(fresh, stored)


def _same(fresh: CalendarDay, stored: CalendarDay) -> bool:
    return msgspec.structs.replace(fresh, source=stored.source) == stored


def _write(connection: sa.Connection, days: list[CalendarDay], *, text: str) -> int | None:
    """Writes the days, and enters them as a cause to count clocks anew; None where there is nothing to enter."""
    if not days:
        return None
    statement = insert(calendar_day)
    changing = {name: statement.excluded[name] for name in ("kind", "name", "source", "provisional")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["region", "day"], set_=changing),
        [{"region": NATIONAL, **msgspec.structs.asdict(day)} for day in days],
    )
    if not sa.inspect(connection).has_table(cause.name, schema=cause.schema):
        return None  # The first migration fills the calendar before there is a clock to count anew.
    first, last = min(day.day for day in days), max(day.day for day in days)
    entered = sa.insert(cause).values(kind="notice", first=first, last=last, text=text).returning(cause.c.id)
    return int(connection.execute(entered).scalar_one())


def _replaces(fresh: CalendarDay, stored: CalendarDay | None) -> bool:
    if stored is None:
        return True
    if _same(fresh, stored):
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
        return CalendarDay(day=day, kind=plain_kind(day), name=None, source=NOTICES, provisional=False)
    name = chinese_calendar.Holiday(holiday).chinese
    return CalendarDay(day=day, kind=kind, name=name, source=NOTICES, provisional=False)


def _computed(day: date, name: str | None) -> CalendarDay:
    kind = DayKind.HOLIDAY if name else plain_kind(day)
    return CalendarDay(day=day, kind=kind, name=name, source=COMPUTED, provisional=True)
