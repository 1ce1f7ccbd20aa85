"""On which days a rule falls: RFC 5545 expanded, then held against the working calendar. Pure."""

from collections.abc import Iterator
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache

import msgspec
from dateutil.rrule import rrule, rrulestr

from services.common.errors import InvalidInput
from services.common.workdays import ONE_DAY, WORKING, Calendar, DayKind
from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest

FURTHEST = timedelta(days=31)
"""How far a day is moved at most: no break is longer, so an occurrence this far outside a range cannot come into it."""
OF_HOLIDAY = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})
LARGEST_INTERVAL = 366
"""Days of a year, and far more than anybody's weeks or months."""
CYCLE = 400
"""Years after which the calendar repeats, weekdays and leap years alike."""
LOOKED_AHEAD = 100
"""Years, at least, in which a day of a rule is looked for: the rarest, a 29 February on a given weekday, comes after 40
at the latest."""


class Occurrence(msgspec.Struct, frozen=True, kw_only=True, order=True):
    day: date
    nominal: date
    """The day that the rule says; another than ``day`` where a holiday moved it."""
    because: str | None = None
    """The holiday that moved it, as people call it."""


def check_recurrence(recurrence: Recurrence, *, since: date) -> None:
    """``since``: the rule's first day. Raises ``InvalidInput`` for a rule that RFC 5545 does not know, that this
    platform bounds otherwise, or that falls on no day at all: to expand one of these takes for ever, or nearly so."""
    if "UNTIL=" in recurrence.rrule or "COUNT=" in recurrence.rrule:
        raise InvalidInput("重复规则里不要写 UNTIL 或 COUNT，请用开始日期和结束日期限定", field="rrule")
    if any(part in recurrence.rrule for part in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        raise InvalidInput("重复规则只说哪一天，时间请写在 hours 中", field="rrule")
    interval = dict(part.split("=", 1) for part in recurrence.rrule.split(";")).get("INTERVAL", "1")
    if not interval.isdigit() or not 1 <= int(interval) <= LARGEST_INTERVAL:
        raise InvalidInput(f"重复规则的间隔（INTERVAL）请填 1 至 {LARGEST_INTERVAL} 的整数", field="rrule")
    try:
        falls = _falls(recurrence.rrule, since)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InvalidInput(
            f"重复规则“{recurrence.rrule}”无法识别，请按 RFC 5545 填写，例如每周三写作 FREQ=WEEKLY;BYDAY=WE",
            field="rrule",
        ) from error
    if not falls:
        raise InvalidInput(f"重复规则“{recurrence.rrule}”没有任何一天符合（例如 2 月 30 日），请核对", field="rrule")


def _falls(text: str, since: date) -> bool:
    """Whether there is a day of the rule. dateutil looks until the last year that it knows, so the rule is moved to the
    same place of the calendar near that year: what is never found costs a second instead of half a minute."""
    years = CYCLE * ((MAXYEAR - LOOKED_AHEAD - since.year) // CYCLE)
    start = datetime.combine(since.replace(year=since.year + years), time.min)
    return next(iter(rrulestr(f"RRULE:{text}", dtstart=start)), None) is not None


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
