"""A table (CSV) of the network's posts, read so that every mistake is named by its line. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gateway.reading import User
from services.common.errors import InvalidInput
from services.common.wording import explain
from services.contracts.network import NetworkRole
from services.contracts.network_commands import LineMistake, PostInput, PostLine

COLUMNS = {
    "单位代码": "tenant",
    "岗位": "role",
    "姓名": "name",
    "电话": "phone",
    "登录名": "login",
    "出生日期": "born_on",
    "督查组": "group",
    "包联地": "covers",
    "开始日期": "since",
    "截止日期": "until",
    "培训日期": "trained_on",
}
NEEDED = ("单位代码", "岗位", "姓名", "包联地", "开始日期")
DAYS = frozenset({"born_on", "since", "until", "trained_on"})
ROLES = {role.label: role.value for role in NetworkRole}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
LONGEST = 1_000_000
"""Characters of a table."""
MOST_LINES = 2000


def read_table(text: str) -> tuple[list[PostLine], list[LineMistake]]:
    """The lines that can be read, and what is wrong with the others. Raises ``InvalidInput`` for what is no such table.

    Several places of one cell are separated by semicolons; a role is written by its name; blank lines are none.
    """
    if len(text) > LONGEST:
        raise InvalidInput(f"表格不能超过 {LONGEST} 个字符，请分几次导入", field="table")
    rows = _rows(text)
    number, header = next(rows, (1, []))
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown:
        said = f"缺少列“{'、'.join(missing)}”" if missing else f"不认识的列“{'、'.join(unknown)}”"
        raise InvalidInput(f"表格第 {number} 行应为列名，{said}；可用的列：{'、'.join(COLUMNS)}", field="table")
    lines: list[PostLine] = []
    mistakes: list[LineMistake] = []
    for number, cells in rows:
        if len(cells) != len(header):
            mistakes.append(LineMistake(line=number, message=f"应有 {len(header)} 列，实为 {len(cells)} 列"))
            continue
        try:
            post = msgspec.convert(_fields(dict(zip(header, cells, strict=True))), PostInput)
        except msgspec.ValidationError as error:
            message, field = explain(error)
            column = next((name for name, own in COLUMNS.items() if field and field.startswith(own)), None)
            mistakes.append(LineMistake(line=number, message=f"“{column}”：{message}" if column else message))
            continue
        lines.append(PostLine(line=number, post=post))
    if len(lines) + len(mistakes) > MOST_LINES:
        raise InvalidInput(f"一次最多导入 {MOST_LINES} 行，请分几次导入", field="table")
    return lines, mistakes


def wrong_logins(lines: list[PostLine], users: Mapping[str, User]) -> list[LineMistake]:
    """Lines whose login is nobody's of the post's own tenant. ``users``: those of the county that are in use."""
    return [
        LineMistake(line=line.line, message=said)
        for line in lines
        if (said := wrong_login(line.post, users)) is not None
    ]


def wrong_login(post: PostInput, users: Mapping[str, User]) -> str | None:
    if post.login is None:
        return None
    user = users.get(post.login)
    if user is None or user.tenant != post.tenant:
        return f"登录名 {post.login} 不是该单位在用的用户，请核对；没有账号的留空"
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise InvalidInput(f"表格第 {reader.line_num} 行引号不成对，无法分列，请核对", field="table") from error


def _fields(row: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for column, cell in row.items():
        name = COLUMNS[column]
        if name == "covers":
            fields[name] = [part.strip() for part in re.split("[;；]", cell) if part.strip()]
        elif name == "role":
            fields[name] = ROLES.get(cell, cell)
        elif name in DAYS and (found := DAY.fullmatch(cell)):
            fields[name] = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        else:
            # An empty cell says nothing; where something must be said, its absence is told.
            fields[name] = cell or None
    return {name: value for name, value in fields.items() if value is not None}
