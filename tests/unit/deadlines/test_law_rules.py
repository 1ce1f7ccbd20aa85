"""The law as data: what is shipped says what the articles say, and a wrong file is refused by name."""

from datetime import date
from pathlib import Path

import pytest

from services.contracts.actor import TenantKind
from services.contracts.deadlines import Obligation, Unit
from services.contracts.intake import Nature, Route
from services.contracts.routing import ReferralRole
from services.contracts.rules import ExtensionRule, Rule, RuleKind
from services.deadlines.rules import LAW_DIRECTORY, NORMS_DIRECTORY, LawError, Rules, load_rules

SHIPPED = LAW_DIRECTORY / "xinfang-work-regulations-2022.toml"
NORM = NORMS_DIRECTORY / "section-results.toml"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


def rule(rules: Rules, day: date, obligation: Obligation) -> Rule:
    rule_set = rules.for_item(day)
    assert rule_set is not None
    return next(each for each in rule_set.rules if each.obligation is obligation)


@pytest.mark.parametrize(
    ("received_on", "rule_set"),
    [
        (date(2005, 4, 30), None),
        (date(2005, 5, 1), "xinfang-2005"),
        (date(2022, 4, 30), "xinfang-2005"),
        (date(2022, 5, 1), "xinfang-2022"),
        (date(2030, 1, 1), "xinfang-2022"),
    ],
)
def test_the_day_of_receipt_decides_which_regulation_holds(
    rules: Rules, received_on: date, rule_set: str | None
) -> None:
    found = rules.for_item(received_on)
    assert (found and found.id) == rule_set


D = Unit.CALENDAR_DAYS
PERIODS_2022 = [
    (Obligation.TRANSFER, 15, D, "第二十二条第一款"),
    (Obligation.REPORT, None, None, "第二十二条第一款第三项"),
    (Obligation.DIRECT_NOTICE, 15, D, "第二十三条第二款"),
    (Obligation.NOTICE, 15, D, "第二十三条第三款"),
    (Obligation.OBJECTION, 5, Unit.WORKING_DAYS, "第二十三条第三款"),
    (Obligation.HANDLING, 60, D, "第三十四条"),
    (Obligation.FIRST_REVIEW_REQUEST, 30, D, "第三十五条"),
    (Obligation.FIRST_REVIEW, 30, D, "第三十五条"),
    (Obligation.FINAL_REVIEW_REQUEST, 30, D, "第三十六条第一款"),
    (Obligation.FINAL_REVIEW, 30, D, "第三十六条第一款"),
    (Obligation.SUPERVISION_REPLY, None, None, "第四十条第四款"),
]
PERIODS_2005 = [
    (Obligation.TRANSFER, 15, D, "第二十一条第一款"),
    (Obligation.REPORT, None, None, "第二十一条第一款第四项"),
    (Obligation.NOTICE, 15, D, "第二十一条第二款"),
    (Obligation.DIRECT_NOTICE, 15, D, "第二十二条第二款"),
    (Obligation.HANDLING, 60, D, "第三十三条"),
    (Obligation.FIRST_REVIEW_REQUEST, 30, D, "第三十四条"),
    (Obligation.FIRST_REVIEW, 30, D, "第三十四条"),
    (Obligation.FINAL_REVIEW_REQUEST, 30, D, "第三十五条第一款"),
    (Obligation.FINAL_REVIEW, 30, D, "第三十五条第一款"),
    (Obligation.SUPERVISION_REPLY, 30, D, "第三十六条第二款"),
]


@pytest.mark.parametrize(("day", "periods"), [(date(2026, 1, 1), PERIODS_2022), (date(2020, 1, 1), PERIODS_2005)])
def test_each_regulation_gives_these_periods_and_no_others(
    rules: Rules, day: date, periods: list[tuple[Obligation, int | None, Unit | None, str]]
) -> None:
    rule_set = rules.for_item(day)
    assert rule_set is not None
    assert [(each.obligation, each.length, each.unit, each.article) for each in rule_set.rules] == periods


def test_the_regulation_of_2005_knew_no_objection_in_working_days(rules: Rules) -> None:
    old = rules.for_item(date(2020, 1, 1))
    assert old is not None
    assert Obligation.OBJECTION not in {each.obligation for each in old.rules}
    assert not any(each.unit is Unit.WORKING_DAYS for each in old.rules)


def test_only_appeals_in_the_petition_procedure_have_sixty_days_since_2022(rules: Rules) -> None:
    handling = rule(rules, date(2026, 1, 1), Obligation.HANDLING)
    assert handling.natures == {Nature.APPEAL}
    assert handling.routes == {Route.PETITION}
    assert handling.roles == {ReferralRole.LEAD}


@pytest.mark.parametrize(("day", "article"), [(date(2026, 1, 1), "第三十四条"), (date(2020, 1, 1), "第三十三条")])
def test_only_the_handling_can_be_extended_and_by_thirty_days(rules: Rules, day: date, article: str) -> None:
    rule_set = rules.for_item(day)
    assert rule_set is not None
    extensions = {each.obligation: each.extension for each in rule_set.rules if each.extension}
    assert extensions == {Obligation.HANDLING: ExtensionRule(length=30, unit=D, article=article)}


@pytest.mark.parametrize("obligation", [Obligation.NOTICE, Obligation.DIRECT_NOTICE])
def test_the_notice_is_owed_to_those_who_can_be_reached_and_not_by_discipline_or_judicial_organs(
    rules: Rules, obligation: Obligation
) -> None:
    notice = rule(rules, date(2026, 1, 1), obligation)
    assert not notice.anonymous
    assert notice.natures == set(Nature) - {Nature.ACCUSATION}
    assert notice.routes == set(Route) - {Route.JUDICIAL}


def test_the_transfer_binds_petition_offices_and_the_direct_notice_everybody_else(rules: Rules) -> None:
    for day in (date(2026, 1, 1), date(2020, 1, 1)):
        offices = rule(rules, day, Obligation.TRANSFER).registrars
        assert offices == {TenantKind.COUNTY}
        assert rule(rules, day, Obligation.DIRECT_NOTICE).registrars == set(TenantKind) - offices


def test_only_rights_lapse_and_only_the_petitioners_own_are_counted_generously(rules: Rules) -> None:
    requests = {Obligation.FIRST_REVIEW_REQUEST, Obligation.FINAL_REVIEW_REQUEST}
    every = [each for rule_set in rules.law for each in rule_set.rules]
    assert {each.obligation for each in every if each.lapses} == {Obligation.OBJECTION, *requests}
    assert {each.obligation for each in every if each.petitioner_side} == requests


def test_only_hearings_in_the_final_review_stop_a_clock(rules: Rules) -> None:
    every = [each for kept in (*rules.law, *rules.special, *rules.shelf) for each in kept.rules]
    assert {each.obligation for each in every if each.paused_by} == {Obligation.FINAL_REVIEW}


def test_what_holds_beside_the_law_everywhere_is_not_on_the_shelf(rules: Rules) -> None:
    assert [each.id for each in rules.special] == ["forwarded-items", "simplified-procedure"]
    assert [each.since for each in rules.special] == [date(2005, 5, 1), date(2016, 7, 1)]
    assert {each.kind for each in rules.shelf} == {RuleKind.INTERNAL}
    assert len(rules.shelf) == len(list(NORMS_DIRECTORY.glob("*.toml"))) - len(rules.special)


def test_every_norm_cites_a_regulation_by_its_title(rules: Rules) -> None:
    for rule_set in (*rules.law, *rules.special, *rules.shelf):
        assert rule_set.name.startswith("《")
        assert rule_set.name.endswith("》")
        assert len({each.article for each in rule_set.rules if each.article}) >= 1


HANDLING = "规则 xinfang-2022.handling"
SIXTY = 'length = 60\nunit = "calendar_days"\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("roll_forward = true", "roll_forwards = true", ["没有名为 roll_forwards 的字段"]),
        ('name = "《信访工作条例》"\n', "", ["缺少字段 name"]),
        ("from = 2022-05-01", "from = 2022-05-01\nuntil = 2022-04-01", ["until = 2022-04-01 早于 from = 2022-05-01"]),
        ("from = 2022-05-01", 'from = "May 1st"', ["from", "日期应写作"]),
        ('jurisdiction = "CN"', 'jurisdiction = "US"', ["jurisdiction = US"]),
        ('jurisdiction = "CN"', 'jurisdiction = "611021"', ["jurisdiction = 611021", "县配置"]),
        ('kind = "law"', 'kind = "internal"', ["kind = internal 的规则集不应写在这里"]),
        ("length = 60", "length = -1", [HANDLING, "length"]),
        ("length = 60", "lenght = 60", [HANDLING, "没有名为 lenght 的字段"]),
        ("length = 60\n", "", [HANDLING, "length 与 unit 必须同时填写"]),
        (SIXTY, "", [HANDLING, "二者取一", "named_day"]),
        (SIXTY, SIXTY + "named_day = true\n", [HANDLING, "二者取一"]),
        (SIXTY, 'length = 60\nunit = "hours"\n', [HANDLING, "unit = hours", "referral.accepted", "没有记录时刻"]),
        (
            'starts = "referral.accepted"',
            'starts = "referral.accpted"',
            [HANDLING, "starts", "referral.accpted 不在可选值之内"],
        ),
        (
            'starts = "referral.accepted"',
            'starts = "referral.answered"',
            [HANDLING, "starts = referral.answered 不能同时写在 met_by"],
        ),
        ('natures = ["APPEAL"]', 'natures = ["APPEALS"]', [HANDLING, "natures", "APPEALS 不在可选值之内"]),
        ('natures = ["APPEAL"]', "natures = []", [HANDLING, "natures 不能为空"]),
        ('natures = ["APPEAL"]', 'stages = ["FIRST"]', [HANDLING, "stages 只能用于 per = review"]),
        ('natures = ["APPEAL"]', 'paused_by = ["review.hearing"]', [HANDLING, "paused_by", "听证"]),
        (
            'natures = ["APPEAL"]',
            'opens = { length = 60, unit = "calendar_days" }',
            [HANDLING, "opens 必须早于期限届满"],
        ),
        ('natures = ["APPEAL"]', "lapses = true", [HANDLING, "extension 不能用于"]),
        ('natures = ["APPEAL"]', 'tenants = ["slj"]', [HANDLING, "tenants 只能用于 kind = internal"]),
        (
            'extension = { length = 30, unit = "calendar_days"',
            'extension = { length = 30, unit = "months"',
            [HANDLING, "extension 的 unit"],
        ),
        (
            "lapses = true\npetitioner_side",
            "petitioner_side",
            ["first_review_request", "petitioner_side = true 时 lapses"],
        ),
        (
            'met_by = ["petition.referred", "petition.closed"]',
            "met_by = []",
            ["xinfang-2022.transfer", "met_by", "至少要有 1 项"],
        ),
        (
            'met_by = ["petition.referred", "petition.closed"]',
            'met_by = ["referral.accepted"]',
            ["xinfang-2022.transfer", "met_by 中的 referral.accepted 不能用于 per = petition"],
        ),
        (
            'owner = "registrar"',
            'owner = "receiver"',
            ["xinfang-2022.transfer", "owner = receiver 不适用于 per = petition"],
        ),
        (
            'owner = "registrar"',
            'owner = "registrar"\nroles = ["LEAD"]',
            ["xinfang-2022.transfer", "roles 只能用于 per = referral"],
        ),
        (SIXTY[:11], "named_day = true", [HANDLING, "length 与 unit"]),
        ('id = "xinfang-2022.report"\n', "", ["规则 第 2 条（未写 id）", "缺少字段 id"]),
        ('id = "xinfang-2022.report"', 'id = "report"', ["id = report 应以“xinfang-2022.”开头"]),
        ('id = "xinfang-2022.report"', 'id = "xinfang-2022.notice"', ["id = xinfang-2022.notice 重复"]),
        ('obligation = "REPORT"', 'obligation = "NOTICE"', ["obligation = NOTICE 重复"]),
        ('owner = "registrar"', "owner = registrar", ["不是有效的 TOML"]),
    ],
)
def test_a_wrong_file_is_refused_and_the_place_is_named(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    (tmp_path / "wrong.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LawError) as refused:
        load_rules(law=tmp_path)
    for words in ["wrong.toml：", *said]:
        assert words in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_bytes(SHIPPED.read_text("utf-8").encode("gbk"))
    with pytest.raises(LawError, match=r"wrong\.toml：不是有效的 TOML（UTF-8）"):
        load_rules(law=tmp_path)


def test_two_regulations_that_hold_on_the_same_day_are_refused(tmp_path: Path) -> None:
    for path in LAW_DIRECTORY.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace("until = 2022-04-30", ""), "utf-8")
    with pytest.raises(LawError, match=r"2022\.toml：from = 2022-05-01 与 .*2005\.toml 的施行期间重叠"):
        load_rules(law=tmp_path)


def test_a_directory_without_law_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="没有规则文件"):
        load_rules(law=tmp_path)


ONLY_LAW = "只能收紧，不能放宽"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "length = 20",
            "length = 43",
            [
                "section-results.handling",
                "43 个工作日（通常约 60.2 日）",
                "《信访工作条例》第三十四条规定为 60 日",
                ONLY_LAW,
            ],
        ),
        (
            'starts = "referral.accepted"',
            'starts = "referral.received"',
            ["starts = referral.received，与法规的 referral.accepted 不同", "第三十四条", ONLY_LAW],
        ),
        ('kind = "internal"', 'kind = "law"', ["kind = law 的规则集不应写在这里"]),
        ('id = "section-results"', 'id = "xinfang-2022"', ["xinfang-2022."]),
    ],
)
def test_a_norm_that_would_loosen_the_law_is_refused(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    text = NORM.read_text("utf-8")
    assert old in text
    (tmp_path / "wrong.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LawError) as refused:
        load_rules(norms=tmp_path)
    for words in ["wrong.toml：", *said]:
        assert words in str(refused.value)


def test_two_norms_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes(NORM.read_bytes())
    with pytest.raises(LawError, match=r"b\.toml：id = section-results 与另一个规则文件重复"):
        load_rules(norms=tmp_path)
