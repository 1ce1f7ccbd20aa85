"""Absences read from a calendar (iCalendar, RFC 5545): every event in which its owner is busy. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar, Component, vDDDTypes, vDuration

from gateway.absence_entries import LOOKED_BACK, Entries, Skipped, check_size, kind_of
from services.common.clock import A_YEAR
from services.common.errors import InvalidInput
from services.contracts.absences import ImportedAbsence
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import AbsenceKind

PARTS = {
    "DAILY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST"},
    "WEEKLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST"},
    "MONTHLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST", "BYMONTHDAY", "BYSETPOS"},
}
"""What of a recurrence is expanded; by anything else it could be counted for ever."""
MOST_SERIES = 100
MOST_OCCURRENCES = 400
"""Of one series, of a year and what came just before."""
EARLIEST = date(2000, 1, 1)
A_DAY = timedelta(days=1)
AN_INSTANT = timedelta(microseconds=1)


def read_calendar(text: str, *, member: str, kind: AbsenceKind, today: date) -> Entries:
    """``member``: whose calendar it is. Raises ``InvalidInput`` with the lines that are wrong."""
    check_size(text)
    try:
        calendar = Calendar.from_ical(text.lstrip("\ufeff"))
    except ValueError as error:
        raise InvalidInput("不是有效的 iCalendar 文件，请从日历软件重新导出（.ics）", field="text") from error
    events = list(zip(_lines(text), calendar.walk("VEVENT"), strict=False))
    if not events:
        raise InvalidInput("文件中没有日程（VEVENT），请核对", field="text")
    if sum("RRULE" in event for _, event in events) > MOST_SERIES:
        raise InvalidInput(f"重复日程超过 {MOST_SERIES} 个，请只导出有关的日程", field="text")
    entries = Entries()
    exceptions = {(_text(event, "UID"), _exception(event)) for _, event in events if "RECURRENCE-ID" in event}
    masters = {_text(event, "UID") for _, event in events if "RECURRENCE-ID" not in event}
    for line, event in events:
        try:
            _event(entries, line, event, exceptions, masters, member=member, kind=kind, today=today)
        except InvalidInput as invalid:
            entries.refuse(line, invalid.message)
    return entries.checked()


def _lines(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().upper() == "BEGIN:VEVENT":
            yield number


def _event(
    entries: Entries,
    line: int,
    event: Component,
    exceptions: set[tuple[str, date | None]],
    masters: set[str],
    *,
    member: str,
    kind: AbsenceKind,
    today: date,
) -> None:
    uid = _text(event, "UID")
    if not uid or len(uid) > 300:
        raise InvalidInput("日程没有编号（UID），或编号过长，无法辨认是否已经导入")
    for name, _ in event.errors:
        raise InvalidInput(f"{name} 的内容无法识别，请在日历软件中改正后重新导出")
    if _text(event, "TRANSP").upper() == "TRANSPARENT":
        entries.skipped.append(Skipped(line, f"“{_text(event, 'SUMMARY')}”标为空闲，不算外出"))
        return
    start, length = _span(event)
    summary = _text(event, "SUMMARY")[:500]
    absence = ImportedAbsence(
        uid=uid,
        member=member,
        kind=kind_of(f"{summary} {_categories(event)}", kind),
        first=_legal(start),
        last=_last(start, length),
        reason=summary,
        cancelled=_text(event, "STATUS").upper() == "CANCELLED",
    )
    if "RECURRENCE-ID" in event:
        if uid not in masters:
            raise InvalidInput("这是重复日程中的一次，请导出整个日程后再导入")
        if not absence.cancelled:
            entries.add(line, _of_series(absence, _exception(event) or absence.first, start, length), today=today)
    elif "RRULE" not in event or absence.cancelled:
        entries.add(line, absence, today=today)
    else:
        for at in _occurrences(event, start, today):
            if (uid, _legal(at)) not in exceptions:
                entries.add(line, _of_series(absence, _legal(at), at, length), today=today)


def _of_series(absence: ImportedAbsence, nominal: date, start: date | datetime, length: timedelta) -> ImportedAbsence:
    return ImportedAbsence(
        uid=absence.uid,
        occurrence=nominal.isoformat(),
        member=absence.member,
        kind=absence.kind,
        first=_legal(start),
        last=_last(start, length),
        reason=absence.reason,
    )


def _span(event: Component) -> tuple[date | datetime, timedelta]:
    """When it begins, and how long it lasts. Raises ``InvalidInput``."""
    if "DTSTART" not in event:
        raise InvalidInput("日程没有开始时间（DTSTART）")
    start = _moment(event, "DTSTART")
    if _legal(start) < EARLIEST:
        raise InvalidInput(f"日程从 {_legal(start)} 开始，过早，请核对")
    if "DTEND" in event:
        end = _moment(event, "DTEND")
        if isinstance(end, datetime) is not isinstance(start, datetime):
            raise InvalidInput("开始和结束时间一个有时刻、一个没有，请核对")
        if isinstance(end, datetime) and isinstance(start, datetime) and (end.tzinfo is None) != (start.tzinfo is None):
            raise InvalidInput("开始和结束时间一个有时区、一个没有，请核对")
        length = end - start
    elif "DURATION" in event:
        length = _duration(event)
    else:
        # RFC 5545, 3.6.1: a day, or that instant.
        length = timedelta() if isinstance(start, datetime) else A_DAY
    if length < timedelta() or (not isinstance(start, datetime) and length < A_DAY):
        raise InvalidInput("结束时间不晚于开始时间，请核对")
    return start, length


def _duration(event: Component) -> timedelta:
    value: Any = event["DURATION"]
    if not isinstance(value, vDDDTypes | vDuration) or not isinstance(value.dt, timedelta):
        raise InvalidInput("DURATION 不是时长")
    length: timedelta = value.dt
    return length


def _moment(event: Component, name: str) -> date | datetime:
    value: Any = event[name]
    if not isinstance(value, vDDDTypes) or not isinstance(value.dt, date):
        raise InvalidInput(f"{name} 不是日期或时间")
    zone = value.params.get("TZID")
    if zone is not None and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
        raise InvalidInput(f"不认识时区 {zone}，请改用 Asia/Shanghai 导出")
    moment: date | datetime = value.dt
    return moment


def _legal(at: date | datetime) -> date:
    """The day in China; hours without a zone are those of China."""
    if not isinstance(at, datetime):
        return at
    return (at.astimezone(LEGAL_ZONE) if at.tzinfo else at).date()


def _last(start: date | datetime, length: timedelta) -> date:
    """The end is exclusive: what ends at midnight does not touch the next day."""
    if not isinstance(start, datetime):
        return start + length - A_DAY
    return _legal(start + max(length - AN_INSTANT, timedelta()))


def _occurrences(event: Component, start: date | datetime, today: date) -> list[date | datetime]:
    """When they begin, of those that are near enough. Raises ``InvalidInput``."""
    value: Any = event["RRULE"]
    rules: list[Any] = value if isinstance(value, list) else [value]
    first = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    found = rruleset()
    try:
        for rule in rules:
            _check_rule(rule)
            found.rrule(rrulestr(rule.to_ical().decode(), dtstart=first))
        for name, add in (("RDATE", found.rdate), ("EXDATE", found.exdate)):
            for at in _dates(event, name):
                add(at if isinstance(at, datetime) else datetime.combine(at, first.timetz()))
        since = datetime.combine(today - LOOKED_BACK - A_YEAR, time.min, first.tzinfo)
        until = datetime.combine(today + A_YEAR, time.max, first.tzinfo)
        near = list(islice((at for at in _until(found, until) if at >= since), MOST_OCCURRENCES + 1))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput("重复规则无法展开，请改为逐次日程后导出") from error
    if len(near) > MOST_OCCURRENCES:
        raise InvalidInput(f"一年内重复超过 {MOST_OCCURRENCES} 次，请改为一段连续的日程")
    return [at if isinstance(start, datetime) else at.date() for at in near]


def _until(found: rruleset, until: datetime) -> Iterator[datetime]:
    for at in found:
        if at > until:
            return
        yield at


def _check_rule(rule: Any) -> None:
    frequency = str(next(iter(rule.get("FREQ", [])), ""))
    unknown = set(rule) - {"FREQ"} - PARTS.get(frequency, set())
    # An interval of 0 would stand still for ever.
    if frequency not in PARTS or unknown or any(int(step) < 1 for step in rule.get("INTERVAL", [])):
        raise InvalidInput(f"重复规则“{rule.to_ical().decode()}”不能导入，请改为逐次日程后导出")


def _dates(event: Component, name: str) -> Iterator[date | datetime]:
    value: Any = event.get(name)
    for group in value if isinstance(value, list) else [] if value is None else [value]:
        for each in group.dts:
            if not isinstance(each.dt, date):
                raise InvalidInput(f"{name} 含有时间段，不能导入，请改为逐次日程后导出")
            yield each.dt


def _exception(event: Component) -> date | None:
    value: Any = event["RECURRENCE-ID"]
    return _legal(value.dt) if isinstance(value, vDDDTypes) and isinstance(value.dt, date) else None


def _text(event: Component, name: str) -> str:
    value: Any = event.get(name)
    return str(value[0] if isinstance(value, list) and value else value or "").strip()


def _categories(event: Component) -> str:
    value: Any = event.get("CATEGORIES")
    groups = value if isinstance(value, list) else [] if value is None else [value]
    return " ".join(str(each) for group in groups for each in getattr(group, "cats", []))
