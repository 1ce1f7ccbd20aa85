"""The calendar of deadlines told to the other parts: year by year, where it is not what the libraries say."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from services.common.database import Database, Transaction
from services.common.known_calendar import library_calendar
from services.common.workdays import Calendar, CalendarDay
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.calendar import CalendarYear, ToldDay
from services.deadlines.cases import current_calendar, newest_cause
from services.deadlines.model import county_state


def told_years(*, calendar: Calendar, library: Calendar, told: Iterable[CalendarYear]) -> list[CalendarYear]:
    """The years of which something new is to be told, ascending: where a day of ``calendar`` is another than the
    ``library`` says or unknown to it, and where it is another than was ``told``."""
    known = {year.year: year for year in told}
    differs = {day for day in calendar.days if not _same(calendar.days[day], library.days.get(day))}
    years = sorted({day.year for day in differs} | known.keys())
    fresh = [_year(calendar, year) for year in years]
    return [year for year in fresh if year.days and year != known.get(year.year)]


def tell_calendar(tx: Transaction) -> int:
    """Tells the county what is new to it, in a transaction that sees it whole; tells how many years that were."""
    tx.lock("calendar told")
    known = {row.state.year: row for row in tx.all(CalendarYear)}
    fresh = told_years(
        calendar=current_calendar(tx.connection).calendar,
        library=library_calendar(),
        told=[row.state for row in known.values()],
    )
    for year in fresh:
        base = known[year.year].version if year.year in known else 0
        tx.record(year, act=Act.CALENDAR_TOLD, base=base, remark=f"{year.year}年")
    return len(fresh)


def tell_county(database: Database, *, county: str) -> int:
    """``tell_calendar`` once for each cause that may have changed the calendar; for the sweeper, which asks often."""
    with database.begin(system_actor(county, "deadlines")) as tx:
        newest = newest_cause(tx.connection)
        mine = county_state.c.county_id == county
        seen = tx.connection.execute(sa.select(county_state.c.calendar_told).where(mine)).scalar()
        if seen is None or seen >= newest:
            return 0
        count = tell_calendar(tx)
        tx.connection.execute(sa.update(county_state).where(mine).values(calendar_told=newest))
        return count


def _same(one: CalendarDay, other: CalendarDay | None) -> bool:
    return other is not None and msgspec.structs.replace(one, source=other.source) == other


def _year(calendar: Calendar, year: int) -> CalendarYear:
    days = sorted(day for day in calendar.days if day.year == year)
    return CalendarYear(
        year=year,
        days=[
            ToldDay(day=day, kind=known.kind.value, name=known.name, source=known.source, provisional=known.provisional)
            for day in days
            for known in [calendar.days[day]]
        ],
    )
