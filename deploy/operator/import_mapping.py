"""The mapping file of an import: which column of the file is what, checked before a row is read."""

import difflib
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from deploy.local.errors import LocalError
from deploy.operator.import_rows import unreadable
from services.contracts.base import Labelled
from services.contracts.intake import Channel, Nature

Text = Annotated[str, Meta(min_length=1)]
S = TypeVar("S", bound=msgspec.Struct)

BY_ROW = "@row"
"""In place of a column: the letter has no number, and gets one made of what its row says."""
ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
"""How the days of a workbook come, and what nobody can mistake: always read, whatever else is."""


class MappingError(LocalError):
    """The mapping cannot be used; the message names the file and the key."""


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Names of columns in the file. What is None stands in no column."""

    number: Text
    title: Text
    body: Text
    received_on: Text | None = None
    channel: Text | None = None
    nature: Text | None = None
    category: Text | None = None
    place: Text | None = None
    name: Text | None = None
    """Of the petitioner, like the three that follow."""
    identity_number: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    answer: Text | None = None
    answered_on: Text | None = None
    answered_by: Text | None = None


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What a word of the file means here, by column."""

    channel: dict[str, Channel] = {}
    nature: dict[str, Nature] = {}
    category: dict[str, str] = {}
    place: dict[str, str] = {}


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """What stands here and in ``columns`` both is for the rows whose cell is empty."""

    system: Text
    """Name of the older register; with number and text it tells whether a letter is already here."""
    channel: Channel | None = None
    nature: Nature | None = None
    category: Text | None = None
    place: Text | None = None
    received_on: date | None = None
    date_formats: Annotated[list[Text], Meta(min_length=1)]
    """As ``time.strptime`` reads them, tried in turn; ``ISO_FORMATS`` beside them."""
    sheet: Text | None = None
    """Of a workbook with several."""
    columns: Columns
    values: Values = Values()


def _choices(labels: type[Labelled]) -> str:
    return "下列之一：" + "、".join(f"{one.value}（{one.label}）" for one in labels)


EXPECTED = {
    "channel": _choices(Channel),
    "nature": _choices(Nature),
    "received_on": "一个日期，不加引号，例如 2019-12-31",
    "date_formats": '日期写法的列表，例如 ["%Y-%m-%d"]',
    "columns": "单独的一节 [columns]",
    "values": "[values.channel] 等几节，每行一个“原文 = 含义”",
    "columns.channel": "一段文字",
    "columns.nature": "一段文字",
    "columns.received_on": "一段文字",
    "values.channel": f"每行一个“原文 = 含义”，含义为{_choices(Channel)}",
    "values.nature": f"每行一个“原文 = 含义”，含义为{_choices(Nature)}",
    "values.category": "每行一个“原文 = 含义”",
    "values.place": "每行一个“原文 = 属地代码”",
}
NEEDED = ("channel", "nature", "received_on")
"""What each letter must have, by column or alike for all."""


def load_mapping(path: Path) -> Mapping:
    """Raises ``MappingError``."""
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise MappingError(f"读不到列对照文件 {path}：{unreadable(error)}") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"列对照文件 {path} 不是 UTF-8 编码，请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"列对照文件 {path} 不是有效的 TOML：{error}") from error
    for name, struct in (("columns", Columns), ("values", Values)):
        if isinstance(section := table.get(name), dict):
            table[name] = _take(path, section, struct, f"{name}.")
    mapping = _take(path, table, Mapping)
    for date_format in mapping.date_formats:
        if not _is_date_format(date_format):
            raise MappingError(f"{path}：date_formats 中的 {date_format!r} 不是完整的日期写法，须含 %Y、%m、%d")
    _check_complete(path, mapping)
    return mapping


def _check_complete(path: Path, mapping: Mapping) -> None:
    columns = mapping.columns
    for key in NEEDED:
        if getattr(columns, key) is None and getattr(mapping, key) is None:
            raise MappingError(f"{path}：缺少 {key}，应为{EXPECTED[key]}；各行不同的，在 columns.{key} 中写明是哪一列")
    for key in ("identity_number", "phone", "address"):
        if getattr(columns, key) is not None and columns.name is None:
            raise MappingError(f"{path}：有 columns.{key}，还须有 columns.name（信访人姓名）")
    for key in Values.__struct_fields__:
        if getattr(mapping.values, key) and getattr(columns, key) is None:
            raise MappingError(f"{path}：有 values.{key}，还须在 columns.{key} 中写明是哪一列")


def _take(path: Path, table: dict[str, Any], struct: type[S], section: str = "") -> S:
    """The table as the struct; raises ``MappingError`` that names the first wrong key."""
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"是否应为 {section}{near[0]}？" if near else f"可用的项：{'、'.join(fields)}"
            raise MappingError(f"{path}：没有 {section}{key} 这一项，{hint}")
    for name, field in fields.items():
        expected = EXPECTED.get(f"{section}{name}", "一段文字")
        if name not in table:
            if field.required:
                raise MappingError(f"{path}：缺少 {section}{name}，应为{expected}")
            continue
        try:
            msgspec.convert(table[name], field.type)
        except msgspec.ValidationError as error:
            raise MappingError(f"{path}：{section}{name} 的值 {table[name]!r} 不正确，应为{expected}") from error
    return msgspec.convert(table, struct)


def _is_date_format(text: str) -> bool:
    """Whether a date that is written with it can be read back whole."""
    day = (2019, 12, 31)
    try:
        return time.strptime(time.strftime(text, (*day, 0, 0, 0, 1, 365, -1)), text)[:3] == day
    except ValueError:
        return False
