"""The mapping file of an import: which column of the CSV file is what, checked before a row is read."""

import difflib
import time
import tomllib
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


class MappingError(LocalError):
    """The mapping cannot be used; the message names the file and the key."""


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Names of columns in the CSV file. What happened to the letter may be missing altogether."""

    number: Text
    title: Text
    body: Text
    received_on: Text
    answer: Text | None = None
    answered_on: Text | None = None
    answered_by: Text | None = None


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    system: Text
    """Name of the older register; with number and text it tells whether a letter is already here."""
    channel: Channel
    nature: Nature
    date_formats: Annotated[list[Text], Meta(min_length=1)]
    """As ``time.strptime`` reads them, tried in turn."""
    columns: Columns


def _choices(labels: type[Labelled]) -> str:
    return "下列之一：" + "、".join(f"{one.value}（{one.label}）" for one in labels)


EXPECTED = {
    "channel": _choices(Channel),
    "nature": _choices(Nature),
    "date_formats": '日期写法的列表，例如 ["%Y-%m-%d"]',
    "columns": "单独的一节 [columns]",
}


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
    columns = table.get("columns")
    if isinstance(columns, dict):
        table["columns"] = _take(path, columns, Columns, "columns.")
    mapping = _take(path, table, Mapping)
    for date_format in mapping.date_formats:
        if not _is_date_format(date_format):
            raise MappingError(f"{path}：date_formats 中的 {date_format!r} 不是完整的日期写法，须含 %Y、%m、%d")
    return mapping


def _take(path: Path, table: dict[str, Any], struct: type[S], section: str = "") -> S:
    """The table as the struct; raises ``MappingError`` that names the first wrong key."""
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"是否应为 {section}{near[0]}？" if near else f"可用的项：{'、'.join(fields)}"
            raise MappingError(f"{path}：没有 {section}{key} 这一项，{hint}")
    for name, field in fields.items():
        expected = EXPECTED.get(name, "一段文字")
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
