"""People and rules of the rosters: what is wrong with them is said in the words of the file."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from deploy.operator.profile import ProfileError, load_profile
from services.contracts.roster_commands import TenantRoster
from services.contracts.roster_rules import Qualification

EXAMPLE = Path(__file__).parents[3] / "deploy" / "counties" / "yanshi2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "county"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces the first ``old``, which must be there."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        load_profile(folder)
    return [str(mistake) for mistake in refused.value.mistakes]


def rosters(folder: Path) -> dict[str, TenantRoster]:
    return {roster.tenant: roster for roster in load_profile(folder).rosters}


OFFICER = "xfj,chuang-jia,演示二·窗口甲,STAFF,接访科工作人员,,0000-0000001,xfj.clerk,,2024-01-01,"
RANKS = "CHIEF（主要负责人）、LEADER（班子成员）、SECTION_HEAD（科（股）室负责人）、STAFF（工作人员）"
PEOPLE_MISTAKES = [
    (",chuang-jia,", ",,", "“id”不能为空"),
    (",chuang-jia,", ",Chuang,", "人员编号“Chuang”只能用小写字母、数字和 -，最长 20 个字符"),
    (",chuang-jia,", ",kezhang-yi,", "人员编号“xfj kezhang-yi”与第 10 行重复"),
    (",演示二·窗口甲,", ",,", "“name”不能为空"),
    (",STAFF,", ",OFFICER,", f"rank“OFFICER”不认识，只能是：{RANKS}"),
    (",xfj.clerk,", ",xfj.leader,", "登录名“xfj xfj.leader”与第 2 行重复"),
    (",xfj.clerk,", ",nobody,", "登录名“nobody”不在 users.csv 中（不用写 @ 和县的 slug）"),
    (",xfj.clerk,", ",jw.clerk,", "登录名“jw.clerk”在 users.csv 中属于单位 jw"),
    (
        ",xfj.clerk,,",
        ",xfj.clerk,LAWYER,",
        "qualifications“LAWYER”不认识，只能是：LEGAL_ADVISER（法律顾问）、MINORITY_LANGUAGE（少数民族语言）、"
        "SIGN_LANGUAGE（手语）",
    ),
    ("2024-01-01", "2024-02-30", "任职日期“2024-02-30”应写作 2026-01-31 的形式，且确有其日"),
    ("2024-01-01,", "2024-01-01,甲", "次序“甲”应为数字；不写则按先后"),
    ("xfj,chuang", "jyj,chuang", "单位“jyj”不在 tenants.csv 中"),
]


@pytest.mark.parametrize(("old", "new", "reason"), PEOPLE_MISTAKES)
def test_a_mistake_in_a_member_is_said_with_its_line(folder: Path, old: str, new: str, reason: str) -> None:
    change(folder, "leaders.csv", OFFICER, OFFICER.replace(old, new, 1))
    assert f"leaders.csv 第 11 行：{reason}" in mistakes(folder)


def test_a_member_has_what_his_row_says(folder: Path) -> None:
    changed = OFFICER.replace(",,0000", ",来访接待；网上信访,0000").replace(
        ",,2024", ",SIGN_LANGUAGE;LEGAL_ADVISER,2024"
    )
    change(folder, "leaders.csv", OFFICER, changed + "7")
    (found,) = [member for member in rosters(folder)["xfj"].members if member.id == "xfj-chuang-jia"]
    assert (found.login, found.portfolio, found.order) == ("xfj.clerk@yanshi2", ["来访接待", "网上信访"], 7)
    assert found.qualifications == {Qualification.SIGN_LANGUAGE, Qualification.LEGAL_ADVISER}
    assert found.since == date(2024, 1, 1)


def test_a_county_may_have_people_and_no_rules_yet(folder: Path) -> None:
    (folder / "roster.toml").unlink()
    found = rosters(folder)
    assert {tenant: len(roster.rules) for tenant, roster in found.items()} == dict.fromkeys(found, 0)
    assert len(found["xfj"].members) == 15


def test_a_rule_of_a_kind_becomes_each_bodys_own(folder: Path) -> None:
    found = rosters(folder)
    (own,) = [rule for rule in found["990001102"].rules if rule.id == "shuji"]
    assert (own.place, own.phone) == ("西岭镇信访接待室", "0000-0000003")
    assert own.seats[0].members == ["990001102-jia", "990001102-yi"]
    assert {tenant: [rule.id for rule in roster.rules] for tenant, roster in found.items()} == {
        "xfj": ["zhousan", "zhiban", "yejian", "jiari"],
        "990001101": ["shuji", "zhenzhang", "zhiban"],
        "990001102": ["shuji", "zhenzhang", "zhiban"],
        "zrzy": ["zhousi-zhouwu", "zhiban"],
        "jw": ["zhousi-zhouwu", "zhiban"],
    }


def test_a_body_without_telephone_has_none_in_its_rules(folder: Path) -> None:
    change(folder, "tenants.csv", "990001B02,xfj,0000-0000005", "990001B02,xfj,")
    assert {rule.phone for rule in rosters(folder)["jw"].rules} == {None}


RULE_MISTAKES = [
    ('tenants = ["xfj"]', "", "规则 zhousan：用于哪些单位，请写 tenants（单位编码）或 kinds（单位类别）"),
    ('tenants = ["xfj"]', 'tenants = ["jyj"]', "规则 zhousan：单位编码“jyj”不在 tenants.csv 中"),
    ('tenants = ["xfj"]', 'tenants = "xfj"', '规则 zhousan：tenants 和 kinds 应写作列表，例如 tenants = ["xfj"]'),
    (
        'kinds = ["TOWNSHIP"]',
        'kinds = ["TOWN"]',
        "规则 shuji：kinds“TOWN”不认识，只能是：COUNTY（县信访局）、TOWNSHIP（乡镇（街道））、BUREAU（县直部门）",
    ),
    ('id = "zhousan"', 'id = "周三"', "规则 周三：id：写法不对，请对照说明填写"),
    ('id = "zhiban"', 'id = "zhousan"', "规则编号“zhousan”重复（xfj）"),
    ('basis = "《领导接访日制度》：每周三接访"', "", "规则 zhousan：缺少字段 basis"),
    ('"RECEPTION"', '"MEETING"', "规则 zhousan：kind：MEETING 不在可选值之内"),
    ('mode = "FIXED_POINT"', "", "规则 zhousan：接访要写明方式（mode）（xfj）"),
    ('kind = "DUTY"', 'kind = "DUTY"\nslot_minutes = 15', "规则 zhiban：值班不接受预约，不写 slot_minutes（xfj）"),
    ('start = "09:00"', 'start = "9点"', "规则 zhousan：hours.0.start：时刻应写作 08:30 的形式，且确有其时"),
    (
        '"08:30", end = "11:30"',
        '"08:30", end = "08:00"',
        "规则 zhousi-zhouwu：08:30-08:00：接访的结束时间应晚于开始时间（zrzy、jw）",
    ),
    ('end = "11:30"', 'end = "15:00"', "规则 zhousan：时间 09:00-15:00 与 14:30-17:00 重叠（xfj）"),
    ('start = "09:00"', 'start = "11:20"', "规则 zhousan：11:20-11:30 不足 15 分钟，一位来访人也排不下（xfj）"),
    (
        "BYDAY=WE",
        "BYDAY=WE;COUNT=3",
        "规则 zhousan：重复规则里不要写 UNTIL 或 COUNT，请用开始日期和结束日期限定（xfj）",
    ),
    (
        "since = 2024-01-01",
        "since = 2024-01-01\nuntil = 2023-01-01",
        "规则 zhousan：结束日期 2023-01-01 早于开始日期 2024-01-01（xfj）",
    ),
    ('"xld-ding"]', '"xld-wu"]', "规则 zhousan：带班（接访）领导：没有编号为“xld-wu”的人员（xfj）"),
    ('"xld-ding"]', '"xld-jia"]', "规则 zhousan：带班（接访）领导：人员“xld-jia”写了不止一次（xfj）"),
    (
        'members = ["kezhang-jia", "kezhang-yi"] }',
        'members = ["kezhang-jia"], count = 2 }',
        "规则 zhousan：陪同接访：需要 2 人，符合条件的只有 1 人（xfj）",
    ),
    (
        'members = ["kezhang-jia", "kezhang-yi"] }',
        "count = 1 }",
        "规则 zhousan：陪同接访：由谁轮值，请写 ranks 或 members 其中一样（xfj）",
    ),
    ('place = "群众来访接待大厅"', 'place = "{hall}"', "规则 zhousan：花括号中只能写 short_name、phone（xfj）"),
    (
        "[[quotas]]",
        '[[quotas]]\ncolour = "red"',
        "次数要求 县级领导每月至少接访一次：多出不认识的一项“colour”，"
        "只应有 tenants、kinds、name、basis、ranks、members、times、counts、credits",
    ),
    ("times = 1", "times = 0", "次数要求 县级领导每月至少接访一次：times：不能小于 1"),
    (
        'ranks = ["CHIEF"]',
        'ranks = ["CHIEF"]\nmembers = ["jia"]',
        "次数要求 党政主要负责人每月至少接访一次：对谁的要求，请写 ranks 或 members 其中一样（990001101、990001102）",
    ),
]


@pytest.mark.parametrize(("old", "new", "reason"), RULE_MISTAKES)
def test_a_mistake_in_a_rule_is_said_once_with_the_bodies_of_whom_it_is_so(
    folder: Path, old: str, new: str, reason: str
) -> None:
    change(folder, "roster.toml", old, new)
    assert mistakes(folder) == [f"roster.toml：{reason}"]


def test_a_body_that_lacks_the_people_is_named(folder: Path) -> None:
    change(folder, "leaders.csv", "990001102,yi,", "990001102,er,")
    assert mistakes(folder) == [
        f"roster.toml：规则 {rule}：带班（接访）领导：没有编号为“yi”的人员（990001102）"
        for rule in ("shuji", "zhenzhang")
    ]


def test_rules_are_not_held_against_people_who_cannot_be_read(folder: Path) -> None:
    change(folder, "leaders.csv", "990001102,yi,", "990001102,Y I,")
    assert [line.partition("：")[0] for line in mistakes(folder)] == ["leaders.csv 第 23 行"]
