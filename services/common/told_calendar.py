"""The working calendar of a county for what does not owe: what the libraries know, imported notices, local days off.

What is owed is counted by deadlines, over its own table; both are made of the same days.
"""

from collections import ChainMap
from collections.abc import Iterable

from services.common.known_calendar import library_calendar
from services.common.workdays import Calendar, CalendarDay, DayKind, with_holidays
from services.contracts.calendar import CalendarYear
from services.contracts.rules import Regime


def told_calendar(*, years: Iterable[CalendarYear], regime: Regime | None, tenant: str | None) -> Calendar:
    """``years``: what deadlines told of imported notices. ``tenant``: whose local days off count too; None: only those
    of the whole county."""
    told = {
        day.day: CalendarDay(
            day=day.day, kind=DayKind(day.kind), name=day.name, source=day.source, provisional=day.provisional
        )
        for year in years
        for day in year.days
    }
    calendar = library_calendar()
    if told:
        calendar = Calendar(days=ChainMap(told, calendar.days))  # type: ignore[arg-type] # nobody writes
    holidays = regime.holidays if regime is not None else []
    return with_holidays(
        calendar, [each for each in holidays if each.tenants is None or (tenant is not None and tenant in each.tenants)]
    )
