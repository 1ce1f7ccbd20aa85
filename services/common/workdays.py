"""Working days and legal periods: pure counting over a calendar that is handed in.

The Regulation on petition work (信访工作条例) has no counting clause. The general rule of the Civil Code
(民法典 Art. 200-204) is applied by analogy: the day of the event is not counted, months end on the corresponding
day or else with the month, and a period whose last day is a rest day ends with the first working day after it.
Days are legal days, Asia/Shanghai. Periods in hours and minutes run from instant to instant and are not counted here.
"""

from calendar import monthrange
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from services.contracts.base import Labelled
from services.contracts.deadlines import DaySpan, Unit
from services.contracts.rules import LocalHoliday

ONE_DAY = timedelta(days=1)
LOCAL = "本县规定"
"""The source of a local day off."""
NOTHING: Mapping[date, str] = {}


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

    @property
    def reason(self) -> str:
        """Why it is a rest day, as people say it: ``春节``, ``国庆节（调休）``, ``周末``."""
        if self.name is None:
            return self.kind.label
        return f"{self.name}（调休）" if self.kind is DayKind.SWAPPED else self.name


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
    """The last day of a period, and the days that its count passed over."""

    nominal: date
    """As counted."""
    effective: date
    """After rolling past rest days; it decides what is overdue."""
    provisional: bool
    """A day after the start, up to the effective last day, lies in a year whose notice is not loaded."""
    skipped: tuple[DaySpan, ...] = ()
    """In order: the rest days within a period of working days, the rest days rolled over, the excluded days."""


def calendar_of(days: Iterable[CalendarDay]) -> Calendar:
    return Calendar(days={day.day: day for day in days})


def with_holidays(calendar: Calendar, holidays: Iterable[LocalHoliday]) -> Calendar:
    """The calendar with local days off laid over its working days (《全国年节及纪念日放假办法》第四条).

    All of ``holidays`` are laid over: a caller who counts for one tenant hands in those that hold for it. A day that
    rests anyway keeps its national reason; a holiday outside the calendar adds no day to it.
    """
    off = {
        holiday.day: msgspec.structs.replace(known, kind=DayKind.HOLIDAY, name=holiday.name, source=LOCAL)
        for holiday in holidays
        if (known := calendar.days.get(holiday.day)) is not None and known.kind in WORKING
    }
    # Laid over, not copied: it has some ten thousand days, and each case is counted with its own.
    return Calendar(days=ChainMap(off, calendar.days)) if off else calendar  # type: ignore[arg-type] # nobody writes


def due(
    *, start: date, length: int, unit: Unit, calendar: Calendar, roll_forward: bool, excluded: Sequence[DaySpan] = ()
) -> Due:
    """The last day of a period of ``length`` units that begins with an event on ``start``, which is not counted.

    Length 0 ends on ``start`` itself. Days of ``excluded`` count in no unit (hearings, Art. 36 of the regulation) and
    are no last day. A period in working days ends on a working day by itself. Raises ``ValueError`` for a negative
    length and for hours or minutes, ``OutsideCalendar`` where the period leaves the calendar.
    """
    if length < 0:
        raise ValueError(f"期限长度必须是正整数或零，而不是 {length}")
    if unit.of_instants:
        raise ValueError(f"以{unit.label}计的期限从时刻起算，不能按日计算")
    out = _excluded_days(excluded)
    first = start + ONE_DAY if length else start
    by_workdays = unit is Unit.WORKING_DAYS and length > 0
    if by_workdays:
        nominal = _nth_workday_after(start, length, calendar, out)
    else:
        counted = _months_after(start, length) if unit is Unit.MONTHS else start + length * ONE_DAY
        nominal = _moved_past(counted, sorted(day for day in out if day >= first))
    return _ending(
        first=first,
        nominal=nominal,
        calendar=calendar,
        roll_forward=roll_forward,
        out=out,
        rests_count_not=by_workdays,
    )


def due_on(*, start: date, day: date, calendar: Calendar, roll_forward: bool) -> Due:
    """A period that begins with an event on ``start`` and whose last day was named instead of counted.

    Raises ``OutsideCalendar`` where the period leaves the calendar.
    """
    return _ending(first=min(start + ONE_DAY, day), nominal=day, calendar=calendar, roll_forward=roll_forward)


def extended(*, base: Due, days: int, calendar: Calendar, roll_forward: bool) -> Due:
    """A period made longer by ``days`` calendar days, which are counted from its nominal last day.

    The days that ``base`` had rolled over are in its midst now and are not named again. Raises ``OutsideCalendar``.
    """
    longer = _ending(
        first=base.nominal + ONE_DAY,
        nominal=base.nominal + days * ONE_DAY,
        calendar=calendar,
        roll_forward=roll_forward,
    )
    before = tuple(span for span in base.skipped if span.first < base.nominal)
    return msgspec.structs.replace(
        longer, skipped=before + longer.skipped, provisional=base.provisional or longer.provisional
    )


def _ending(
    *,
    first: date,
    nominal: date,
    calendar: Calendar,
    roll_forward: bool,
    out: Mapping[date, str] = NOTHING,
    rests_count_not: bool = False,
) -> Due:
    """The end of a period of which ``first`` is the first day that matters."""
    effective = nominal
    while roll_forward and (effective in out or not calendar.is_workday(effective)):
        effective += ONE_DAY
    provisional = False
    passed: list[tuple[date, str]] = []
    for day in _days(first, effective):
        known = calendar.day(day)
        provisional = provisional or known.provisional
        if day in out:
            passed.append((day, out[day]))
        elif known.kind not in WORKING and day < effective and (rests_count_not or day >= nominal):
            passed.append((day, known.reason))
    return Due(nominal=nominal, effective=effective, provisional=provisional, skipped=_joined(passed))


def _joined(passed: Iterable[tuple[date, str]]) -> tuple[DaySpan, ...]:
    """The days, ascending, with neighbours of one reason in one span."""
    spans: list[DaySpan] = []
    for day, reason in passed:
        if spans and spans[-1].reason == reason and spans[-1].last + ONE_DAY == day:
            spans[-1] = msgspec.structs.replace(spans[-1], last=day)
        else:
            spans.append(DaySpan(first=day, last=day, reason=reason))
    return tuple(spans)


def _excluded_days(excluded: Sequence[DaySpan]) -> dict[date, str]:
    """Each excluded day once; where spans overlap, with the reason of the first of them."""
    return {day: span.reason for span in reversed(excluded) for day in _days(span.first, span.last)}


def _moved_past(day: date, out: Iterable[date]) -> date:
    """``day`` one day later for each day of ``out`` (ascending) up to it, or up to where that moves it."""
    for each in out:
        if each > day:
            break
        day += ONE_DAY
    return day


def _nth_workday_after(start: date, count: int, calendar: Calendar, out: Mapping[date, str]) -> date:
    day = start
    while count:
        day += ONE_DAY
        count -= calendar.is_workday(day) and day not in out
    return day


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * ONE_DAY for n in range((last - first).days + 1))
