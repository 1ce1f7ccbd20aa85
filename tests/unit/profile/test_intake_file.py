"""What a county sets for its register: read whole, or refused with every mistake named; within the law."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deploy.operator.profile import Profile, ProfileError, load_profile
from services.common.opening import is_open
from services.common.workdays import DayKind
from services.contracts.actor import TenantKind
from services.contracts.intake import Nature
from services.contracts.intake_rules import IntakeRules, OpenHours, TenantDesk
from services.intake.representation import allowed

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
README = (COUNTIES / "luonan" / "README.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COUNTIES / "yanshi2", tmp_path / "county"))


@pytest.fixture(scope="module")
def luonan() -> Profile:
    return load_profile(COUNTIES / "luonan")


def rules(folder: Path, text: str) -> IntakeRules:
    (folder / "intake.toml").write_text(text, "utf-8")
    return load_profile(folder).intake


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        rules(folder, text)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_county_without_the_file_has_set_nothing(folder: Path) -> None:
    (folder / "intake.toml").unlink()
    assert load_profile(folder).intake == IntakeRules(county="990001") == rules(folder, "")


def test_everything_that_can_be_set_is_read_and_the_usual_hours_hold_for_whoever_has_none_of_his_own(
    folder: Path,
) -> None:
    found = rules(
        folder,
        """
        draft_days = 7
        hours = [{ weekday = 1, hours = "08:30-18:00" }]
        [representation]
        most = 4
        small_groups = [{ up_to = 10, most = 3 }]
        basis = "《某办法》第六条"
        [[desks]]
        tenant = "xfj"
        address = "中心街 1 号"
        takes_online = true
        local_kinds = [{ code = "1", name = "建议", nature = "SUGGESTION" }]
        [[desks]]
        tenant = "zrzy"
        hours = []
        """,
    )
    office, bureau = found.desks
    assert (found.draft_days, office.address, office.takes_online) == (7, "中心街 1 号", True)
    assert (office.hours, bureau.hours) == ([OpenHours(weekday=1, hours="08:30-18:00")], [])
    assert office.local_kinds[0].nature is Nature.SUGGESTION
    assert allowed(present=8, received_on=date(2026, 11, 20), local=found.representation).most == 3
    assert allowed(present=11, received_on=date(2026, 11, 20), local=found.representation).most == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day = 1", "intake.toml：多出不认识的一项“day”，只应有 representation、"),
        ("draft_days = 0", "intake.toml：draft_days：不能小于 1"),
        ("draft_days 1", "intake.toml 第 1 行：不是有效的 TOML"),
        ("[desks]\ntenant = 'xfj'", "intake.toml：每个单位应以 [[desks]] 开头"),
        ("[[desks]]\ntenant = 'nobody'", "intake.toml：单位编码“nobody”不在 tenants.csv 中"),
        ("[[desks]]\naddress = '街'", "intake.toml：单位 第 1 个：缺少字段 tenant"),
        ("[[desks]]\ntenant = 'xfj'\nadress = '街'", "intake.toml：单位 xfj：多出不认识的一项“adress”"),
        ("[[desks]]\ntenant = 'xfj'\n[[desks]]\ntenant = 'xfj'", "intake.toml：单位 xfj 写了不止一次"),
        ("[[desks]]\ntenant = 'xfj'\npostcode = '7261'", "intake.toml：单位 xfj：postcode"),
        ("hours = [{ weekday = 8, hours = '08:30-18:00' }]", "intake.toml：hours 第 1 组：weekday：不能大于 7"),
        (
            "[[desks]]\ntenant = 'xfj'\nhours = [{ weekday = 1, hours = '18:00-08:30' }]",
            "intake.toml：单位 xfj：接待时间“18:00-08:30”应写作",
        ),
        (
            "[[desks]]\ntenant = 'xfj'\nhours = [{ weekday = 1, hours = '08:30-25:00' }]",
            "intake.toml：单位 xfj：接待时间“08:30-25:00”应写作",
        ),
        (
            "[[desks]]\ntenant = 'xfj'\nhours = [{ weekday = 1, hours = '08:00-09:00' },"
            "{ weekday = 1, hours = '10:00-11:00' }]",
            "intake.toml：单位 xfj：星期 1 的接待时间写了不止一次",
        ),
        (
            "[[desks]]\ntenant = 'xfj'\nlocal_kinds = [{ code = '1', name = '甲', nature = 'APPEAL' },"
            "{ code = '1', name = '乙', nature = 'APPEAL' }]",
            "intake.toml：单位 xfj：内容分类编号“1”重复",
        ),
        (
            "[[desks]]\ntenant = 'xfj'\nlocal_kinds = [{ code = '1', name = '甲', nature = 'OTHER' }]",
            "intake.toml：单位 xfj 的 local_kinds 第 1 组：nature：OTHER 不在可选值之内",
        ),
        (
            "[representation]\nmost = 6\nbasis = '某'",
            "intake.toml：representation：most = 6 超过《信访工作条例》第二十条",
        ),
        (
            "[representation]\nmost = 4\nbasis = '某'\nsmall_groups = [{ up_to = 10, most = 5 }]",
            "intake.toml：representation：small_groups 中 10 人以下的 most = 5 超过一般的 4 人",
        ),
    ],
)
def test_a_mistake_is_named_with_the_file_and_the_key(folder: Path, text: str, said: str) -> None:
    (found,) = mistakes(folder, text)
    assert found.startswith(said)


def test_all_mistakes_are_told_at_once_after_those_of_the_other_files(folder: Path) -> None:
    (folder / "leaders.csv").unlink()
    found = mistakes(folder, "x = 1\n[[desks]]\ntenant = 'a'\n[[desks]]\ntenant = 'xfj'\nhours = 1\n")
    assert [line.partition("：")[0] for line in found] == ["leaders.csv", *["intake.toml"] * 3]


def test_luonan_says_where_its_office_and_every_township_are_reached_and_that_they_take_online(luonan: Profile) -> None:
    kinds = {one.code: one.kind for one in luonan.organisations}
    windows = {code for code, kind in kinds.items() if kind is not TenantKind.BUREAU}
    desks = {desk.tenant: desk for desk in luonan.intake.desks}
    assert {code for code, desk in desks.items() if desk.takes_online} == windows
    assert all("演示" in (desk.address or "") and desk.hours for desk in desks.values())


def test_two_bureaus_of_luonan_have_their_own_classes_mapped_to_the_natures_of_the_law(luonan: Profile) -> None:
    classes = {
        tenant: [kind.nature for kind in desk.local_kinds]
        for tenant in ("rsj", "gongan")
        if (desk := luonan.intake.desk(tenant))
    }
    assert [len(natures) for natures in classes.values()] == [5, 5]
    assert set(classes["rsj"]) == set(Nature)


def test_the_readme_explains_every_key_of_the_file() -> None:
    explained = README.partition("## intake.toml")[2].partition("\n## ")[0]
    keys = {"representation", "draft_days", "hours", "small_groups", *TenantDesk.__struct_fields__}
    assert {key for key in keys if f"`{key}`" not in explained and f"`[{key}]`" not in explained} == set()


HOURS = [OpenHours(weekday=day, hours="08:30-12:00,14:00-18:00") for day in range(1, 6)]
MONDAY = (2026, 11, 23)


@pytest.mark.parametrize(
    ("at", "day", "open_then"),
    [
        (datetime(*MONDAY, 0, 30, tzinfo=UTC), DayKind.WORKDAY, True),  # 08:30 in China
        (datetime(*MONDAY, 0, 29, tzinfo=UTC), DayKind.WORKDAY, False),
        (datetime(*MONDAY, 4, 0, tzinfo=UTC), DayKind.WORKDAY, False),  # noon
        (datetime(*MONDAY, 9, 59, tzinfo=UTC), DayKind.WORKDAY, True),
        (datetime(*MONDAY, 10, 0, tzinfo=UTC), DayKind.WORKDAY, False),  # six o'clock
        (datetime(*MONDAY, 2, 0, tzinfo=UTC), DayKind.HOLIDAY, False),
        (datetime(*MONDAY, 2, 0, tzinfo=UTC), DayKind.SWAPPED, False),
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), DayKind.WEEKEND, False),
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), DayKind.MAKEUP, True),
        (datetime(2026, 11, 22, 5, 0, tzinfo=UTC), DayKind.MAKEUP, False),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), DayKind.WORKDAY, False),  # seven on Monday morning
        (datetime(2026, 11, 23, 0, 45, tzinfo=UTC), DayKind.WORKDAY, True),
    ],
)
def test_a_window_is_open_by_its_hours_in_china_and_closed_on_days_off(
    at: datetime, day: DayKind, open_then: bool
) -> None:
    assert is_open(HOURS, at=at, day=day) is open_then
