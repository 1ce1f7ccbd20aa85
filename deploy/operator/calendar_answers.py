"""What ``./xinqiao calendar due`` answers: one counted period as one JSON line, or one line that says what is wrong."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.common.errors import InvalidInput, Refusal
from services.common.explaining import explain_due
from services.common.workdays import Calendar, OutsideCalendar, due
from services.contracts.deadlines import Unit

UNITS = [unit for unit in Unit if not unit.of_instants]
FIELDS = ("start", "length", "unit")


class OutsideKnownDays(Refusal):
    """The period reaches a day that the calendar does not hold."""

    code = "OUTSIDE_CALENDAR"
    default = "期限超出工作日历的范围，无法计算，请核对起算日期和期限长度"


@dataclass(frozen=True)
class Question:
    start: date
    length: int
    unit: Unit


def question_from(fields: Mapping[str, Any]) -> Question:
    """Raises ``InvalidInput`` for what is missing, misspelt or no value of its kind."""
    for name in fields:
        if name not in FIELDS:
            raise InvalidInput(f"不认识的字段 {name}，可用的是 {'、'.join(FIELDS)}", field=name)
    for name in FIELDS:
        if fields.get(name) is None:
            raise InvalidInput(f"缺少 {name}", field=name)
    return Question(start=_start(fields["start"]), length=_length(fields["length"]), unit=_unit(fields["unit"]))


def answer(question: Question, *, calendar: Calendar, roll_forward: bool) -> str:
    """The JSON line. Raises ``OutsideKnownDays`` where the period leaves the calendar."""
    start, length, unit = question.start, question.length, question.unit
    try:
        found = due(start=start, length=length, unit=unit, calendar=calendar, roll_forward=roll_forward)
    except OutsideCalendar as error:
        raise OutsideKnownDays(f"{error}；或核对 start 和 length") from error
    except (OverflowError, ValueError) as error:  # Beyond the year 9999.
        raise OutsideKnownDays(field="length") from error
    explanation = explain_due(start=start, length=length, unit=unit, roll_forward=roll_forward, due=found)
    return _line(
        start=start.isoformat(),
        length=length,
        unit=str(unit),
        nominal=found.nominal.isoformat(),
        effective=found.effective.isoformat(),
        provisional=found.provisional,
        explanation=explanation,
    )


def answers(lines: Iterable[bytes], *, calendar: Calendar, roll_forward: bool) -> Iterator[tuple[str, bool]]:
    """For each line that is not empty its JSON line, at once, and whether it was answered."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield answer(question_from(_fields(line)), calendar=calendar, roll_forward=roll_forward), True
        except Refusal as refusal:
            yield _line(line=number, error={"code": refusal.code, "message": refusal.message}), False


def _fields(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput('这一行不是有效的 JSON，应写作 {"start": "2026-02-02", "length": 15, "unit": …}') from error
    if not isinstance(found, dict):
        raise InvalidInput('这一行应是 JSON 对象，写作 {"start": "2026-02-02", "length": 15, "unit": …}')
    return found


def _start(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"start 应是存在的日期，写作 2026-02-02，而不是 {_shown(value)}", field="start") from error
    if day.isoformat() != value:
        raise InvalidInput(f"start 应写作 {day}，而不是 {_shown(value)}", field="start")
    return day


def _length(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise InvalidInput(f"length 应是正整数（0 表示当日），而不是 {_shown(value)}", field="length")
    return value


def _unit(value: Any) -> Unit:
    found = next((unit for unit in UNITS if str(unit) == value), None)
    if found is None:
        known = "、".join(f"{unit}（{unit.label}）" for unit in UNITS)
        raise InvalidInput(f"unit 应是 {known} 之一，而不是 {_shown(value)}", field="unit")
    return found


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:40]


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)
