"""Invented letters in a CSV file or a workbook, and the mapping that reads them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

HEADER = ["编号", "标题", "内容", "日期", "答复", "答复日期", "答复单位"]

MAPPING = """
system = "{system}"
channel = "ONLINE"
nature = "APPEAL"
date_formats = ["%Y-%m-%d", "%Y年%m月%d日"]

[columns]
number = "编号"
title = "标题"
body = "内容"
received_on = "日期"
answer = "答复"
answered_on = "答复日期"
answered_by = "答复单位"
"""


def row(number: int, **changes: str) -> list[str]:
    """A letter that can be taken; ``changes`` by column, e.g. ``日期=""``."""
    cells = {
        "编号": f"M{number:04d}",
        "标题": f"第{number}号路灯不亮",
        "内容": f"演示村第{number}号路灯已经三个月不亮，\n晚上出行不便，请派人维修。",
        "日期": "2018-03-05",
        "答复": "已安排维修。",
        "答复日期": "2018-03-12",
        "答复单位": "演示县城管局",
    }
    assert changes.keys() <= cells.keys()
    return list((cells | changes).values())


def csv_text(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue()


def write_letters(path: Path, rows: list[list[str]], *, encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def write_workbook(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "登记簿") -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.title = sheet
    for cells in rows:
        book.active.append(list(cells))
    book.save(path)
    book.close()
    return path


def write_mapping(path: Path, *, system: str = "演示信箱") -> Path:
    path.write_text(MAPPING.format(system=system), "utf-8")
    return path


def read_rejects(path: Path) -> list[list[str]]:
    """Line, reason and cells of each row that was sent back."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[:2] == ["行号", "退回原因"]
    return rows
