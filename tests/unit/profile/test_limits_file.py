"""The county's own limits: read whole, or refused with every mistake named; never looser than the law."""

import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from deploy.operator.profile import ProfileError, load_profile
from services.contracts.rules import LocalHoliday, Regime, Warnings
from services.deadlines.rules import load_rules

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
README = (COUNTIES / "luonan" / "README.md").read_text("utf-8")
OWN = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0]
"""The rule set that the README shows."""
LOCAL = OWN.replace("611021", "990001")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COUNTIES / "yanshi2", tmp_path / "county"))


def regime(folder: Path, text: str) -> Regime:
    (folder / "limits.toml").write_text(text, "utf-8")
    return load_profile(folder).regime


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        regime(folder, text)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_county_without_the_file_has_set_nothing(folder: Path) -> None:
    assert load_profile(folder).regime == Regime(county="990001")


def test_an_empty_file_says_the_same(folder: Path) -> None:
    assert regime(folder, "") == Regime(county="990001")


def test_everything_that_can_be_set_is_read(folder: Path) -> None:
    found = regime(
        folder,
        f"""
        adopt = ["urgent-report", "answer-delivery"]
        adopt_from = 2026-02-01
        digest_hour = 7
        hotline_extension_percent = 1
        count_not_due = true
        {LOCAL}
        [[holidays]]
        day = 2026-06-01
        name = "建县纪念日"
        tenants = ["xfj"]
        [[warnings]]
        shares = [40, 60, 80]
        head_after_days = 1
        county_after_days = 5
        """,
    )
    assert [each.id for each in found.rule_sets] == ["urgent-report", "answer-delivery", "luonan-2026"]
    assert [each.since for each in found.rule_sets] == [date(2026, 2, 1), date(2026, 2, 1), date(2026, 1, 1)]
    assert found.holidays == [LocalHoliday(day=date(2026, 6, 1), name="建县纪念日", tenants=frozenset({"xfj"}))]
    assert found.warnings == [Warnings(shares=(40, 60, 80), head_after_days=1, county_after_days=5)]
    assert (found.digest_hour, found.hotline_extension_percent, found.count_not_due) == (7, 1, True)


def test_an_adopted_set_never_holds_before_its_own_day(folder: Path) -> None:
    for adopt_from in ("", "adopt_from = 2020-01-01"):
        (adopted,) = regime(folder, f'adopt = ["urgent-report"]\n{adopt_from}').rule_sets
        assert adopted in load_rules().shelf


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("digest_hour = 24", "limits.toml：digest_hour：不能大于 23"),
        ("digest = 8", "limits.toml：多出不认识的一项“digest”"),
        ("digest_hour 8", "limits.toml 第 1 行：不是有效的 TOML"),
        ('adopt = ["urgent"]', "limits.toml：adopt 中的“urgent”不认识，可以采用的有：answer-delivery、"),
        ('adopt = ["urgent-report", "urgent-report"]', "limits.toml：adopt 中的“urgent-report”重复"),
        ('adopt = "urgent-report"', "limits.toml：adopt 应写作"),
        ('adopt_from = "2026"', "limits.toml：adopt_from 应为日期"),
        ("[holidays]\nday = 2026-06-01", "limits.toml：holidays 的每一组应以 [[holidays]] 开头"),
        ("[[holidays]]\nday = 2026-06-01", "limits.toml：holidays 第 1 组：缺少字段 name"),
        (
            '[[holidays]]\nday = 2026-06-01\nname = "节"\ntenants = ["nobody"]',
            "limits.toml：holidays 中的 2026-06-01：单位编码“nobody”不在 tenants.csv 中",
        ),
        ("[[warnings]]\nshares = [50, 40, 85]", "limits.toml：预警比例 shares = 50、40、85 应由小到大"),
        ("[[warnings]]\nshares = [50, 60]", "limits.toml：warnings 第 1 组：shares"),
        (
            LOCAL.replace("unit =", "units ="),
            "limits.toml：rule_sets 第 1 组：规则 luonan-2026.handling：没有名为 units 的字段",
        ),
        (LOCAL.replace('"internal"', '"law"'), "limits.toml：rule_sets 第 1 组：kind = law 的规则集不应写在这里"),
        (OWN, "limits.toml：规则集 luonan-2026：jurisdiction = 611021 应为本县代码 990001"),
        (LOCAL + 'tenants = ["nobody"]', "limits.toml：规则 luonan-2026.handling：单位编码“nobody”不在 tenants.csv 中"),
    ],
)
def test_a_mistake_is_named_with_the_file_and_the_key(folder: Path, text: str, said: str) -> None:
    (found,) = mistakes(folder, text)
    assert found.startswith(said)


def test_what_would_loosen_the_law_is_refused_with_the_article(folder: Path) -> None:
    (found,) = mistakes(folder, LOCAL.replace("length = 45", "length = 90"))
    assert "规则集 luonan-2026：《洛南县信访工作办法》第五条" in found
    assert "《信访工作条例》第三十四条规定为 60 日，延长不超过 30 日，只能收紧，不能放宽" in found


def test_all_mistakes_are_told_at_once_after_those_of_the_other_files(folder: Path) -> None:
    (folder / "leaders.csv").unlink()
    found = mistakes(folder, 'adopt = ["no"]\ndigest_hour = "x"\n[[holidays]]\n[[warnings]]\nshares = 1\n')
    assert [line.partition("：")[0] for line in found] == ["leaders.csv", *["limits.toml"] * 4]


def test_the_readme_lists_exactly_what_can_be_adopted_by_its_title() -> None:
    listed = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (《[^|]*》) \|", README, re.MULTILINE))
    assert listed == {each.id: each.name for each in load_rules().shelf}


def test_the_readme_explains_every_key_of_the_file() -> None:
    given = tomllib.loads((COUNTIES / "luonan" / "limits.toml").read_text("utf-8"))
    explained = set(re.findall(r"^\| `\[*([a-z_]+)\]*` \|", README, re.MULTILINE))
    assert given.keys() <= explained


def test_luonan_has_set_its_own_limits_and_yanshi2_none() -> None:
    luonan = load_profile(COUNTIES / "luonan").regime
    assert [each.id for each in luonan.rule_sets] == [
        *("urgent-report", "leader-approval", "hotline-12345", "discipline-cases"),
        *("answer-delivery", "case-meetings", "public-promises"),
    ]
    assert {each.since for each in luonan.rule_sets} == {date(2026, 1, 1)}
    assert load_profile(COUNTIES / "yanshi2").regime == Regime(county="990001")
