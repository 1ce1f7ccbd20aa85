"""The calendar of the gateway: the libraries, under what was told, under the county's own days off."""

import asyncio
from datetime import date
from typing import Any, cast

from gateway.calendar import calendar_of, kind_of
from gateway.reading import ViewReader
from services.common.workdays import DayKind
from services.contracts.actor import system_actor
from services.contracts.base import State
from services.contracts.calendar import CalendarYear, ToldDay
from services.contracts.rules import LocalHoliday, Regime

TOLD, LOCAL, PLAIN = date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5)
YEAR = CalendarYear(
    year=2027, days=[ToldDay(day=TOLD, kind="SWAPPED", name="春节", source="2027 年通知", provisional=False)]
)
REGIME = Regime(county="611021", holidays=[LocalHoliday(day=LOCAL, name="庙会", tenants=frozenset({"slj"}))])


class Reader:
    """What the view shares, and nothing else of it."""

    actor = system_actor("611021", "gateway")

    def __init__(self, *states: State) -> None:
        self._states = states

    async def shared(self, state: type[State]) -> dict[str, Any]:
        return {each.aggregate_id: each for each in self._states if isinstance(each, state)}


def kinds(tenant: str | None, *states: State) -> list[DayKind]:
    reader = cast(ViewReader, Reader(*states))
    return [asyncio.run(kind_of(reader, tenant, day)) for day in (TOLD, LOCAL, PLAIN)]


def test_what_was_told_counts_and_local_days_off_for_whom_they_hold() -> None:
    assert kinds("slj") == [DayKind.WORKDAY] * 3
    assert kinds("slj", YEAR, REGIME) == [DayKind.SWAPPED, DayKind.HOLIDAY, DayKind.WORKDAY]
    assert kinds("jtj", YEAR, REGIME) == [DayKind.SWAPPED, DayKind.WORKDAY, DayKind.WORKDAY]
    assert kinds(None, YEAR, REGIME) == [DayKind.SWAPPED, DayKind.WORKDAY, DayKind.WORKDAY]


def test_beyond_the_calendar_a_day_is_what_its_weekday_is() -> None:
    reader = cast(ViewReader, Reader())
    assert date(2090, 1, 1) not in asyncio.run(calendar_of(reader, None)).days
    assert asyncio.run(kind_of(reader, None, date(2090, 1, 1))) is DayKind.WEEKEND
