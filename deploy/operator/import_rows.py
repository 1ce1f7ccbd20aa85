"""The rows of a file, one at a time: a file of a million rows needs no more memory than their digests."""

import csv
import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from deploy.local.errors import LocalError

ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
"""Tried in turn. GB18030 reads almost anything, so it comes last."""
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
"""The last three are refused with advice."""
LONGEST_CELL = 1_000_000
"""Characters. A cell beyond it is a quote that was never closed."""


def unreadable(error: OSError) -> str:
    """Why a file cannot be read or written."""
    match error:
        case FileNotFoundError():
            return "没有这个文件"
        case IsADirectoryError():
            return "这是一个文件夹"
        case PermissionError():
            return "没有权限"
        case _:
            return str(error)


class SourceError(LocalError):
    """The file cannot be read as rows below a header; the message says what to do."""


@dataclass(frozen=True)
class Row:
    line: int
    """Line of the file, or of the sheet, on which the row begins; the header is line 1."""
    cells: list[str]
    spoiled: dict[int, str] = field(default_factory=dict)
    """Why the file no longer holds what somebody entered, by the place of the cell."""


@dataclass(frozen=True)
class Unfit(Row):
    """A row that cannot be a letter, whatever its cells say."""

    reason: str = ""


@dataclass(frozen=True)
class Source:
    """A file that was read through once."""

    path: Path
    kind: str
    """What it was read as, in words: its encoding, or its sheet."""
    header: list[str]
    count: int
    """How many rows follow the header."""
    records: Callable[[], Generator[Row, None, None]]
    """Reads the rows that follow the header, as they stand."""

    def rows(self) -> Generator[Row, None, None]:
        """Every row after the header. One with other columns than the header, or like an earlier one, is ``Unfit``."""
        seen: dict[bytes, int] = {}
        with closing(self.records()) as records:
            for row in records:
                yield row if isinstance(row, Unfit) else self._checked(row, seen)

    def _checked(self, row: Row, seen: dict[bytes, int]) -> Row:
        if len(row.cells) != len(self.header):
            return _unfit(row, f"列数不对：表头 {len(self.header)} 列，本行 {len(row.cells)} 列")
        # Length before text, so that no two different rows look alike.
        text = "".join(f"{len(cell)}:{cell}" for cell in row.cells)
        first = seen.setdefault(hashlib.blake2b(text.encode(), digest_size=16).digest(), row.line)
        return row if first == row.line else _unfit(row, f"与第 {first} 行完全相同")


def _unfit(row: Row, reason: str) -> Unfit:
    return Unfit(row.line, row.cells, reason=reason)


def open_source(path: Path, *, sheet: str | None = None) -> Source:
    """Reads the file through for its columns and its size: a workbook by its name's end, else as CSV.

    ``sheet``: which one of a workbook. Raises ``SourceError``.
    """
    if path.suffix.lower() in WORKBOOKS:
        # A CSV file is read without it.
        from deploy.operator.import_workbook import open_workbook

        return open_workbook(path, sheet=sheet)
    return _open_csv(path)


def _open_csv(path: Path) -> Source:
    for encoding, called in ENCODINGS.items():

        def records(encoding: str = encoding) -> Generator[Row, None, None]:
            with path.open(encoding=encoding, newline="") as file:
                found = _records(file)
                next(found)
                yield from found

        try:
            with path.open(encoding=encoding, newline="") as file:
                rows = _records(file)
                header = next(rows, None)
                count = sum(1 for _ in rows)
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise SourceError(f"读不到文件 {path}：{unreadable(error)}") from error
        if header is None or isinstance(header, Unfit):
            raise SourceError(f"{path} 的第一行应为列名，各列以英文逗号分隔")
        # A byte order mark is no part of a name; utf-8-sig took its own off already.
        names = [name.removeprefix("\ufeff").strip() for name in header.cells]
        return Source(path=path, kind=f"{called} 编码", header=names, count=count, records=records)
    raise SourceError(f"{path} 既不是 UTF-8 也不是 GB18030（GBK）编码，请在 Excel 或 WPS 中另存为“CSV UTF-8”")


class _Lines:
    """The lines of a file. Those of the row at hand are kept, to show a broken row as it stands."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.taken.append(line)
        return line


def _records(file: TextIO) -> Iterator[Row]:
    """Header and rows; blank lines are none.

    Strict about quotes: a lenient reader takes a stray quote for the start of a cell and melts two letters into
    one without a word. A broken row is ``Unfit``, and reading goes on with the next line.
    """
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True)
    while True:
        lines.taken.clear()
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unfit(line, ["".join(lines.taken)], reason=f"引号不成对或位置不对，无法分列（{error}）")
            continue
        if cells:
            yield Row(line, cells)
