"""Working days and legal periods: pure counting over a calendar that is handed in.

The Regulation on petition work (信访工作条例) has no counting clause. The general rule of the Civil Code
(民法典 Art. 200-204) is applied by analogy: the day of the event is not counted, and a period whose last day is
a rest day ends with the first working day after it. Days are legal days, Asia/Shanghai.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from services.contracts.base import Labelled
from services.contracts.deadlines import Unit

ONE_DAY = timedelta(days=1)


class DayKind(Labelled):
    """What the calendar says of a day."""

    WORKDAY = "WORKDAY", "工作日"
    WEEKEND = "WEEKEND", "周末"
    HOLIDAY = "HOLIDAY", "节假日"
    SWAPPED = "SWAPPED", "调休放假"
    MAKEUP = "MAKEUP", "调休上班"


WORKING = frozenset({DayKind.WORKDAY, DayKind.MAKEUP})


class CalendarDay(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    kind: DayKind
    name: str | None
    """The holiday for which it is off or made up, e.g. ``春节``; none for ordinary days."""
    source: str
    """Where it is known from: a library with its version, or a notice."""
    provisional: bool
    """The yearly holiday notice for its year is not loaded: it may still become a rest or a make-up day."""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Every day that is known. There is no default for a day that is not: asking for it raises."""

    days: Mapping[date, CalendarDay]

    def day(self, day: date) -> CalendarDay:
        """Raises ``OutsideCalendar`` for a day that the calendar does not hold."""
        found = self.days.get(day)
        if found is None:
            raise OutsideCalendar(day=day, calendar=self)
        return found

    def is_workday(self, day: date) -> bool:
        return self.day(day).kind in WORKING


class OutsideCalendar(LookupError):
    """A period reaches a day that the calendar does not hold, so its end cannot be told."""

    def __init__(self, *, day: date, calendar: Calendar) -> None:
        self.day = day
        held = f"{min(calendar.days)} 至 {max(calendar.days)}" if calendar.days else "无"
        super().__init__(f"{day} 不在工作日历范围内（现有：{held}），无法计算期限，请先补充该年度的工作日历")


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of a period."""

    nominal: date
    """As counted."""
    effective: date
    """After rolling past rest days; it decides what is overdue."""
    provisional: bool
    """A day after the start, up to the effective last day, lies in a year whose notice is not loaded."""


def calendar_of(days: Iterable[CalendarDay]) -> Calendar:
    return Calendar(days={day.day: day for day in days})


def due(*, start: date, length: int, unit: Unit, calendar: Calendar, roll_forward: bool) -> Due:
    """The last day of a period of ``length`` units that begins with an event on ``start``, which is not counted.

    A period in working days ends on a working day by itself. Raises ``ValueError`` for a length below 1 and
    ``OutsideCalendar`` where the period leaves the calendar.
    """
    if length < 1:
        raise ValueError(f"期限长度必须是正整数，而不是 {length}")
    counted = _nth_workday_after(start, length, calendar) if unit is Unit.WORKING_DAYS else start + length * ONE_DAY
    return due_on(start=start, day=counted, calendar=calendar, roll_forward=roll_forward)


def due_on(*, start: date, day: date, calendar: Calendar, roll_forward: bool) -> Due:
    """A period that begins with an event on ``start`` and whose last day was named instead of counted.

    Raises ``OutsideCalendar`` where the period leaves the calendar.
    """
    effective = first_workday_from(day, calendar) if roll_forward else day
    touched = [calendar.day(effective), *(calendar.day(each) for each in _after(start, effective))]
    return Due(nominal=day, effective=effective, provisional=any(each.provisional for each in touched))


def first_workday_from(day: date, calendar: Calendar) -> date:
    """``day`` itself where it is a working day, else the next one."""
    while not calendar.is_workday(day):
        day += ONE_DAY
    return day


def _nth_workday_after(start: date, count: int, calendar: Calendar) -> date:
    day = start
    while count:
        day += ONE_DAY
        count -= calendar.is_workday(day)
    return day


def _after(start: date, end: date) -> Iterable[date]:
    """The days after ``start`` up to and including ``end``."""
    return (start + n * ONE_DAY for n in range(1, (end - start).days + 1))
