"""One row as one letter: every reason for which it cannot be one, in words for the person who mends the file. Pure."""

import hashlib
import re
import time
from datetime import date
from typing import Any, TypeVar

import msgspec

from deploy.operator.import_mapping import BY_ROW, ISO_FORMATS, Columns, Mapping, MappingError
from deploy.operator.import_rows import Row, Source
from services.contracts.base import Labelled
from services.contracts.intake import Alias, Channel, Nature, PastAnswer
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import ImportPetition

L = TypeVar("L", bound=Labelled)

MAX_NUMBER = 100
"""Characters of an older number; the register's index holds no long ones."""
PLACE = re.compile(r"\d{6}|\d{9}|\d{12}")
PERSON = ("name", "identity_number", "phone", "address")

LABELS = {
    "number": "编号",
    "title": "标题",
    "body": "内容",
    "received_on": "收到日期",
    "channel": "信访形式",
    "nature": "性质",
    "category": "内容分类",
    "place": "属地",
    "name": "信访人姓名",
    "identity_number": "证件号码",
    "phone": "电话",
    "address": "住址",
    "answer": "答复内容",
    "answered_on": "答复日期",
    "answered_by": "答复单位",
}


def _longest(struct: type[msgspec.Struct], name: str) -> int:
    """The limit that the contract sets, in characters; what may be missing is a union of a text and nothing."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    kind = next(one.type for one in info.fields if one.name == name)
    kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    limit = next(one.max_length for one in kinds if isinstance(one, msgspec.inspect.StrType))
    assert limit is not None
    return limit


LONGEST = {
    "number": MAX_NUMBER,
    **{name: _longest(ImportPetition, name) for name in ("title", "body", "category")},
    **{name: _longest(PetitionerInput, name) for name in PERSON},
}


class Letters:
    """Makes letters of the rows of one file."""

    def __init__(self, *, mapping: Mapping, mapping_file: Any, source: Source) -> None:
        """Raises ``MappingError`` where the file lacks a column that the mapping names."""
        self._mapping = mapping
        self._formats = tuple(dict.fromkeys((*mapping.date_formats, *ISO_FORMATS)))
        self._names: dict[str, str] = {
            key: name
            for key in Columns.__struct_fields__
            if (name := getattr(mapping.columns, key)) is not None and (key, name) != ("number", BY_ROW)
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

    def letter(self, row: Row) -> ImportPetition | list[str]:
        """The letter, or every reason against it."""
        value = {key: row.cells[place].strip() for key, place in self._places.items()}
        reasons = [f"{self._label(key)}{row.spoiled[at]}" for key, at in self._places.items() if at in row.spoiled]
        if reasons:
            return reasons
        if self._mapping.columns.number == BY_ROW:
            value["number"] = _number_of(value)
        for key in ("number", "title", "body"):
            if not value[key]:
                reasons.append(f"缺少{self._label(key)}")
        for key, limit in LONGEST.items():
            if len(value.get(key, "")) > limit:
                reasons.append(f"{self._label(key)}有 {len(value[key])} 字，超过 {limit} 字")
        for key, text in value.items():
            if "\0" in text:
                reasons.append(f"{self._label(key)}中有无法保存的空字符（NUL）")
        received_on = self._date("received_on", value, reasons) if value.get("received_on") else None
        if received_on is None and not value.get("received_on"):
            received_on = self._mapping.received_on
            if received_on is None:
                reasons.append(f"缺少{self._label('received_on')}")
        answered_on = self._date("answered_on", value, reasons)
        if received_on and answered_on and answered_on < received_on:
            reasons.append(f"答复日期 {answered_on} 早于收到日期 {received_on}")
        channel = self._choice("channel", Channel, value, reasons)
        nature = self._choice("nature", Nature, value, reasons)
        place = self._place(value, reasons)
        people = self._people(value, reasons)
        if reasons or received_on is None or channel is None or nature is None:
            return reasons
        return ImportPetition(
            channel=channel,
            nature=nature,
            category=self._worded("category", value),
            place=place,
            received_on=received_on,
            title=value["title"],
            body=value["body"],
            alias=Alias(system=self._mapping.system, number=value["number"]),
            past_answer=_past_answer(
                agency=value.get("answered_by") or None, on=answered_on, text=value.get("answer") or None
            ),
            petitioners=people,
        )

    def _date(self, key: str, value: dict[str, str], reasons: list[str]) -> date | None:
        text = value.get(key)
        if not text:
            return None
        for date_format in self._formats:
            try:
                return date(*time.strptime(text, date_format)[:3])
            except ValueError:
                continue
        reasons.append(f"{self._label(key)}“{text[:30]}”无法识别，可用的写法：{'、'.join(self._mapping.date_formats)}")
        return None

    def _choice(self, key: str, labels: type[L], value: dict[str, str], reasons: list[str]) -> L | None:
        """By the mapping's words, by the label or by the value; of an empty cell what holds for all."""
        text = value.get(key)
        if not text:
            common: L | None = getattr(self._mapping, key)
            if common is None:
                reasons.append(f"缺少{self._label(key)}")
            return common
        words: dict[str, L] = getattr(self._mapping.values, key)
        known = {one.value: one for one in labels} | {one.label: one for one in labels} | words
        if text not in known:
            names = "、".join(one.label for one in labels)
            reasons.append(
                f"{self._label(key)}“{text[:30]}”不是{names}之一，请在列对照文件的 [values.{key}] 中写明其含义"
            )
        return known.get(text)

    def _worded(self, key: str, value: dict[str, str]) -> str | None:
        """What the mapping says that the word means, or the word as it stands; of an empty cell what holds for all."""
        text = value.get(key)
        words: dict[str, str] = getattr(self._mapping.values, key)
        common: str | None = getattr(self._mapping, key)
        return words.get(text, text) if text else common

    def _place(self, value: dict[str, str], reasons: list[str]) -> str | None:
        code = self._worded("place", value)
        if code is not None and not PLACE.fullmatch(code):
            reasons.append(
                f"{self._label('place')}“{code[:30]}”不是区划代码，请在列对照文件的 [values.place] 中写明其代码"
            )
        return code

    def _people(self, value: dict[str, str], reasons: list[str]) -> list[PetitionerInput]:
        said = {key: value[key] for key in PERSON if value.get(key)}
        if said and "name" not in said:
            # Lost without a word it must not be, and without a name it is nobody's.
            reasons.append(f"有{'、'.join(LABELS[key] for key in said)}而缺少{self._label('name')}，请补填")
        if "name" not in said or reasons:
            return []
        return [msgspec.convert(said, PetitionerInput)]

    def _label(self, key: str) -> str:
        return f"{LABELS[key]}（{self._names[key]} 列）" if key in self._names else LABELS[key]


def _number_of(value: dict[str, str]) -> str:
    """A number for a letter that has none: the same for the same cells, in whatever file they stand."""
    text = "".join(f"{key}{len(value[key])}:{value[key]}" for key in sorted(value))
    return f"R{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _past_answer(*, agency: str | None, on: date | None, text: str | None) -> PastAnswer | None:
    return PastAnswer(agency=agency, on=on, text=text) if agency or on or text else None
