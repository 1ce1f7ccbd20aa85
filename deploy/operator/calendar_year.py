"""A year of the calendar as people read it: when each holiday rests, and which weekend days are worked for it."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.common.workdays import Calendar, CalendarDay, DayKind

RESTS = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})


def year_lines(calendar: Calendar, year: int) -> Iterator[str]:
    """The lines; none for a year that the calendar does not hold."""
    days = [day for _, day in sorted(calendar.days.items()) if day.day.year == year]
    if not days:
        return
    sources = "；".join(dict.fromkeys(day.source for day in days))
    provisional = any(day.provisional for day in days)
    yield f"{year} 年{'（暂定：放假安排通知尚未载入，只有法定节假日，没有调休）' if provisional else ''}"
    yield f"来源：{sources}"
    makeups = [day for day in days if day.kind is DayKind.MAKEUP]
    for rest in _rests(days):
        yield f"  {_name(rest)}：{_shown(rest[0].day)}" + (
            f" 至 {_shown(rest[-1].day)}，休 {len(rest)} 天" if len(rest) > 1 else "，休 1 天"
        )
    if makeups:
        yield f"  上班的周末：{'、'.join(f'{_shown(day.day)}（{day.name}）' for day in makeups)}"
    yield f"  全年工作日 {sum(calendar.is_workday(day.day) for day in days)} 天"


def _rests(days: list[CalendarDay]) -> Iterator[list[CalendarDay]]:
    """The days off that follow one another."""
    rest: list[CalendarDay] = []
    for day in days:
        if day.kind not in RESTS:
            continue
        if rest and rest[-1].day + timedelta(days=1) != day.day:
            yield rest
            rest = []
        rest.append(day)
    if rest:
        yield rest


def _name(rest: list[CalendarDay]) -> str:
    return "、".join(dict.fromkeys(day.name or day.kind.label for day in rest))


def _shown(day: date) -> str:
    return f"{day:%m-%d} 周{'一二三四五六日'[day.weekday()]}"
