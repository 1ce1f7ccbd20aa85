"""The law as data: what is shipped says what the articles say, and a wrong file is refused by name."""

from datetime import date
from pathlib import Path

import pytest

from services.contracts.deadlines import Obligation, Unit
from services.contracts.intake import Nature
from services.contracts.routing import ReferralRole
from services.deadlines.rules import LAW_DIRECTORY, LawError, Rule, Rules, load_rules

SHIPPED = LAW_DIRECTORY / "xinfang-work-regulations-2022.toml"


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


@pytest.mark.parametrize(
    ("obligation", "length", "unit", "article"),
    [
        (Obligation.TRANSFER, 15, Unit.CALENDAR_DAYS, "第二十二条第一款"),
        (Obligation.NOTICE, 15, Unit.CALENDAR_DAYS, "第二十三条第三款"),
        (Obligation.OBJECTION, 5, Unit.WORKING_DAYS, "第二十三条第三款"),
        (Obligation.HANDLING, 60, Unit.CALENDAR_DAYS, "第三十四条"),
        (Obligation.REPORT, None, None, "第二十二条第一款第三项"),
    ],
)
def test_the_regulation_of_2022_gives_these_periods(
    rules: Rules, obligation: Obligation, length: int | None, unit: Unit | None, article: str
) -> None:
    found = rule(rules, date(2026, 1, 1), obligation)
    assert (found.length, found.unit, found.article) == (length, unit, article)


def test_the_regulation_of_2005_knew_no_objection_in_working_days(rules: Rules) -> None:
    old = rules.for_item(date(2020, 1, 1))
    assert old is not None
    assert {each.obligation for each in old.rules} == set(Obligation) - {Obligation.OBJECTION}
    assert not any(each.unit is Unit.WORKING_DAYS for each in old.rules)


def test_only_appeals_have_sixty_days_since_2022(rules: Rules) -> None:
    assert rule(rules, date(2026, 1, 1), Obligation.HANDLING).natures == {Nature.APPEAL}
    assert rule(rules, date(2026, 1, 1), Obligation.HANDLING).roles == {ReferralRole.LEAD}


def test_the_notice_is_owed_to_those_who_can_be_reached_and_not_by_discipline_organs(rules: Rules) -> None:
    notice = rule(rules, date(2026, 1, 1), Obligation.NOTICE)
    assert not notice.anonymous
    assert Nature.ACCUSATION not in notice.natures


def test_only_the_objection_lapses(rules: Rules) -> None:
    assert {each.obligation for rule_set in rules.sets for each in rule_set.rules if each.lapses} == {
        Obligation.OBJECTION
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('roll_forward = true', "", ["roll_forward"]),
        ('roll_forward = true', "roll_forwards = true", ["roll_forward"]),
        ('from = 2022-05-01', "from = 2022-05-01\nuntil = 2022-04-01", ["until", "2022-04-01"]),
        ('jurisdiction = "CN"', 'jurisdiction = "US"', ["jurisdiction"]),
        ("length = 60", "length = 0", ["xinfang-2022.handling", "length"]),
        ("length = 60", "lenght = 60", ["xinfang-2022.handling", "lenght"]),
        ("length = 60\n", "", ["xinfang-2022.handling", "length", "unit"]),
        ("length = 60\nunit = \"calendar_days\"\n", "", ["xinfang-2022.handling", "named_day"]),
        ("length = 60", 'length = 60\nnamed_day = "referral.due_on"', ["xinfang-2022.handling", "named_day"]),
        ('starts = "referral.accepted"', 'starts = "referral.accpted"', ["xinfang-2022.handling", "starts", "accpted"]),
        ('starts = "referral.accepted"', 'starts = "referral.answered"', ["xinfang-2022.handling", "starts"]),
        ('natures = ["APPEAL"]', 'natures = ["APPEALS"]', ["xinfang-2022.handling", "natures", "APPEALS"]),
        ('met_by = ["petition.referred", "petition.closed"]', 'met_by = []', ["xinfang-2022.transfer", "met_by"]),
        (
            'met_by = ["petition.referred", "petition.closed"]',
            'met_by = ["referral.accepted"]',
            ["xinfang-2022.transfer", "met_by", "referral.accepted"],
        ),
        ('owner = "registrar"', 'owner = "receiver"', ["xinfang-2022.transfer", "owner"]),
        ('owner = "registrar"', 'owner = "registrar"\nroles = ["LEAD"]', ["xinfang-2022.transfer", "roles"]),
        ('id = "xinfang-2022.report"\n', "", ["第 5 条", "id"]),
        ('id = "xinfang-2022.report"', 'id = "xinfang-2022.notice"', ["id", "xinfang-2022.notice", "重复"]),
        ('obligation = "REPORT"', 'obligation = "NOTICE"', ["obligation", "NOTICE", "重复"]),
        ('owner = "registrar"', 'owner = registrar', ["TOML"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_and_the_place_is_named(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    (tmp_path / "wrong.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LawError) as refused:
        load_rules(tmp_path)
    for words in ["wrong.toml", *said]:
        assert words in str(refused.value)


def test_two_regulations_that_hold_on_the_same_day_are_refused(tmp_path: Path) -> None:
    for path in LAW_DIRECTORY.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace("until = 2022-04-30", ""), "utf-8")
    with pytest.raises(LawError, match=r"2022\.toml：from = 2022-05-01 与 .*2005\.toml 的施行期间重叠"):
        load_rules(tmp_path)


def test_a_directory_without_law_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="没有规则文件"):
        load_rules(tmp_path)
