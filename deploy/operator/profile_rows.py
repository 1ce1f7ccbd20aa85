"""The plain files of a county profile, read so that every mistake is named by file and line.

The files are edited in Excel, WPS or a text editor by people who do not program: a byte order mark, empty rows,
blanks around a cell and full-width semicolons are taken as they are; everything else that does not fit is said.
"""

import csv
import io
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
"""What Excel makes of a division code: 6.11021E+11."""


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a profile, in words for the person who edits it."""

    file: str
    line: int | None
    """Line of the file, from 1; None where the whole file is meant."""
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file} 第 {self.line} 行"
        return f"{where}：{self.reason}"


class Row(msgspec.Struct, frozen=True):
    """One row of a file; every column of the file is there, with blanks around the text removed."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def several(self, column: str) -> list[str]:
        """The parts of a cell that lists several things, separated by ``;`` (or the full-width ``；``)."""
        return [part.strip() for part in re.split("[;；]", self.cells[column]) if part.strip()]


class Mistakes:
    """Collects what is wrong, so that one reading tells everything."""

    def __init__(self) -> None:
        self.found: list[Mistake] = []

    def in_file(self, file: str, reason: str, *, line: int | None = None) -> None:
        self.found.append(Mistake(file, line, reason))

    def in_row(self, row: Row, reason: str) -> None:
        self.found.append(Mistake(row.file, row.line, reason))

    def empty(self, row: Row, *columns: str) -> None:
        """Notes each of ``columns`` that is empty in the row."""
        for column in columns:
            if not row[column]:
                self.in_row(row, f"“{column}”不能为空")

    def repeated(self, rows: list[Row], key: Callable[[Row], str], what: str) -> None:
        """Notes each row whose ``key`` stood in an earlier row. Rows with an empty key are passed over."""
        first: dict[str, int] = {}
        for row in rows:
            value = key(row)
            if value and first.setdefault(value, row.line) != row.line:
                self.in_row(row, f"{what}“{value}”与第 {first[value]} 行重复")


def read_text(path: Path, mistakes: Mistakes) -> str | None:
    """The text of a UTF-8 file, with or without byte order mark; None where it cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        mistakes.in_file(path.name, "缺少这个文件，请照 README.md 补上")
        return None
    except OSError as error:
        mistakes.in_file(path.name, f"无法读取：{error.strerror}")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        mistakes.in_file(
            path.name, f"{_encoding(data)}，请另存为 UTF-8（Excel 中选“CSV UTF-8（逗号分隔）”）", line=line
        )
        return None


def read_toml(path: Path, mistakes: Mistakes) -> dict[str, Any] | None:
    """What a TOML file says; None where it cannot be read."""
    text = read_text(path, mistakes)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        mistakes.in_file(path.name, f"不是有效的 TOML：{error}", line=int(line[1]) if line else None)
        return None


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "文件是 UTF-16 编码（“Unicode 文本”）"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "文件不是 UTF-8 编码"
    return "文件是 GBK 编码"


def read_rows(path: Path, columns: tuple[str, ...], mistakes: Mistakes) -> list[Row] | None:
    """The rows of a CSV file whose first line names exactly ``columns``, in any order.

    None where the file as a whole cannot be used: rows that refer to it are then not judged by it.
    """
    text = read_text(path, mistakes)
    if text is None:
        return None
    lines = _records(path.name, text, mistakes)
    if lines is None:
        return None
    if not lines:
        mistakes.in_file(path.name, "文件是空的，第 1 行应为列名：" + ",".join(columns))
        return None
    header_line, header = lines[0]
    if not _header_fits(path.name, header_line, header, columns, mistakes):
        return None
    rows = []
    for line, cells in lines[1:]:
        if len(cells) > len(header) and not any(cells[len(header) :]):
            cells = cells[: len(header)]
        if len(cells) != len(header):
            mistakes.in_file(path.name, f"这一行有 {len(cells)} 列，应有 {len(header)} 列，请检查逗号和引号", line=line)
        # Too short a row still names its tenant or place, so that others may refer to it.
        padded = [*cells, *[""] * len(header)]
        rows.append(Row(path.name, line, dict(zip(header, padded, strict=False))))
    return rows


def _records(file: str, text: str, mistakes: Mistakes) -> list[tuple[int, list[str]]] | None:
    """Every record that is not wholly empty, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                records.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error:
        mistakes.in_file(file, "引号不成对，或引号后面不是逗号；内容里的引号要写成两个", line=begins)
        return None
    return records


def _header_fits(file: str, line: int, header: list[str], columns: tuple[str, ...], mistakes: Mistakes) -> bool:
    while header and not header[-1]:
        header.pop()
    problems = [f"缺少列“{column}”" for column in columns if column not in header]
    problems += [f"多出不认识的列“{column}”" for column in header if column not in columns]
    problems += [f"列“{column}”出现了不止一次" for column in columns if header.count(column) > 1]
    for problem in problems:
        mistakes.in_file(file, f"{problem}；列名应为：{','.join(columns)}", line=line)
    return not problems


def spoiled(text: str) -> bool:
    """Whether Excel turned a code into scientific notation, which loses its digits."""
    return SCIENTIFIC.fullmatch(text) is not None


SPOILED = "编码“{}”被 Excel 改成了科学计数，请把该列设为“文本”格式后重新填写"
