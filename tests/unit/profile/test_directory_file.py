"""``directory.toml``: read whole where it is right, every mistake named in Chinese where it is not."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from deploy.operator.profile import ProfileError, load_profile
from services.contracts.directory import ContactPost, FormerName, Organ, Organisation, OrgLevel

EXAMPLE = Path(__file__).parents[3] / "deploy" / "counties" / "yanshi2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "county"))


def bodies(folder: Path, text: str | None = None) -> dict[str, Organisation]:
    if text is not None:
        (folder / "directory.toml").write_text(text, "utf-8")
    return {one.code: one for one in load_profile(folder).organisations}


def test_the_example_says_names_organs_people_and_units(folder: Path) -> None:
    found = bodies(folder)
    assert (found["jw"].organs, found["jw"].aliases) == ([Organ.DISCIPLINE], ["县纪委", "监委"])
    land = found["zrzy"]
    assert land.former_names == [FormerName(name="演示二县国土资源局", until=date(2019, 3, 31))]
    assert [contact.post for contact in land.contacts] == list(ContactPost)
    assert (land.unit_name("zd"), land.unit_name("no")) == ("征地股", None)


def test_a_township_is_of_its_own_level_and_its_villages_are_its_units(folder: Path) -> None:
    found = bodies(folder)
    assert [found[code].level for code in ("xfj", "990001101", "zrzy")] == [
        OrgLevel.COUNTY,
        OrgLevel.TOWNSHIP,
        OrgLevel.COUNTY,
    ]
    assert found["990001101"].unit_name("990001101200") == "上湾村"
    assert found["990001101"].unit_name("990001101") is None


def test_a_county_without_the_file_says_nothing_of_it(folder: Path) -> None:
    (folder / "directory.toml").unlink()
    assert bodies(folder)["jw"].organs == []


def test_beginning_end_and_who_took_over(folder: Path) -> None:
    text = (
        '[[organisations]]\ncode = "zrzy"\nlevel = "UNIT"\nsince = 2019-01-01\nuntil = 2026-01-31\nsuccessors = ["jw"]'
    )
    land = bodies(folder, text)["zrzy"]
    assert (land.level, land.since, land.until) == (OrgLevel.UNIT, date(2019, 1, 1), date(2026, 1, 31))
    assert land.successors == ["jw"]
    assert land.takes(date(2026, 1, 31))
    assert not land.takes(date(2026, 2, 1))
    assert not land.takes(date(2018, 12, 31))


def entry(*lines: str, code: str = "zrzy") -> str:
    return "\n".join(["[[organisations]]", f'code = "{code}"', *lines]) + "\n"


HEAD = '{ post = "HEAD", name = "甲", title = "长" }'
MISTAKES = {
    "unknown table": ("[[organs]]\n", "多出不认识的一项“organs”"),
    "no list": ('organisations = "x"\n', "每个单位应以 [[organisations]] 开头"),
    "not toml": ("[[organisations\n", "不是有效的 TOML"),
    "misspelt field": (entry('alias = ["x"]'), "单位 zrzy：没有名为 alias 的字段"),
    "misspelt field of a person": (
        entry('contacts = [{ post = "HEAD", name = "甲", title = "长", tel = "1" }]'),
        "没有名为 tel 的字段",
    ),
    "unknown organ": (entry('organs = ["KING"]'), "KING 不在可选值之内"),
    "unknown tenant": (entry(code="nobody"), "单位 nobody：不在 tenants.csv 中"),
    "twice": (entry() + entry(), "单位 zrzy 写了不止一次"),
    "empty alias": (entry('aliases = [" "]'), "不能为空"),
    "two heads": (
        entry(
            'contacts = [{ post = "HEAD", name = "甲", title = "长" }, { post = "HEAD", name = "乙", title = "长" }]'
        ),
        "联系人中主要负责人（HEAD）只能写一名",
    ),
    "nameless person": (entry('contacts = [{ post = "HEAD", name = "", title = "长" }]'), "姓名（name）和职务"),
    "unit twice": (entry('units = [{ code = "a", name = "甲" }, { code = "a", name = "乙" }]'), "编码“a”重复"),
    "unit code": (entry('units = [{ code = "A 1", name = "甲" }]'), "内设机构编码“A 1”只能用小写字母和数字"),
    "end before beginning": (entry("since = 2026-01-02", "until = 2026-01-01"), "早于设立日期"),
    "successor without end": (entry('successors = ["jw"]'), "请同时写明撤并日期 until"),
    "unknown successor": (entry("until = 2026-01-01", 'successors = ["nobody"]'), "承接单位“nobody”不在"),
    "its own successor": (entry("until = 2026-01-01", 'successors = ["zrzy"]'), "绕成了一圈：zrzy → zrzy"),
    "county office ends": (entry("until = 2026-01-01", code="xfj"), "县信访局不能撤并"),
    "organ twice": (
        entry('organs = ["POLICE"]') + entry('organs = ["POLICE"]', code="jw"),
        "公安机关（POLICE）只能是一个单位，现有：zrzy、jw",
    ),
    "alias of two": (entry('aliases = ["纪委监委"]'), "别名“纪委监委”与另一单位的名称或别名相同"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_each_mistake_is_named(folder: Path, what: str) -> None:
    text, words = MISTAKES[what]
    with pytest.raises(ProfileError) as refused:
        bodies(folder, text)
    said = [str(mistake) for mistake in refused.value.mistakes]
    assert any(line.startswith("directory.toml") and words in line for line in said), said


def test_successors_in_a_circle_are_told_with_the_circle(folder: Path) -> None:
    text = entry("until = 2026-01-01", 'successors = ["jw"]') + entry(
        "until = 2026-01-01", 'successors = ["zrzy"]', code="jw"
    )
    with pytest.raises(ProfileError, match="绕成了一圈：zrzy → jw → zrzy"):
        bodies(folder, text)


@pytest.mark.parametrize(
    ("text", "called"),
    [("国土资源", True), ("国土局", True), ("自然资源局", True), (" zrzy ", True), ("zrz", False), ("水利局", False)],
)
def test_a_body_answers_to_its_names_old_and_new_and_to_its_whole_code(folder: Path, text: str, called: bool) -> None:
    assert bodies(folder)["zrzy"].is_called(text) is called
