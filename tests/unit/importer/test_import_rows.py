"""Reading a CSV file as life writes it: encodings, line breaks in cells, stray quotes, rows twice."""

from pathlib import Path

import pytest

from deploy.operator.import_rows import LONGEST_CELL, Row, SourceError, Unfit, open_source
from tests.unit.importer.made import HEADER, csv_text, row, write_letters


@pytest.mark.parametrize(
    ("written_as", "read_as"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")]
)
def test_a_file_in_any_usual_encoding_is_read(tmp_path: Path, written_as: str, read_as: str) -> None:
    source = open_source(write_letters(tmp_path / "信.csv", [row(1), row(2)], encoding=written_as))

    assert (source.kind, source.header, source.count) == (f"{read_as} 编码", HEADER, 2)
    assert [one.cells for one in source.rows()] == [row(1), row(2)]


def test_a_file_in_another_encoding_is_refused_with_advice(tmp_path: Path) -> None:
    # UTF-16 with its mark, as Excel's "Unicode text": 0xFF begins no character of either.
    path = tmp_path / "信.csv"
    path.write_bytes(b"\xff\xfe" + csv_text([row(1)]).encode("utf-16-le"))

    with pytest.raises(SourceError, match=r"既不是 UTF-8 也不是 GB18030.*另存为"):
        open_source(path)


def test_a_row_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    source = open_source(write_letters(tmp_path / "a.csv", [row(1), row(2), row(3)]))

    # Each body holds a line break, so each row takes two lines.
    assert [one.line for one in source.rows()] == [2, 4, 6]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([row(1)]) + "\r\n\r\n" + csv_text([row(2)]).split("\r\n", 1)[1] + "\n", "utf-8")

    source = open_source(path)
    assert source.count == 2
    assert [one.cells for one in source.rows()] == [row(1), row(2)]


def test_a_row_with_other_columns_than_the_header_is_sent_back(tmp_path: Path) -> None:
    source = open_source(write_letters(tmp_path / "a.csv", [row(1)[:-1], [*row(2), "多出"], row(3)]))

    short, long, good = source.rows()
    assert isinstance(short, Unfit)
    assert short.reason == "列数不对：表头 7 列，本行 6 列"
    assert short.cells == row(1)[:-1]
    assert isinstance(long, Unfit)
    assert long.reason == "列数不对：表头 7 列，本行 8 列"
    assert good == Row(line=6, cells=row(3))


def test_a_row_like_an_earlier_one_is_sent_back_with_its_line(tmp_path: Path) -> None:
    source = open_source(write_letters(tmp_path / "a.csv", [row(1), row(2), row(1), row(1, 答复="又答复")]))

    first, second, again, other = source.rows()
    assert isinstance(again, Unfit)
    assert again.reason == f"与第 {first.line} 行完全相同"
    assert not isinstance(second, Unfit)
    assert not isinstance(other, Unfit)


def test_cells_that_only_join_alike_are_different_rows(tmp_path: Path) -> None:
    source = open_source(
        write_letters(tmp_path / "a.csv", [row(1, 标题="甲乙", 内容="丙"), row(1, 标题="甲", 内容="乙丙")])
    )

    assert not any(isinstance(one, Unfit) for one in source.rows())


def test_a_stray_quote_never_melts_two_letters_into_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    # A lenient reader makes one row of seven cells of lines 2 and 3.
    path.write_text(
        ",".join(HEADER)
        + '\n1,甲,"没有收尾的引号,2018-01-01,,,\n2,乙,"好好的内容",2018-01-02,,,\n3,丙,内容,2018-01-03,,,\n',
        "utf-8",
    )

    source = open_source(path)
    broken, *others = source.rows()
    assert isinstance(broken, Unfit)
    assert broken.line == 2
    assert broken.reason.startswith("引号不成对或位置不对")
    # All of it is shown, so that it can be mended.
    assert "没有收尾的引号" in broken.cells[0]
    assert "好好的内容" in broken.cells[0]
    assert others == [Row(line=4, cells=["3", "丙", "内容", "2018-01-03", "", "", ""])]
    assert source.count == 2


def test_a_quote_that_is_never_closed_does_not_stop_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([row(1)]) + '2,乙,"没有收尾\n还有一行\n', "utf-8")

    good, broken = open_source(path).rows()
    assert good.cells == row(1)
    assert isinstance(broken, Unfit)
    assert broken.cells == ['2,乙,"没有收尾\n还有一行\n']


def test_a_cell_without_end_is_sent_back_and_reading_goes_on(tmp_path: Path) -> None:
    rows = [row(1), row(2, 内容="长" * (LONGEST_CELL + 1)), row(3)]
    source = open_source(write_letters(tmp_path / "a.csv", rows))

    kinds = [type(one) for one in source.rows()]
    assert kinds == [Row, Unfit, Row]


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = write_letters(tmp_path / "a.csv", [row(number) for number in range(2000)])
    rows = open_source(path).rows()
    assert next(rows).cells == row(0)
    # What was not asked for was not read yet: the file ends where it is cut now.
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\r\n", len(content) // 2) + 2])
    assert sum(1 for _ in rows) < 1500


@pytest.mark.parametrize("content", ["", "\n\n", '"编号,标题\n'])
def test_a_file_without_header_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")

    with pytest.raises(SourceError, match="第一行应为列名"):
        open_source(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"读不到文件 .*没有.csv：没有这个文件"):
        open_source(tmp_path / "没有.csv")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="这是一个文件夹"):
        open_source(tmp_path)
