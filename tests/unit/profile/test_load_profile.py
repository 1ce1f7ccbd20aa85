"""A good profile is read whole; a bad one is refused with every mistake named by file, line and reason."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from deploy.operator.profile import ProfileError, load_profile
from services.contracts.actor import Role, TenantKind
from services.contracts.directory import Organisation, OrgLevel, PlaceRef
from services.contracts.identity import UserAccount
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank

EXAMPLE = Path(__file__).parents[3] / "deploy" / "counties" / "yanshi2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "county"))


def change(folder: Path, file: str, old: str, new: str, *, times: int = 1) -> None:
    """Replaces ``old``, which must be there exactly ``times`` times."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")


def append(folder: Path, file: str, line: str) -> int:
    """Adds a last line and returns its number."""
    path = folder / file
    text = path.read_text("utf-8") + line + "\n"
    path.write_text(text, "utf-8")
    return text.count("\n")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        load_profile(folder)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_good_profile_is_read_whole(folder: Path) -> None:
    profile = load_profile(folder)
    assert (profile.county, profile.slug, profile.name) == ("990001", "yanshi2", "演示二县")
    codes = [organisation.code for organisation in profile.organisations]
    assert codes == ["xfj", "990001101", "990001102", "zrzy", "jw"]
    assert profile.organisations[1] == Organisation(
        code="990001101",
        kind=TenantKind.TOWNSHIP,
        name="演示二县东河镇人民政府",
        short_name="东河镇",
        number_prefix="990001101",
        superior="xfj",
        responsibilities=profile.organisations[1].responsibilities,
        places=[
            PlaceRef(code="990001101", name="东河镇"),
            PlaceRef(code="990001101200", name="上湾村"),
            PlaceRef(code="990001101201", name="下湾村"),
        ],
        phone="0000-0000002",
        active=True,
        level=OrgLevel.TOWNSHIP,
    )
    assert profile.organisations[3].responsibilities == ["征地补偿和安置", "宅基地登记", "违法占地"]
    assert profile.organisations[0].superior is None
    assert profile.organisations[0].places == []


def test_login_names_carry_the_county(folder: Path) -> None:
    users = {user.username: user for user in load_profile(folder).users}
    assert users["jw.clerk@yanshi2"] == UserAccount(
        username="jw.clerk@yanshi2",
        tenant="jw",
        kind=TenantKind.BUREAU,
        name="演示二·纪委监委经办",
        roles=[Role.CLERK, Role.ACCUSATIONS],
        label="纪委监委信访经办人",
        password_hash=None,
    )


def test_people_have_ids_of_the_county_and_stand_in_the_order_of_the_file(folder: Path) -> None:
    change(folder, "leaders.csv", "990001102,ganshi,", "990001102,ganshi-9,")
    rosters = {roster.tenant: roster for roster in load_profile(folder).rosters}
    assert list(rosters) == ["xfj", "990001101", "990001102", "zrzy", "jw"]
    assert [member.id for member in rosters["990001102"].members] == [
        f"990001102-{each}" for each in ("jia", "yi", "bing", "jingban", "ganshi-9")
    ]
    assert rosters["jw"].members[0] == Member(
        tenant="jw",
        id="jw-jia",
        login="jw.head@yanshi2",
        name="演示二·纪委监委甲",
        rank=Rank.CHIEF,
        post="副书记",
        portfolio=["主持全面工作", "信访工作"],
        phone="0000-0000022",
        since=date(2024, 1, 1),
        order=1,
    )


def test_a_file_as_excel_or_notepad_saves_it_is_read(folder: Path) -> None:
    expected = load_profile(folder)
    tenants = (folder / "tenants.csv").read_text("utf-8-sig").replace(";", "；").replace("\n", "\r\n")
    (folder / "tenants.csv").write_bytes((",,,,,,,\r\n" + tenants + ",,,,,,,\r\n").encode("utf-8"))
    users = (folder / "users.csv").read_text("utf-8-sig").splitlines()
    (folder / "users.csv").write_text("\n".join(line + ",," for line in users), "utf-8-sig")
    change(folder, "places.csv", "990001101200,上湾村", "\u3000990001101200 , 上湾村\u3000")
    change(folder, "leaders.csv", "xfj,xld-jia,演示二·县领导甲,", 'xfj,xld-jia,"演示二·县领导甲",')
    assert load_profile(folder) == expected


def test_columns_may_stand_in_any_order(folder: Path) -> None:
    expected = load_profile(folder)
    rows = [line.split(",") for line in (folder / "users.csv").read_text("utf-8-sig").splitlines()]
    (folder / "users.csv").write_text("\n".join(",".join(reversed(row)) for row in rows), "utf-8")
    assert load_profile(folder) == expected


def test_empty_optional_cells_are_none(folder: Path) -> None:
    change(folder, "tenants.csv", "990001B02,xfj,0000-0000005", "990001B02,xfj,")
    change(folder, "leaders.csv", ",0000-0000006,xfj.leader,", ",,,")
    profile = load_profile(folder)
    assert profile.organisations[4].phone is None
    first = profile.rosters[0].members[0]
    assert (first.phone, first.login, first.qualifications) == (None, None, frozenset())


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "nowhere") == ["nowhere：没有这个文件夹，请核对县配置的路径"]


@pytest.mark.parametrize("file", ["county.toml", "tenants.csv", "places.csv", "users.csv", "leaders.csv"])
def test_a_missing_file_is_the_only_mistake_said_of_it(folder: Path, file: str) -> None:
    (folder / file).unlink()
    found = mistakes(folder)
    assert found[0] == f"{file}：缺少这个文件，请照 README.md 补上"
    # Without places.csv the townships are found to be without a place; no other file is blamed.
    assert [line for line in found if not line.startswith((file, "tenants.csv"))] == []


def test_all_mistakes_of_all_files_are_told_at_once_in_reading_order(folder: Path) -> None:
    change(folder, "leaders.csv", "jw,jia,演示二·纪委监委甲,CHIEF", "jw,jia,演示二·纪委监委甲,CHEF")
    change(folder, "users.csv", "zrzy.head,zrzy", "zrzy.head,nobody")
    change(folder, "tenants.csv", "jw,BUREAU", "jw,BUERAU")
    change(folder, "tenants.csv", "zrzy,BUREAU,演示二县自然资源局", "zrzy,BUREAU,")
    change(folder, "county.toml", 'slug = "yanshi2"', 'slug = "演示"')
    places = [line[: line.index("：")] for line in mistakes(folder)]
    assert places == [
        "county.toml",
        "tenants.csv 第 5 行",
        "tenants.csv 第 6 行",
        "users.csv 第 16 行",
        "leaders.csv 第 32 行",
    ]


RANKS = "CHIEF（主要负责人）、LEADER（班子成员）、SECTION_HEAD（科（股）室负责人）、STAFF（工作人员）"


def test_the_error_reads_as_a_list_for_people(folder: Path) -> None:
    change(folder, "leaders.csv", "jw,jia,演示二·纪委监委甲,CHIEF", "jw,jia,演示二·纪委监委甲,CHEF")
    change(folder, "users.csv", "zrzy.head,zrzy", "zrzy.head,nobody")
    with pytest.raises(ProfileError) as refused:
        load_profile(folder)
    assert str(refused.value).splitlines() == [
        f"县配置 {folder} 有 2 处错误，未作任何更改。请改正后重试：",
        "users.csv 第 16 行：单位“nobody”不在 tenants.csv 中",
        f"leaders.csv 第 32 行：rank“CHEF”不认识，只能是：{RANKS}",
    ]


COUNTY_MISTAKES = [
    ('code = "990001"', "code = 990001", 'code 的内容要放在引号里，例如 code = "990001"'),
    ('code = "990001"', 'code = "99001"', "code“99001”应为六位行政区划代码"),
    ('code = "990001"', "", "缺少 code，或内容为空"),
    ('name = "演示二县"', 'name = " "', "缺少 name，或内容为空"),
    ('slug = "yanshi2"', 'slug = "Yan-shi"', "slug“Yan-shi”只能用小写字母和数字，最长 20 个字符"),
    (
        'name = "演示二县"',
        'name = "演示二县"\ncolour = "red"',
        "多出不认识的一项“colour”，只应有 code、slug、name，以及可有可无的 first_passwords_stay",
    ),
    ("stay = true", 'stay = "true"', "first_passwords_stay 只能是 true 或 false，不加引号"),
]


@pytest.mark.parametrize(("old", "new", "reason"), COUNTY_MISTAKES)
def test_a_mistake_in_the_county_file_is_said(folder: Path, old: str, new: str, reason: str) -> None:
    change(folder, "county.toml", old, new)
    assert mistakes(folder) == [f"county.toml：{reason}"]


def test_a_broken_county_file_is_named_with_its_line(folder: Path) -> None:
    change(folder, "county.toml", 'name = "演示二县"', "name = 演示二县")
    (line,) = mistakes(folder)
    assert line.startswith("county.toml 第 4 行：不是有效的 TOML")


TENANT_MISTAKES = [
    (
        "jw,BUREAU",
        "jw,BUERAU",
        6,
        "kind“BUERAU”不认识，只能是：COUNTY（县信访局）、TOWNSHIP（乡镇（街道））、BUREAU（县直部门）",
    ),
    ("jw,BUREAU,", "jw,,", 6, "“kind”不能为空"),
    ("zrzy,BUREAU,演示二县自然资源局", "zrzy,BUREAU,", 5, "“name”不能为空"),
    ("自然资源局,990001B01", ",990001B01", 5, "“short_name”不能为空"),
    ("自然资源局,990001B01", "自然资源局,", 5, "“number_prefix”不能为空"),
    ("990001B02", "990001B01", 6, "编号前缀“990001B01”与第 5 行重复"),
    ("990001B02", "990002B02", 6, "编号前缀“990002B02”不以本县代码 990001 开头"),
    ("990001B02", "990001b02", 6, "编号前缀“990001b02”只能用数字和大写字母，6 至 12 个字符"),
    ("990001B02", "9.90001E+11", 6, "编码“9.90001E+11”被 Excel 改成了科学计数，请把该列设为“文本”格式后重新填写"),
    ("990001B02,xfj", "990001B02,", 6, "上级单位（superior）不能为空，一般填县信访局的编码"),
    ("990001B02,xfj", "990001B02,zfw", 6, "上级单位“zfw”不在本表中"),
    ("990001B02,xfj", "990001B02,jw", 6, "上级单位绕成了一圈：jw → jw"),
    ("990001,,", "990001,zrzy,", 2, "县信访局的上级单位（superior）应为空"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), TENANT_MISTAKES)
def test_a_mistake_in_a_tenant_is_said_once_with_its_line(
    folder: Path, old: str, new: str, line: int, reason: str
) -> None:
    change(folder, "tenants.csv", old, new)
    assert mistakes(folder) == [f"tenants.csv 第 {line} 行：{reason}"]


def test_a_repeated_tenant_code_names_the_earlier_line(folder: Path) -> None:
    line = append(folder, "tenants.csv", "zrzy,BUREAU,演示二县林业局,林业局,990001B03,xfj,,林权")
    assert mistakes(folder) == [f"tenants.csv 第 {line} 行：单位编码“zrzy”与第 5 行重复"]


@pytest.mark.parametrize("code", ["Zrzy", "zr_zy", "自然资源", "a" * 21])
def test_a_tenant_code_must_be_fit_for_a_queue_name(folder: Path, code: str) -> None:
    line = append(folder, "tenants.csv", f"{code},BUREAU,演示二县林业局,林业局,990001B03,xfj,,林权")
    assert mistakes(folder) == [f"tenants.csv 第 {line} 行：单位编码“{code}”只能用小写字母和数字，最长 20 个字符"]


def test_a_township_has_its_nine_digit_code(folder: Path) -> None:
    line = append(folder, "tenants.csv", "donghe,TOWNSHIP,演示二县东河二镇,东河二镇,990001B03,xfj,,")
    assert f"tenants.csv 第 {line} 行：乡镇（街道）的编码“donghe”应为九位行政区划代码" in mistakes(folder)


def test_a_township_of_another_county_is_refused(folder: Path) -> None:
    line = append(folder, "tenants.csv", "990002101,TOWNSHIP,演示三县东河镇,东河镇,990001B03,xfj,,")
    assert f"tenants.csv 第 {line} 行：编码“990002101”不以本县代码 990001 开头" in mistakes(folder)


def test_a_county_without_office_is_refused_without_blaming_its_users(folder: Path) -> None:
    change(folder, "tenants.csv", "xfj,COUNTY", "xfj,BUREAU")
    change(folder, "tenants.csv", "990001,,0", "990001,jw,0")
    change(folder, "tenants.csv", "990001B02,xfj", "990001B02,zrzy")
    found = mistakes(folder)
    assert found[0] == "tenants.csv：没有县信访局：必须有且只有一行的 kind 是 COUNTY"


def test_a_second_county_office_is_refused(folder: Path) -> None:
    line = append(folder, "tenants.csv", "xfj2,COUNTY,演示二县信访二局,信访二局,990001B03,,,")
    assert mistakes(folder) == [f"tenants.csv 第 {line} 行：县信访局只能有一个，第 2 行已经是 COUNTY"]


def test_a_circle_of_superiors_is_shown(folder: Path) -> None:
    change(folder, "tenants.csv", "990001B01,xfj", "990001B01,jw")
    change(folder, "tenants.csv", "990001B02,xfj", "990001B02,zrzy")
    assert mistakes(folder) == [
        "tenants.csv 第 5 行：上级单位绕成了一圈：zrzy → jw → zrzy",
        "tenants.csv 第 6 行：上级单位绕成了一圈：jw → zrzy → jw",
    ]


PLACE_MISTAKES = [
    ("990001101201,下湾村", "990001101201,", 4, "“name”不能为空"),
    ("990001101201,下湾村", ",下湾村", 4, "“code”不能为空"),
    ("990001101201,下湾村", "990001101200,下湾村", 4, "地点编码“990001101200”与第 3 行重复"),
    ("990001101201,下湾村", "990001102301,下湾村", 4, "地点编码“990001102301”不以所属乡镇“990001101”的编码开头"),
    (
        "990001101201,下湾村",
        "9900011012,下湾村",
        4,
        "地点编码“9900011012”应为九位（乡镇）或十二位（村、社区）行政区划代码",
    ),
    (
        "990001101201,下湾村",
        "9.90001E+11,下湾村",
        4,
        "编码“9.90001E+11”被 Excel 改成了科学计数，请把该列设为“文本”格式后重新填写",
    ),
    ("下湾村,990001101", "下湾村,990001103", 4, "所属单位“990001103”不在 tenants.csv 中"),
    ("下湾村,990001101", "下湾村,zrzy", 4, "所属单位“zrzy”不是乡镇（街道）"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), PLACE_MISTAKES)
def test_a_mistake_in_a_place_is_said_with_its_line(folder: Path, old: str, new: str, line: int, reason: str) -> None:
    change(folder, "places.csv", old, new)
    assert f"places.csv 第 {line} 行：{reason}" in mistakes(folder)


def test_a_village_before_its_township_is_refused(folder: Path) -> None:
    rows = (folder / "places.csv").read_text("utf-8-sig").splitlines()
    rows[1], rows[2] = rows[2], rows[1]
    (folder / "places.csv").write_text("\n".join(rows), "utf-8")
    assert mistakes(folder) == ["places.csv 第 2 行：村（社区）属于“990001101”，应写在它后面"]


def test_a_township_without_its_own_place_is_refused(folder: Path) -> None:
    change(folder, "places.csv", "990001102,西岭镇,990001102\n", "")
    assert mistakes(folder) == [
        "tenants.csv 第 4 行：places.csv 中没有“990001102”自己的一行",
        "places.csv 第 5 行：村（社区）属于“990001102”，却没有这个乡镇（街道）自己的一行",
        "places.csv 第 6 行：村（社区）属于“990001102”，却没有这个乡镇（街道）自己的一行",
    ]


def test_a_place_of_a_township_belongs_to_itself(folder: Path) -> None:
    change(folder, "places.csv", "990001102,西岭镇,990001102", "990001102,西岭镇,990001101")
    assert "places.csv 第 5 行：乡镇（街道）“990001102”的所属单位应是它自己，现为“990001101”" in mistakes(folder)


ROLES = (
    "HEAD（负责人）、CLERK（经办人）、SUPERVISOR（督办员）、HANDLER（承办员）、LEADER（领导）、AUDITOR（审计员）、"
    "OPERATOR（系统管理员）、ACCUSATIONS（检举控告专办）、ADMINISTRATOR（单位管理员）"
)
USER_MISTAKES = [
    ("xfj.clerk2,", "xfj.clerk,", 4, "用户名“xfj.clerk”与第 3 行重复"),
    ("xfj.clerk2,", ",", 4, "“username”不能为空"),
    (
        "xfj.clerk2,",
        "xfj.clerk2@yanshi2,",
        4,
        "用户名“xfj.clerk2@yanshi2”只能用小写字母、数字和中间的 . _ -，最长 40 个字符，不带 @",
    ),
    ("xfj.clerk2,xfj", "xfj.clerk2,jyj", 4, "单位“jyj”不在 tenants.csv 中"),
    ("演示二·窗口乙,CLERK", "演示二·窗口乙,CLARK", 4, f"角色“CLARK”不认识，只能是：{ROLES}"),
    ("演示二·窗口乙,CLERK", "演示二·窗口乙,SYSTEM", 4, f"角色“SYSTEM”不认识，只能是：{ROLES}"),
    ("演示二·窗口乙,CLERK", "演示二·窗口乙,CLERK;CLERK", 4, "角色“CLERK”写了不止一次"),
    ("演示二·窗口乙,CLERK", "演示二·窗口乙,", 4, "“roles”不能为空"),
    ("演示二·窗口乙,", ",", 4, "“name”不能为空"),
    (
        "演示二·窗口乙,CLERK",
        "演示二·窗口乙,ACCUSATIONS",
        4,
        "角色 ACCUSATIONS（检举控告专办）要和 CLERK、HEAD 等办件角色一起用，例如 CLERK;ACCUSATIONS",
    ),
    ("OPERATOR", "OPERATOR;CLERK", 9, "角色 OPERATOR（系统管理员）不得兼任办件角色，请另设一个用户"),
    ("xfj.auditor,xfj", "xfj.auditor,zrzy", 8, "角色 AUDITOR（审计员）只能给县信访局的用户"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), USER_MISTAKES)
def test_a_mistake_in_a_user_is_said_once_with_its_line(
    folder: Path, old: str, new: str, line: int, reason: str
) -> None:
    change(folder, "users.csv", old, new)
    assert mistakes(folder) == [f"users.csv 第 {line} 行：{reason}"]
