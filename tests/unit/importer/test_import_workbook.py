"""A workbook as offices keep it: dates as dates, numbers as numbers, titles above the table, sheets beside it."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from deploy.operator.import_rows import Row, SourceError, Unfit, open_source
from tests.unit.importer.made import HEADER, csv_text, row, write_workbook


def test_the_same_rows_are_read_of_a_workbook_as_of_a_file(tmp_path: Path) -> None:
    source = open_source(write_workbook(tmp_path / "信.xlsx", [HEADER, row(1), row(2)]))
    assert (source.kind, source.header, source.count) == ("工作表“登记簿”", HEADER, 2)
    assert list(source.rows()) == [Row(line=2, cells=row(1)), Row(line=3, cells=row(2))]


def test_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    midnight = datetime(2019, 12, 21)  # noqa: DTZ001 - as a workbook has it
    cells = [20191221001, 3.0, 2.5, date(2019, 12, 21), midnight.replace(hour=9, minute=5), midnight, True]
    source = open_source(write_workbook(tmp_path / "a.xlsx", [[*"甲乙丙丁戊己庚"], cells]))
    (found,) = source.rows()
    assert found.cells == ["20191221001", "3", "2.5", "2019-12-21", "2019-12-21 09:05:00", "2019-12-21", "是"]
    assert found.spoiled == {}


def test_line_breaks_as_other_programs_write_them_are_line_breaks(tmp_path: Path) -> None:
    source = open_source(write_workbook(tmp_path / "a.xlsx", [["甲"], ["第一行_x000D_\n第二行"]]))
    (found,) = source.rows()
    assert found.cells == ["第一行\r\n第二行"]


def test_what_the_workbook_has_lost_is_told_by_its_cell(tmp_path: Path) -> None:
    source = open_source(write_workbook(tmp_path / "a.xlsx", [[*"甲乙丙"], [110101199003074610, "#REF!", "好"]]))
    (found,) = source.rows()
    assert set(found.spoiled) == {0, 1}
    assert "超过 15 位" in found.spoiled[0]
    assert found.spoiled[1] == "在表格中是错误值 #REF!"


def test_blank_rows_are_none_and_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    rows = [[*"甲乙"], ["1", "a"], [None, None], ["2", None], [None, "  "], ["3", "c", None, None]]
    source = open_source(write_workbook(tmp_path / "a.xlsx", rows))
    assert source.count == 3
    assert [(one.line, one.cells) for one in source.rows()] == [(2, ["1", "a"]), (4, ["2", ""]), (6, ["3", "c"])]


def test_a_row_beside_the_header_or_twice_is_sent_back(tmp_path: Path) -> None:
    rows = [[*"甲乙"], ["1", "a"], ["2", "b", "多出"], ["1", "a"]]
    _, wide, again = open_source(write_workbook(tmp_path / "a.xlsx", rows)).rows()
    assert isinstance(wide, Unfit)
    assert wide.reason == "列数不对：表头 2 列，本行 3 列"
    assert isinstance(again, Unfit)
    assert again.reason == "与第 2 行完全相同"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["2019 年信访登记簿", None, None], [*"甲乙丙"]], None),
        ([["编号", None, "内容"], ["1", "a", "b"]], "第 1 行中，B 列没有列名.*取消表头的合并单元格"),
        ([[None, "标题", "内容"], ["1", "a", "b"]], "第 1 行中，A 列没有列名"),
        ([[None], [*"甲乙"]], "第 1 行应为列名，现为空行"),
        ([], "第 1 行应为列名，现为空行"),
    ],
    ids=["title", "merged", "first", "blank", "empty"],
)
def test_a_header_that_is_none_is_refused_with_its_columns(
    tmp_path: Path, rows: list[list[object]], said: str | None
) -> None:
    path = write_workbook(tmp_path / "a.xlsx", rows)
    if said is None:  # A title line reads as a header of one column: the mapping names what it lacks.
        assert open_source(path).header == ["2019 年信访登记簿"]
        return
    with pytest.raises(SourceError, match=said):
        open_source(path)


def test_a_merged_header_leaves_columns_without_a_name(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["编号", "信件", "", "日期"], ["1", "a", "b", "c"]])
    book = load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.save(path)
    with pytest.raises(SourceError, match="第 1 行中，C 列没有列名"):
        open_source(path)


def test_of_several_sheets_one_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    assert book.active is not None
    book.active.title = "说明"
    book.create_sheet("2019").append(["甲"])
    book.save(path)
    with pytest.raises(SourceError, match=r'有 2 个工作表：说明、2019。.*sheet = "说明"'):
        open_source(path)
    with pytest.raises(SourceError, match="没有工作表“2020”；现有：说明、2019"):
        open_source(path, sheet="2020")
    assert open_source(path, sheet="2019").header == ["甲"]


def test_what_is_no_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text(csv_text([row(1)]), "utf-8")
    with pytest.raises(SourceError, match=r"不是有效的 XLSX 文件.*另存为"):
        open_source(path)
    with pytest.raises(SourceError, match="没有这个文件"):
        open_source(tmp_path / "没有.xlsx")
    with pytest.raises(SourceError, match=r"不是有效的 XLSX 文件.*另存为"):
        open_source(path.rename(tmp_path / "旧.xls"))


def test_rows_are_read_as_they_are_asked_for_and_the_file_is_let_go(tmp_path: Path) -> None:
    source = open_source(write_workbook(tmp_path / "a.xlsx", [HEADER, *(row(number) for number in range(300))]))
    rows = source.rows()
    assert next(rows).cells == row(0)
    rows.close()
    assert sum(1 for _ in source.rows()) == 300
