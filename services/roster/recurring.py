"""On which days a rule falls: RFC 5545 expanded, then held against the working calendar. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import msgspec
from dateutil.rrule import rrule, rrulestr

from services.common.errors import InvalidInput
from services.common.workdays import ONE_DAY, WORKING, Calendar, DayKind
from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest

FURTHEST = timedelta(days=31)
"""How far a day is moved at most: no break is longer, so an occurrence this far outside a range cannot come into it."""
OF_HOLIDAY = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})


class Occurrence(msgspec.Struct, frozen=True, kw_only=True, order=True):
    day: date
    nominal: date
    """The day that the rule says; another than ``day`` where a holiday moved it."""
    because: str | None = None
    """The holiday that moved it, as people call it."""


def check_recurrence(recurrence: Recurrence) -> None:
    """Raises ``InvalidInput`` for a rule that RFC 5545 does not know or that this platform bounds otherwise."""
    if "UNTIL=" in recurrence.rrule or "COUNT=" in recurrence.rrule:
        raise InvalidInput("重复规则里不要写 UNTIL 或 COUNT，请用开始日期和结束日期限定", field="rrule")
    if any(part in recurrence.rrule for part in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        raise InvalidInput("重复规则只说哪一天，时间请写在 hours 中", field="rrule")
    try:
        rrulestr(f"RRULE:{recurrence.rrule}", dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - days, no instants
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"重复规则“{recurrence.rrule}”不符合 RFC 5545：{error}", field="rrule") from error


def occurrences(
    *, recurrence: Recurrence, since: date, until: date | None, calendar: Calendar, first: date, last: date
) -> list[Occurrence]:
    """The days from ``first`` to ``last``, both included, each once and ascending; two that fall together are one.

    ``since`` is the rule's first day, from which an interval is counted; an occurrence whose nominal day lies outside
    ``since`` and ``until`` is none. Raises ``OutsideCalendar`` where the calendar ends before it can be told.
    """
    found: dict[date, Occurrence] = {}
    for nominal in _nominal(recurrence, since, first - FURTHEST, last + FURTHEST):
        if nominal < since or (until is not None and nominal > until):
            continue
        moved = _placed(nominal, recurrence, calendar, first, last)
        # What stands on its own day comes before what was moved there.
        if moved is not None and (moved.day not in found or moved.because is None):
            found[moved.day] = moved
    return [found[day] for day in sorted(found)]


def _nominal(recurrence: Recurrence, since: date, first: date, last: date) -> Iterator[date]:
    rule = _expanding(recurrence.rrule, since)
    for at in rule.between(datetime.combine(first, time.min), datetime.combine(last, time.max), inc=True):
        yield at.date()


@lru_cache(maxsize=500)
def _expanding(text: str, since: date) -> rrule:
    """The rule with the days that it has given so far: each question counts from its first day, and most are asked
    again and again, of every tenant of a county."""
    found: rrule = rrulestr(f"RRULE:{text}", dtstart=datetime.combine(since, time.min), cache=True)
    return found


def _placed(nominal: date, recurrence: Recurrence, calendar: Calendar, first: date, last: date) -> Occurrence | None:
    stays = recurrence.holiday is HolidayPolicy.KEEP
    near = first <= nominal <= last
    if stays or (not near and recurrence.holiday in (HolidayPolicy.SKIP, HolidayPolicy.ONLY)):
        return Occurrence(day=nominal, nominal=nominal) if near else None
    known = calendar.day(nominal)
    rests = known.kind in OF_HOLIDAY if recurrence.rest is Rest.HOLIDAYS else known.kind not in WORKING
    if recurrence.holiday is HolidayPolicy.ONLY:
        return Occurrence(day=nominal, nominal=nominal) if near and rests else None
    if not rests:
        return Occurrence(day=nominal, nominal=nominal) if near else None
    if recurrence.holiday is HolidayPolicy.SKIP:
        return None
    step = ONE_DAY if recurrence.holiday is HolidayPolicy.NEXT else -ONE_DAY
    day = nominal
    while not calendar.is_workday(day):
        day += step
    return Occurrence(day=day, nominal=nominal, because=known.reason) if first <= day <= last else None
