"""Writing the workbook: one row after another, in memory that does not grow with them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from gateway.exports.columns import Beside, Column, shown

FORMULA_STARTS = tuple("=+-@\t\r")
ABOUT = "说明"
ABOUT_WIDTHS = (16, 90)


class Sheets:
    """A workbook that is being written. It stands in its file once it is closed."""

    def __init__(self, path: Path, *, title: str, columns: Sequence[Column[Any]]) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            # What people wrote stays what they wrote.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # Excel then shows it as text and keeps it so, also when somebody edits the cell.
        self._text = self._book.add_format({"quote_prefix": True})
        self._sheet = self._book.add_worksheet(title)
        self._columns = columns
        self.rows = 0
        for index, column in enumerate(columns):
            self._sheet.set_column(index, index, column.width)
            self._sheet.write_string(0, index, column.heading, self._bold)
        self._sheet.freeze_panes(1, 1)

    def write(self, rows: Iterable[Any], beside: Beside) -> None:
        for row in rows:
            self.rows += 1
            for index, column in enumerate(self._columns):
                self._write(self._sheet, self.rows, index, shown(column.value(row, beside)))

    def explain(self, lines: Iterable[tuple[str, str]]) -> None:
        """The sheet that says what this is; after the rows."""
        self._sheet.autofilter(0, 0, self.rows, len(self._columns) - 1)
        about = self._book.add_worksheet(ABOUT)
        for index, width in enumerate(ABOUT_WIDTHS):
            about.set_column(index, index, width)
        for number, (name, text) in enumerate(lines):
            about.write_string(number, 0, name, self._bold)
            self._write(about, number, 1, text)

    def _write(self, sheet: Any, row: int, column: int, value: str | int | date | datetime | None) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, value, self._text if value.startswith(FORMULA_STARTS) else None)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._instant)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        else:
            sheet.write_number(row, column, value)

    def close(self) -> None:
        self._book.close()
