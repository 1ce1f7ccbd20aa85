"""Where the calendar of deadlines comes from: what the libraries know, and the notices that are imported."""

from collections.abc import Mapping
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.known_calendar import NOTICES, horizon, known_days
from services.common.workdays import CalendarDay
from services.deadlines.model import NATIONAL, calendar_day, cause, load_calendar
from services.deadlines.notices import BadNotice, Notice

NEW_YEAR = "元旦"


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
