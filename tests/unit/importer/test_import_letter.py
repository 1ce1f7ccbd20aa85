"""One row as one letter, or every reason against it."""

from datetime import date
from pathlib import Path

import pytest

from deploy.operator.import_letter import LONGEST, Letters
from deploy.operator.import_mapping import load_mapping
from deploy.operator.import_rows import Row, open_source
from services.contracts.intake import Alias, Channel, Nature, PastAnswer
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import ImportPetition
from tests.unit.importer.made import row, write_letters, write_mapping, write_workbook


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    mapping = write_mapping(tmp_path / "列.toml")
    return Letters(
        mapping=load_mapping(mapping),
        mapping_file=mapping,
        source=open_source(write_letters(tmp_path / "信.csv", [])),
    )


def a_row(number: int, **changes: str) -> Row:
    return Row(line=2, cells=row(number, **changes))


def test_a_row_becomes_a_letter_with_the_answer_it_got(letters: Letters) -> None:
    assert letters.letter(a_row(7, 标题=" 第7号路灯不亮　", 日期="2018年3月5日")) == ImportPetition(
        channel=Channel.ONLINE,
        nature=Nature.APPEAL,
        received_on=date(2018, 3, 5),
        title="第7号路灯不亮",
        body="演示村第7号路灯已经三个月不亮，\n晚上出行不便，请派人维修。",
        alias=Alias(system="演示信箱", number="M0007"),
        past_answer=PastAnswer(agency="演示县城管局", on=date(2018, 3, 12), text="已安排维修。"),
    )


def test_a_letter_that_was_never_answered_has_no_answer(letters: Letters) -> None:
    letter = letters.letter(a_row(1, 答复="", 答复日期=" ", 答复单位=""))
    assert isinstance(letter, ImportPetition)
    assert letter.past_answer is None


def test_an_answer_without_a_date_is_kept(letters: Letters) -> None:
    letter = letters.letter(a_row(1, 答复日期=""))
    assert isinstance(letter, ImportPetition)
    assert letter.past_answer == PastAnswer(agency="演示县城管局", on=None, text="已安排维修。")


def test_an_answer_on_the_day_of_the_letter_is_taken(letters: Letters) -> None:
    assert isinstance(letters.letter(a_row(1, 答复日期="2018-03-05")), ImportPetition)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"编号": " "}, ["缺少编号（编号 列）"]),
        ({"标题": ""}, ["缺少标题（标题 列）"]),
        ({"内容": "\n　\t"}, ["缺少内容（内容 列）"]),
        ({"日期": ""}, ["缺少收到日期（日期 列）"]),
        ({"日期": "2018-02-30"}, ["收到日期（日期 列）“2018-02-30”无法识别，可用的写法：%Y-%m-%d、%Y年%m月%d日"]),
        ({"日期": "去年"}, ["收到日期（日期 列）“去年”无法识别，可用的写法：%Y-%m-%d、%Y年%m月%d日"]),
        ({"答复日期": "不详"}, ["答复日期（答复日期 列）“不详”无法识别，可用的写法：%Y-%m-%d、%Y年%m月%d日"]),
        ({"答复日期": "2018-03-04"}, ["答复日期 2018-03-04 早于收到日期 2018-03-05"]),
        ({"内容": "含有\0空字符"}, ["内容（内容 列）中有无法保存的空字符（NUL）"]),
        ({"标题": "长" * 201}, ["标题（标题 列）有 201 字，超过 200 字"]),
        ({"内容": "长" * 50_001}, ["内容（内容 列）有 50001 字，超过 50000 字"]),
        ({"编号": "9" * 101}, ["编号（编号 列）有 101 字，超过 100 字"]),
        ({"标题": "", "日期": ""}, ["缺少标题（标题 列）", "缺少收到日期（日期 列）"]),
    ],
)
def test_every_reason_against_a_row_is_given(letters: Letters, changes: dict[str, str], reasons: list[str]) -> None:
    assert letters.letter(a_row(1, **changes)) == reasons


def test_text_as_long_as_the_register_takes_is_taken(letters: Letters) -> None:
    longest = {"编号": "号" * LONGEST["number"], "标题": "题" * LONGEST["title"], "内容": "文" * LONGEST["body"]}
    assert isinstance(letters.letter(a_row(1, **longest)), ImportPetition)


REGISTER = """
system = "旧登记簿"
nature = "APPEAL"
category = "其他"
received_on = 2015-12-31
date_formats = ["%Y.%m.%d"]

[columns]
number = "@row"
title = "标题"
body = "内容"
received_on = "日期"
channel = "形式"
nature = "性质"
category = "分类"
place = "属地"
name = "姓名"
identity_number = "证件"
phone = "电话"
address = "住址"

[values.channel]
"上访" = "VISIT"

[values.category]
"土地" = "征地补偿"

[values.place]
"城关" = "611021001"
"""
FIELDS = {
    "标题": "路灯不亮", "内容": "三个月了", "日期": "2018.03.05", "形式": "来信", "性质": "咨询", "分类": "土地",
    "属地": "城关", "姓名": "赵小树", "证件": "110101199003074610", "电话": "13800001234",
    "住址": "演示路1号", "备注": "不导入",
}  # fmt: skip


def registered(tmp_path: Path, **changes: object) -> ImportPetition | list[str]:
    """What becomes of one row of an office's own register, a workbook."""
    mapping = tmp_path / "列.toml"
    mapping.write_text(REGISTER, "utf-8")
    assert changes.keys() <= FIELDS.keys()
    source = open_source(write_workbook(tmp_path / "簿.xlsx", [[*FIELDS], [*(FIELDS | changes).values()]]))
    letters = Letters(mapping=load_mapping(mapping), mapping_file=mapping, source=source)
    (found,) = source.rows()
    return letters.letter(found)


def taken(tmp_path: Path, **changes: object) -> ImportPetition:
    letter = registered(tmp_path, **changes)
    assert isinstance(letter, ImportPetition), letter
    return letter


def test_a_row_of_a_register_brings_its_class_its_place_and_its_person(tmp_path: Path) -> None:
    letter = taken(tmp_path)
    assert (letter.channel, letter.nature, letter.category, letter.place) == (
        Channel.LETTER, Nature.INQUIRY, "征地补偿", "611021001",
    )  # fmt: skip
    assert letter.received_on == date(2018, 3, 5)
    assert letter.petitioners == [
        PetitionerInput(name="赵小树", identity_number="110101199003074610", phone="13800001234", address="演示路1号")
    ]


def test_of_an_empty_cell_holds_what_the_mapping_says_for_all(tmp_path: Path) -> None:
    letter = taken(
        tmp_path, 日期=None, 形式="上访", 性质=None, 分类=None, 属地=None, 姓名=None, 证件=None, 电话=None, 住址=None
    )
    assert (letter.received_on, letter.channel, letter.nature) == (date(2015, 12, 31), Channel.VISIT, Nature.APPEAL)
    assert (letter.category, letter.place, letter.petitioners) == ("其他", None, [])
    assert taken(tmp_path, 分类="无此分类").category == "无此分类"
    assert taken(tmp_path, 属地="611021001205").place == "611021001205"


def test_a_number_made_of_the_row_is_the_same_wherever_the_row_stands(tmp_path: Path) -> None:
    number = taken(tmp_path).alias.number
    assert number.startswith("R")
    assert taken(tmp_path, 备注="这一列不导入").alias.number == number
    others = [
        taken(tmp_path, 标题="路灯不"),
        taken(tmp_path, 标题="路灯不亮三", 内容="个月了"),
        taken(tmp_path, 姓名="赵大树"),
    ]
    assert len({number, *(letter.alias.number for letter in others)}) == 4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"形式": None}, "缺少信访形式（形式 列）"),
        (
            {"形式": "微信"},
            "信访形式（形式 列）“微信”不是来信、来访、来电、网信、传真、电子邮件之一，"
            "请在列对照文件的 [values.channel] 中写明其含义",
        ),
        ({"属地": "某镇"}, "属地（属地 列）“某镇”不是区划代码，请在列对照文件的 [values.place] 中写明其代码"),
        ({"姓名": None, "证件": None, "住址": None}, "有电话而缺少信访人姓名（姓名 列），请补填"),
        (
            {"证件": 110101199003074610},
            "证件号码（证件 列）是超过 15 位的数值，表格已丢失其末几位；请把该列设为文本格式后重新填写",
        ),
        ({"姓名": "长" * 61}, "信访人姓名（姓名 列）有 61 字，超过 60 字"),
        ({"日期": "2018年"}, "收到日期（日期 列）“2018年”无法识别，可用的写法：%Y.%m.%d"),
    ],
)
def test_what_of_a_register_cannot_be_taken_is_said(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    assert registered(tmp_path, **changes) == [reason]


def test_a_spoiled_cell_that_is_not_imported_spoils_nothing(tmp_path: Path) -> None:
    assert taken(tmp_path, 备注=110101199003074610).title == "路灯不亮"
