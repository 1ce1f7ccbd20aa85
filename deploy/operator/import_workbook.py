"""The rows of a sheet of an XLSX workbook, as texts: what Excel shows, not how it keeps it."""

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from deploy.operator.import_rows import Row, Source, SourceError, unreadable

MOST_FIGURES = 10**15
"""Excel keeps fifteen figures of a number; of a longer one the rest was lost when it was entered."""


def open_workbook(path: Path, *, sheet: str | None) -> Source:
    """Reads the sheet through for its columns and its size. Raises ``SourceError``."""
    with _opened(path) as book:
        chosen = _sheet(path, book, sheet)
        rows = _rows(book[chosen])
        header = _header(path, chosen, next(rows, Row(1, [])))
        count = sum(1 for _ in rows)

    def records() -> Generator[Row, None, None]:
        with _opened(path) as book:
            rows = _rows(book[chosen])
            next(rows)
            for row in rows:
                # What was formatted but never filled in beside the table is no cell of it.
                yield Row(row.line, row.cells + [""] * (len(header) - len(row.cells)), row.spoiled)

    return Source(path=path, kind=f"工作表“{chosen}”", header=header, count=count, records=records)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            # Of styles and extensions that it does not read; cells are not touched by it.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise SourceError(f"读不到文件 {path}：{unreadable(error)}") from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise SourceError(
            f"{path} 不是有效的 XLSX 文件，请在 Excel 或 WPS 中打开并另存为“Excel 工作簿（.xlsx）”"
        ) from error
    try:
        yield book
    finally:
        book.close()


def _sheet(path: Path, book: Any, wanted: str | None) -> str:
    names = [one.title for one in book.worksheets]
    listed = "、".join(names)
    if wanted is not None and wanted not in names:
        raise SourceError(f"{path} 中没有工作表“{wanted}”；现有：{listed}")
    if wanted is None and len(names) != 1:
        raise SourceError(
            f'{path} 中有 {len(names)} 个工作表：{listed}。请在列对照文件中写明是哪一个，如 sheet = "{names[0]}"'
        )
    return wanted or names[0]


def _header(path: Path, sheet: str, first: Row) -> list[str]:
    """The names of the columns; a header of several rows or with merged cells leaves some without."""
    names = [" ".join(cell.split()) for cell in first.cells]
    if first.line != 1 or not names:
        raise SourceError(f"{path} 的工作表“{sheet}”第 1 行应为列名，现为空行；请删去列名以上的行")
    blank = [get_column_letter(place) for place, name in enumerate(names, 1) if not name]
    if blank:
        raise SourceError(
            f"{path} 的工作表“{sheet}”第 1 行中，{'、'.join(blank)} 列没有列名：表头应只占第 1 行、每列一个列名。"
            "请删去标题行，取消表头的合并单元格，并删去空列"
        )
    return names


def _rows(sheet: Any) -> Iterator[Row]:
    """Rows that are not blank, each as far as it is filled in."""
    sheet.reset_dimensions()  # Some programs write a size that is too small.
    for line, cells in enumerate(sheet.iter_rows(), 1):
        texts: list[str] = []
        spoiled: dict[int, str] = {}
        for place, cell in enumerate(cells):
            text, why = _text(cell)
            texts.append(text)
            if why:
                spoiled[place] = why
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield Row(line, texts, spoiled)


def _text(cell: Any) -> tuple[str, str | None]:
    """The cell as a person would type it, and why it is not what somebody entered."""
    value = cell.value
    match value:
        case None:
            return "", None
        case str():
            # Line breaks and the like are written so by many programs.
            return unescape(value), f"在表格中是错误值 {value}" if cell.data_type == "e" else None
        case bool():
            return "是" if value else "否", None
        case int() | float():
            whole = int(value) if value == int(value) else value
            lost = abs(whole) >= MOST_FIGURES
            return str(
                whole
            ), "是超过 15 位的数值，表格已丢失其末几位；请把该列设为文本格式后重新填写" if lost else None
        case datetime():
            plain = value.time() == time() and value.tzinfo is None
            return (str(value.date()) if plain else f"{value:%Y-%m-%d %H:%M:%S}"), None
        case date():
            return str(value), None
        case _:
            return str(value), None
