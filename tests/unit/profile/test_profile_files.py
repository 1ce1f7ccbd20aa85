"""What programs and people do to a CSV file is either taken as it is or said in words that name the cure."""

from pathlib import Path

import pytest

from deploy.operator.profile_rows import Mistakes, read_rows

COLUMNS = ("code", "name", "note")


def read(tmp_path: Path, data: bytes | str) -> tuple[list[tuple[int, dict[str, str]]] | None, list[str]]:
    path = tmp_path / "t.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    mistakes = Mistakes()
    rows = read_rows(path, COLUMNS, mistakes)
    plain = None if rows is None else [(row.line, row.cells) for row in rows]
    return plain, [str(mistake) for mistake in mistakes.found]


def test_rows_know_the_line_on_which_they_begin(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, 'code,name,note\n\na,甲,"两\n行"\n,,\nb,乙,\n')
    assert mistakes == []
    assert rows == [
        (3, {"code": "a", "name": "甲", "note": "两\n行"}),
        (6, {"code": "b", "name": "乙", "note": ""}),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_as_one_line(tmp_path: Path, ending: str) -> None:
    rows, mistakes = read(tmp_path, ending.join(["code,name,note", "a,甲,x", "b,乙,y"]))
    assert mistakes == []
    assert rows is not None
    assert [line for line, _ in rows] == [2, 3]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, b"\xef\xbb\xbfcode,name,note\na,b,c\n")
    assert mistakes == []
    assert rows == [(2, {"code": "a", "name": "b", "note": "c"})]


CURE = "请另存为 UTF-8（Excel 中选“CSV UTF-8（逗号分隔）”）"


def test_a_gbk_file_is_recognised_with_its_first_foreign_line(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, "code,name,note\na,b,c\nd,洛南县,e\n".encode("gbk"))
    assert rows is None
    assert mistakes == [f"t.csv 第 3 行：文件是 GBK 编码，{CURE}"]


def test_a_utf_16_file_is_recognised(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, "code,name,note\na,洛南县,c\n".encode("utf-16"))
    assert rows is None
    assert mistakes == [f"t.csv 第 1 行：文件是 UTF-16 编码（“Unicode 文本”），{CURE}"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, b"PK\x03\x04\xff\xff\xfe\x00")
    assert rows is None
    assert mistakes == [f"t.csv 第 1 行：文件不是 UTF-8 编码，{CURE}"]


HEADER = "；列名应为：code,name,note"


def test_missing_unknown_and_repeated_columns_are_all_said(tmp_path: Path) -> None:
    rows, mistakes = read(tmp_path, "code,nmae,code\na,b,c\n")
    assert rows is None
    assert mistakes == [
        f"t.csv 第 1 行：缺少列“name”{HEADER}",
        f"t.csv 第 1 行：缺少列“note”{HEADER}",
        f"t.csv 第 1 行：多出不认识的列“nmae”{HEADER}",
        f"t.csv 第 1 行：列“code”出现了不止一次{HEADER}",
    ]


@pytest.mark.parametrize("data", ["", "\ufeff", "\n\n", ",,\n"])
def test_an_empty_file_is_said(tmp_path: Path, data: str) -> None:
    rows, mistakes = read(tmp_path, data)
    assert rows is None
    assert mistakes == ["t.csv：文件是空的，第 1 行应为列名：code,name,note"]


@pytest.mark.parametrize(
    ("row", "count"), [("a,b", 2), ("a,b,c,d", 4)], ids=["a comma too few", "a comma that is not quoted"]
)
def test_a_row_with_a_wrong_number_of_cells_is_said(tmp_path: Path, row: str, count: int) -> None:
    _, mistakes = read(tmp_path, f"code,name,note\n{row}\n")
    assert mistakes == [f"t.csv 第 2 行：这一行有 {count} 列，应有 3 列，请检查逗号和引号"]


QUOTES = "引号不成对，或引号后面不是逗号；内容里的引号要写成两个"


@pytest.mark.parametrize("row", ['a,"b,c', 'a,"b"x,c'], ids=["never closed", "text after it"])
def test_a_wrong_quotation_mark_is_said_with_the_line_where_its_row_begins(tmp_path: Path, row: str) -> None:
    rows, mistakes = read(tmp_path, f"code,name,note\nx,y,z\n{row}\nd,e,f\n")
    assert rows is None
    assert mistakes == [f"t.csv 第 3 行：{QUOTES}"]


def test_a_folder_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    mistakes = Mistakes()
    assert read_rows(tmp_path / "t.csv", COLUMNS, mistakes) is None
    assert [str(mistake) for mistake in mistakes.found] == ["t.csv：无法读取：Is a directory"]
