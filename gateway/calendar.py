"""The working calendar of a tenant: what the libraries know, imported notices, and the county's own days off."""

from datetime import date

from gateway.reading import ViewReader
from services.common.known_calendar import plain_kind
from services.common.told_calendar import told_calendar
from services.common.workdays import Calendar, DayKind
from services.contracts.calendar import CalendarYear
from services.contracts.rules import Regime


async def calendar_of(reader: ViewReader, tenant: str | None) -> Calendar:
    """By which the tenant works; None: by what holds for the whole county."""
    years = (await reader.shared(CalendarYear)).values()
    regime = (await reader.shared(Regime)).get(reader.actor.county)
    return told_calendar(years=years, regime=regime, tenant=tenant)


async def kind_of(reader: ViewReader, tenant: str | None, day: date) -> DayKind:
    """What the day is for the tenant; beyond the calendar as its weekday is."""
    known = (await calendar_of(reader, tenant)).days.get(day)
    return known.kind if known else plain_kind(day)
