"""``routing.toml``: read whole, mistakes named; and what ``routing check`` says of it."""

import shutil
from pathlib import Path

import pytest

from deploy.operator import cli
from deploy.operator.profile import Profile, ProfileError, load_profile
from services.contracts.proposals import FindingKind, LimitUnit, LoadRoutingRules
from services.contracts.routing import ReferralKind

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
GOOD = """
county_decides_from_return = 3

[[categories]]
path = "土地/征地"
words = ["征地款"]

[[rules]]
id = "land"
name = "征地"
basis = "职责分工"
categories = ["土地"]
lead = "zrzy"
unit = "zd"
supports = ["@place"]
kind = "ASSIGN"
limit = 10
limit_unit = "WORKING_DAYS"

[[rules]]
id = "others"
name = "其他"
basis = "首接负责"
lead = "@registrar"
kind = "TRANSFER"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COUNTIES / "yanshi2", tmp_path / "county"))


def load(folder: Path, text: str) -> Profile:
    (folder / "routing.toml").write_text(text, "utf-8")
    return load_profile(folder)


def test_a_good_file_is_read_whole(folder: Path) -> None:
    profile = load(folder, GOOD)
    (category,) = profile.routing.categories
    land, others = profile.routing.rules
    assert (category.path, category.words, profile.findings) == ("土地/征地", ["征地款"], [])
    assert profile.routing.county_decides_from_return == 3
    assert (land.lead, land.unit, land.supports, land.kind) == ("zrzy", "zd", ["@place"], ReferralKind.ASSIGN)
    assert (land.limit, land.limit_unit, others.rank) == (10, LimitUnit.WORKING_DAYS, 0)


def test_a_county_without_the_file_has_no_rules_and_nothing_is_found(folder: Path) -> None:
    profile = load_profile(folder)
    assert profile.routing == LoadRoutingRules(categories=[], rules=[])
    assert profile.findings == []


MISTAKES = {
    "unknown key": ("limits = 3\n" + GOOD, "多出不认识的一项“limits”"),
    "misspelt field": (GOOD.replace("supports", "support"), "rules 的 land：没有名为 support 的字段"),
    "missing field": (GOOD.replace('basis = "首接负责"\n', ""), "rules 的 others：缺少字段 basis"),
    "unknown kind": (GOOD.replace("ASSIGN", "SEND"), "SEND 不在可选值之内"),
    "returns": (GOOD.replace("return = 3", "return = 0"), "county_decides_from_return：不能小于 1"),
    "unknown tenant": (GOOD.replace('"zrzy"', '"nobody"'), "单位 nobody 不在机构名录中"),
    "unknown unit": (GOOD.replace('"zd"', '"xx"'), "内设机构“xx”不在 zrzy"),
    "no limit": (GOOD.replace("limit = 10\n", ""), "交办须写明反馈期限"),
    "no list": ("rules = 3\n", "rules 的每一项应以 [[rules]] 开头"),
    "not toml": ("[[rules\n", "不是有效的 TOML"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_each_mistake_is_named(folder: Path, what: str) -> None:
    text, words = MISTAKES[what]
    with pytest.raises(ProfileError) as refused:
        load(folder, text)
    said = [str(mistake) for mistake in refused.value.mistakes]
    assert any(line.startswith("routing.toml") and words in line for line in said), said


def test_the_check_says_that_nothing_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["routing", "check", str(COUNTIES / "luonan")]) == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_the_check_tells_findings_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "routing.toml").write_text(GOOD.replace('"@registrar"', '"@place"'), "utf-8")
    assert cli.run(["routing", "check", str(folder)]) == 1
    assert "没有规则覆盖：申诉求决未填写问题属地" in capsys.readouterr().out


def test_the_check_names_what_refuses_the_load(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "routing.toml").write_text(GOOD.replace('"zrzy"', '"nobody"'), "utf-8")
    assert cli.run(["routing", "check", str(folder)]) == 1
    assert "单位 nobody 不在机构名录中" in capsys.readouterr().err


def test_the_demonstration_county_covers_everything_and_contradicts_itself_nowhere() -> None:
    profile = load_profile(COUNTIES / "luonan")
    assert profile.findings == []
    tops = {category.path.partition("/")[0] for category in profile.routing.categories}
    assert len(tops) >= 12
    leads = {rule.lead for rule in profile.routing.rules}
    bureaus = {one.code for one in profile.organisations if not one.code.isdigit() and one.code not in ("xfj",)}
    reached = {code for rule in profile.routing.rules for code in (rule.lead, *rule.supports)}
    # The court and the procuratorate get what the political-legal commission sends them.
    assert bureaus - reached - {"jw", "zfw", "fy", "jcy"} == set()
    assert {"@place", "@registrar", "@outside", "@organ:POLITICAL_LEGAL", "@organ:DISCIPLINE"} <= leads
    assert FindingKind.UNKNOWN not in {finding.kind for finding in profile.findings}
