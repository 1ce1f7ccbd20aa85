"""One row as one letter, or every reason against it."""

from datetime import date
from pathlib import Path

import pytest

from deploy.operator.import_letter import LONGEST, Letters
from deploy.operator.import_mapping import load_mapping
from deploy.operator.import_rows import open_source
from services.contracts.intake import Alias, Channel, Nature, PastAnswer
from services.contracts.register_commands import ImportPetition
from tests.unit.importer.made import row, write_letters, write_mapping


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    mapping = write_mapping(tmp_path / "列.toml")
    return Letters(
        mapping=load_mapping(mapping),
        mapping_file=mapping,
        source=open_source(write_letters(tmp_path / "信.csv", [])),
    )


def test_a_row_becomes_a_letter_with_the_answer_it_got(letters: Letters) -> None:
    assert letters.letter(row(7, 标题=" 第7号路灯不亮　", 日期="2018年3月5日")) == ImportPetition(
        channel=Channel.ONLINE,
        nature=Nature.APPEAL,
        received_on=date(2018, 3, 5),
        title="第7号路灯不亮",
        body="演示村第7号路灯已经三个月不亮，\n晚上出行不便，请派人维修。",
        alias=Alias(system="演示信箱", number="M0007"),
        past_answer=PastAnswer(agency="演示县城管局", on=date(2018, 3, 12), text="已安排维修。"),
    )


def test_a_letter_that_was_never_answered_has_no_answer(letters: Letters) -> None:
    letter = letters.letter(row(1, 答复="", 答复日期=" ", 答复单位=""))
    assert isinstance(letter, ImportPetition)
    assert letter.past_answer is None


def test_an_answer_without_a_date_is_kept(letters: Letters) -> None:
    letter = letters.letter(row(1, 答复日期=""))
    assert isinstance(letter, ImportPetition)
    assert letter.past_answer == PastAnswer(agency="演示县城管局", on=None, text="已安排维修。")


def test_an_answer_on_the_day_of_the_letter_is_taken(letters: Letters) -> None:
    assert isinstance(letters.letter(row(1, 答复日期="2018-03-05")), ImportPetition)


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
        ({"标题": "长" * 201}, ["标题（标题 列）有 201 字，超过 200 字"]),
        ({"内容": "长" * 50_001}, ["内容（内容 列）有 50001 字，超过 50000 字"]),
        ({"编号": "9" * 101}, ["编号（编号 列）有 101 字，超过 100 字"]),
        ({"标题": "", "日期": ""}, ["缺少标题（标题 列）", "缺少收到日期（日期 列）"]),
    ],
)
def test_every_reason_against_a_row_is_given(letters: Letters, changes: dict[str, str], reasons: list[str]) -> None:
    assert letters.letter(row(1, **changes)) == reasons


def test_text_as_long_as_the_register_takes_is_taken(letters: Letters) -> None:
    longest = {"编号": "号" * LONGEST["number"], "标题": "题" * LONGEST["title"], "内容": "文" * LONGEST["body"]}
    assert isinstance(letters.letter(row(1, **longest)), ImportPetition)
