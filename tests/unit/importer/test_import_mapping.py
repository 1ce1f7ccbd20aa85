"""A mapping with a mistake is refused before anything is read, with file and key."""

from pathlib import Path

import pytest

from deploy.local.instance import ROOT
from deploy.operator.import_letter import Letters
from deploy.operator.import_mapping import MappingError, load_mapping
from deploy.operator.import_rows import open_source
from services.contracts.intake import Channel, Nature
from tests.unit.importer.made import MAPPING, row, write_letters, write_mapping

EXAMPLE = ROOT / "deploy" / "examples" / "import" / "mayor_mailbox.toml"


def test_the_shipped_example_is_a_valid_mapping() -> None:
    mapping = load_mapping(EXAMPLE)

    assert (mapping.channel, mapping.nature) == (Channel.ONLINE, Nature.APPEAL)
    assert mapping.columns.received_on == "query_date"


@pytest.mark.parametrize("path", sorted(EXAMPLE.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_example_is_a_valid_mapping(path: Path) -> None:
    assert load_mapping(path).columns.title


def test_columns_of_the_answer_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "列.toml"
    path.write_text("\n".join(line for line in MAPPING.splitlines() if not line.startswith("answer")), "utf-8")

    assert load_mapping(path).columns.answer is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('system = "{system}"\n', "", "缺少 system，应为一段文字"),
        ('number = "编号"\n', "", "缺少 columns.number"),
        ('number = "编号"', 'nomber = "编号"', "没有 columns.nomber 这一项，是否应为 columns.number？"),
        ("[columns]", "[column]", "没有 column 这一项，是否应为 columns？"),
        ('"ONLINE"', '"MAIL"', r"channel 的值 'MAIL' 不正确，应为下列之一：LETTER（来信）、"),
        ('"APPEAL"', "3", r"nature 的值 3 不正确，应为下列之一：SUGGESTION（建议意见）、"),
        ('title = "标题"', 'title = ""', r"columns.title 的值 '' 不正确，应为一段文字"),
        ('["%Y-%m-%d", "%Y年%m月%d日"]', "[]", r"date_formats 的值 \[\] 不正确"),
        ("%Y年%m月%d日", "%Y年%m月", "date_formats 中的 '%Y年%m月' 不是完整的日期写法"),
        ("%Y年%m月%d日", "%Y-%m-%Q", "date_formats 中的 '%Y-%m-%Q' 不是完整的日期写法"),
        ("[columns]", "[columns", "不是有效的 TOML"),
        ('channel = "ONLINE"\n', "", r"缺少 channel，应为下列之一：.*各行不同的，在 columns.channel 中写明是哪一列"),
        ('received_on = "日期"\n', "", r"缺少 received_on，应为一个日期，不加引号.*columns.received_on"),
        ("[columns]", 'received_on = "2019年"\n[columns]', r"received_on 的值 '2019年' 不正确，应为一个日期"),
        ("[columns]", '[columns]\nphone = "电话"', "有 columns.phone，还须有 columns.name"),
        ("[columns]", '[values.place]\n"城关" = "611021001"\n[columns]', "有 values.place，还须在 columns.place 中"),
        ("[columns]", '[values.channel]\n"信箱" = "MAIL"\n[columns]', "values.channel 的值 .*每行一个“原文 = 含义”"),
        ("[columns]", '[values.natur]\n"投诉" = "APPEAL"\n[columns]', "是否应为 values.nature"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "列.toml"
    assert old in MAPPING
    path.write_text(MAPPING.replace(old, new), "utf-8")

    with pytest.raises(MappingError, match=f"列.toml.*{said}"):
        load_mapping(path)


def test_a_mapping_in_another_encoding_or_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "列.toml"
    with pytest.raises(MappingError, match=r"读不到列对照文件 .*列.toml"):
        load_mapping(path)
    path.write_bytes(MAPPING.encode("gb18030"))
    with pytest.raises(MappingError, match=r"列.toml 不是 UTF-8 编码"):
        load_mapping(path)


def test_a_column_that_the_file_lacks_is_named_with_those_it_has(tmp_path: Path) -> None:
    mapping = write_mapping(tmp_path / "列.toml")
    source = open_source(write_letters(tmp_path / "信.csv", [row(1)]))
    mapping.write_text(mapping.read_text("utf-8").replace('body = "内容"', 'body = "正文"'), "utf-8")

    with pytest.raises(MappingError) as caught:
        Letters(mapping=load_mapping(mapping), mapping_file=mapping, source=source)
    assert f"{mapping}：columns.body 所指的列“正文”在 {source.path} 中没有" in str(caught.value)
    assert "编号、标题、内容、日期" in str(caught.value)


def test_a_column_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    mapping = write_mapping(tmp_path / "列.toml")
    path = write_letters(tmp_path / "信.csv", [row(1)])
    path.write_text(path.read_text("utf-8").replace("答复单位", "标题", 1), "utf-8")

    with pytest.raises(MappingError, match=r"columns.title 所指的列“标题”在 .* 中出现了 2 次"):
        Letters(mapping=load_mapping(mapping), mapping_file=mapping, source=open_source(path))
