"""One row as one letter: every reason for which it cannot be one, in words for the person who mends the file. Pure."""

import time
from datetime import date
from typing import Any

import msgspec

from deploy.operator.import_mapping import Columns, Mapping, MappingError
from deploy.operator.import_rows import Source
from services.contracts.intake import Alias, PastAnswer
from services.contracts.register_commands import ImportPetition

MAX_NUMBER = 100
"""Characters of an older number; the register's index holds no long ones."""

LABELS = {
    "number": "编号",
    "title": "标题",
    "body": "内容",
    "received_on": "收到日期",
    "answer": "答复内容",
    "answered_on": "答复日期",
    "answered_by": "答复单位",
}


def _max_length(field: str) -> int:
    """The limit that the contract sets, in characters."""
    info = msgspec.inspect.type_info(ImportPetition)
    assert isinstance(info, msgspec.inspect.StructType)
    limits = {one.name: one.type.max_length for one in info.fields if isinstance(one.type, msgspec.inspect.StrType)}
    limit = limits[field]
    assert limit is not None
    return limit


LONGEST = {"number": MAX_NUMBER, "title": _max_length("title"), "body": _max_length("body")}


class Letters:
    """Makes letters of the rows of one file."""

    def __init__(self, *, mapping: Mapping, mapping_file: Any, source: Source) -> None:
        """Raises ``MappingError`` where the file lacks a column that the mapping names."""
        self._mapping = mapping
        self._names: dict[str, str] = {
            key: name for key in Columns.__struct_fields__ if (name := getattr(mapping.columns, key)) is not None
        }
        for key, name in self._names.items():
            found = source.header.count(name)
            if found != 1:
                what = "没有" if found == 0 else f"出现了 {found} 次"
                raise MappingError(
                    f"{mapping_file}：columns.{key} 所指的列“{name}”在 {source.path} 中{what}；"
                    f"该文件的列：{'、'.join(source.header)}"
                )
        self._places = {key: source.header.index(name) for key, name in self._names.items()}

    def letter(self, cells: list[str]) -> ImportPetition | list[str]:
        """The letter, or every reason against it."""
        reasons: list[str] = []
        value = {key: cells[place].strip() for key, place in self._places.items()}
        for key in ("number", "title", "body"):
            if not value[key]:
                reasons.append(f"缺少{self._label(key)}")
            elif len(value[key]) > LONGEST[key]:
                reasons.append(f"{self._label(key)}有 {len(value[key])} 字，超过 {LONGEST[key]} 字")
        received_on = self._date("received_on", value, reasons)
        if not value["received_on"]:
            reasons.append(f"缺少{self._label('received_on')}")
        answered_on = self._date("answered_on", value, reasons)
        if received_on and answered_on and answered_on < received_on:
            reasons.append(f"答复日期 {answered_on} 早于收到日期 {received_on}")
        if reasons or received_on is None:
            return reasons
        return ImportPetition(
            channel=self._mapping.channel,
            nature=self._mapping.nature,
            received_on=received_on,
            title=value["title"],
            body=value["body"],
            alias=Alias(system=self._mapping.system, number=value["number"]),
            past_answer=_past_answer(
                agency=value.get("answered_by") or None, on=answered_on, text=value.get("answer") or None
            ),
        )

    def _date(self, key: str, value: dict[str, str], reasons: list[str]) -> date | None:
        text = value.get(key)
        if not text:
            return None
        for date_format in self._mapping.date_formats:
            try:
                return date(*time.strptime(text, date_format)[:3])
            except ValueError:
                continue
        reasons.append(f"{self._label(key)}“{text[:30]}”无法识别，可用的写法：{'、'.join(self._mapping.date_formats)}")
        return None

    def _label(self, key: str) -> str:
        return f"{LABELS[key]}（{self._names[key]} 列）"


def _past_answer(*, agency: str | None, on: date | None, text: str | None) -> PastAnswer | None:
    return PastAnswer(agency=agency, on=on, text=text) if agency or on or text else None
