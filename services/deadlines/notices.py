"""A year's holiday notice of the State Council's office, as days of the calendar: parses the holiday-cn format.

``{"year": 2027, "papers": [], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, ...]}``. The year is
that of the notice: days of the December before and of the January after may stand in it. Of its own year a day that
is not listed is an ordinary one, so the whole year is known; of other years it tells the listed days alone.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from services.common.known_calendar import plain_kind
from services.common.workdays import CalendarDay, DayKind

YEARS = range(2000, 2100)
"""Years of which the lunar holidays can be told."""
MADE_UP = "补假"
"""In the name of a computed day that stands for a holiday on a weekend; where it lies is the notice's choice."""


class BadNotice(ValueError):
    """The file is no usable notice; the message is Chinese and says where and what to do."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    year: int
    source: str
    """As the calendar names it."""
    days: tuple[CalendarDay, ...]
    """Every day of the year, and the listed days of the years beside it, ascending."""
    listed: frozenset[date]
    worked_anyway: tuple[date, ...]
    """Days listed as worked that are no weekend days: no error in itself, but often one of the date."""
    kept: Mapping[date, str]
    """Statutory holidays that the notice leaves out: they are days off by law whether or not it names them."""


def parse_notice(content: bytes, *, statutory_days: Callable[[Iterable[int]], Mapping[date, str]]) -> Notice:
    """The notice in ``content``. ``statutory_days`` tells the days off by law of some years, with their names.

    Raises ``BadNotice`` for anything that is not wholly a notice.
    """
    top = _object(content)
    year = _year(top)
    statutory = statutory_days((year - 1, year, year + 1))
    source = _source(year, top.get("papers", []))
    listed: dict[date, CalendarDay] = {}
    for number, item in enumerate(_items(top), start=1):
        day = _listed(item, f"days 第 {number} 项", year, source, statutory)
        if day.day in listed:
            raise BadNotice(f"days 第 {number} 项：日期 {day.day} 重复列出，每个日期只能出现一次，请删去多余的一项")
        listed[day.day] = day
    kept = {
        day: name for day, name in statutory.items() if day.year == year and day not in listed and MADE_UP not in name
    }
    own = {day: _unlisted(day, kept, source) for day in _days_of(year)}
    return Notice(
        year=year,
        source=source,
        days=tuple(day for _, day in sorted((own | listed).items())),
        listed=frozenset(listed),
        worked_anyway=tuple(sorted(day.day for day in listed.values() if day.kind is DayKind.WORKDAY)),
        kept=kept,
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        top = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadNotice("文件不是 UTF-8 编码，请另存为 UTF-8 编码的 JSON 文件") from error
    except json.JSONDecodeError as error:
        raise BadNotice(f"文件不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列附近有误") from error
    if not isinstance(top, dict):
        raise BadNotice('文件的最外层应是 {"year": …, "papers": […], "days": […]}')
    # "$schema" and "$id" stand in the published files.
    _only(top, {"year", "papers", "days", "$schema", "$id"}, "最外层")
    return top


def _only(found: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(found.keys() - known):
        raise BadNotice(f"{where}：不认识的字段 {'、'.join(unknown)}，可用的字段是 {'、'.join(sorted(known))}")


def _year(top: dict[str, Any]) -> int:
    year = top.get("year")
    if year is None:
        raise BadNotice('缺少 year（通知所安排的年份），例如 "year": 2027')
    if type(year) is not int or year not in YEARS:
        raise BadNotice(f"year 应是 {YEARS[0]} 至 {YEARS[-1]} 之间的整数，而不是 {_shown(year)}")
    return year


def _source(year: int, papers: Any) -> str:
    if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
        raise BadNotice("papers 应是通知的网址或标题的列表，没有时写 []")
    return " ".join([f"{year}年节假日安排通知", *papers])


def _items(top: dict[str, Any]) -> list[Any]:
    items = top.get("days")
    if not isinstance(items, list) or not items:
        raise BadNotice("缺少 days（放假和调休上班日期的列表），或列表为空")
    return items


def _listed(item: Any, where: str, year: int, source: str, statutory: Mapping[date, str]) -> CalendarDay:
    if not isinstance(item, dict):
        raise BadNotice(f'{where}：应是 {{"name": …, "date": …, "isOffDay": …}}，而不是 {_shown(item)}')
    _only(item, {"name", "date", "isOffDay"}, where)
    name, off = item.get("name"), item.get("isOffDay")
    if not isinstance(name, str) or not name.strip():
        raise BadNotice(f"{where}：缺少 name（节日名称）")
    day = _date(item.get("date"), where)
    if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31):
        raise BadNotice(f"{where}：日期 {day} 远在 {year} 年之外，只能是该年及前一年12月、后一年1月的日期")
    if not isinstance(off, bool):
        raise BadNotice(f"{where}：isOffDay 应是 true（放假）或 false（调休上班），而不是 {_shown(off)}")
    ordinary = plain_kind(day)
    if off:
        swapped = ordinary is DayKind.WORKDAY and day not in statutory
        kind = DayKind.SWAPPED if swapped else DayKind.HOLIDAY
    else:
        # The notice that lengthened the Spring Festival of 2020 listed the Monday from which work went on.
        kind = DayKind.MAKEUP if ordinary is DayKind.WEEKEND else DayKind.WORKDAY
    named = None if kind is DayKind.WORKDAY else name.strip()
    return CalendarDay(day=day, kind=kind, name=named, source=source, provisional=False)


def _date(text: Any, where: str) -> date:
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadNotice(f"{where}：date 应是存在的日期，写作 2027-01-01，而不是 {_shown(text)}") from error
    if day.isoformat() != text:
        raise BadNotice(f"{where}：date 应写作 {day}，而不是 {_shown(text)}")
    return day


def _unlisted(day: date, kept: Mapping[date, str], source: str) -> CalendarDay:
    kind = DayKind.HOLIDAY if day in kept else plain_kind(day)
    return CalendarDay(day=day, kind=kind, name=kept.get(day), source=source, provisional=False)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def _shown(value: Any) -> str:
    return "空" if value is None else json.dumps(value, ensure_ascii=False)[:40]
