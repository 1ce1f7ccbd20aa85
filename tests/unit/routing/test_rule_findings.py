from datetime import timedelta
from typing import Any

import pytest

from services.contracts.directory import Organisation
from services.contracts.intake import Nature
from services.contracts.proposals import Category, Finding, FindingKind, RoutingRule
from services.contracts.routing import ReferralKind
from services.routing.rule_findings import RoutingRulesInvalid, check_rules, findings, malformed
from tests.unit.routing.made import TODAY
from tests.unit.routing.rules_made import CATEGORIES, DIRECTORY, RULES, TOWN, body, rule

LEAVES = [Category(path="甲"), Category(path="乙")]
ALL = rule("all", "xfj")


def found(
    *rules: RoutingRule, categories: list[Category] = LEAVES, directory: dict[str, Organisation] = DIRECTORY
) -> list[Finding]:
    return findings(categories=categories, rules=rules, directory=directory, day=TODAY)


def told(kind: FindingKind, *rules: RoutingRule, **changes: Any) -> list[str]:
    return [one.message for one in found(*rules, **changes) if one.kind is kind]


def test_good_rules_have_no_finding() -> None:
    assert found(*RULES, categories=CATEGORIES) == []


def test_a_county_without_rules_misses_none() -> None:
    assert found(categories=[]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"categories": ["丙"]}, "分类“丙”不在分类表中"),
        ({"categories": ["甲/没有"]}, "分类“甲/没有”不在分类表中"),
        ({"places": ["611022001"]}, "地点 611022001 不在"),
        ({"accused": ["nobody"]}, "被反映单位 nobody 不在"),
        ({"lead": "nobody"}, "单位 nobody 不在"),
        ({"lead": "@nothing"}, "单位 @nothing 不在"),
        ({"lead": "@organ:KING"}, "“@organ:KING”不认识"),
        ({"lead": "@organ:COURT"}, "没有单位的 organs 含 COURT"),
        ({"supports": ["nobody"]}, "单位 nobody 不在"),
        ({"supports": ["@outside"]}, "单位 @outside 不在"),
        ({"lead": "zrzy", "unit": "xx"}, "内设机构“xx”不在 zrzy"),
        ({"lead": "@place", "unit": "zd"}, "内设机构“zd”不在"),
    ],
)
def test_what_a_rule_names_and_is_not_there_refuses_the_load(changes: dict[str, Any], words: str) -> None:
    wrong = rule("wrong", changes.pop("lead", "xfj"), rank=1, **changes)
    (message,) = told(FindingKind.UNKNOWN, wrong, ALL)
    assert words in message
    with pytest.raises(RoutingRulesInvalid, match="规则 wrong"):
        check_rules(categories=LEAVES, rules=[wrong, ALL], directory=DIRECTORY, day=TODAY)


@pytest.mark.parametrize("lead", ["zrzy", "@place", "@registrar", "@outside", "@organ:DISCIPLINE"])
def test_every_way_to_name_a_lead_is_known(lead: str) -> None:
    fine = rule("fine", lead, categories=["甲"], places=["611021", TOWN], accused=["*", "slj"], supports=["@place"])
    assert told(FindingKind.UNKNOWN, fine, ALL) == []


def test_a_body_that_is_gone_may_be_named_if_somebody_took_over() -> None:
    with_gone = {
        **DIRECTORY,
        "gone": body("gone", active=False),
        "merged": body("merged", active=False, successors=["slj"]),
    }
    assert len(told(FindingKind.UNKNOWN, rule("a", "gone"), rule("b", "merged", rank=1), directory=with_gone)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"categories": ["甲"]}, {"categories": ["甲", "乙"]}),
        ({"places": [TOWN]}, {"places": [TOWN]}),
        ({"natures": [Nature.APPEAL, Nature.INQUIRY]}, {"natures": [Nature.INQUIRY]}),
        ({"accused": ["*"]}, {"accused": ["*"]}),
        ({"categories": ["甲"], "until": TODAY}, {"categories": ["甲"], "since": TODAY}),
    ],
)
def test_rules_that_say_something_else_of_the_same_matter_are_a_conflict(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    conflicts = [
        each for each in found(rule("a", "zrzy", **one), rule("b", "slj", **other)) if each.rules == ["a", "b"]
    ]
    assert [each.kind for each in conflicts] == [FindingKind.CONFLICT]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"rank": 1}),
        ({"categories": ["甲"]}, {"categories": ["乙"]}),
        ({"categories": ["甲"]}, {}),
        ({"natures": [Nature.APPEAL]}, {}),
        ({"accused": ["*"]}, {"accused": ["slj"]}),
        ({"until": TODAY}, {"since": TODAY + timedelta(days=1)}),
        ({"lead": "slj"}, {"lead": "slj"}),
    ],
)
def test_rules_of_which_one_is_more_specific_or_that_agree_are_no_conflict(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    pair = rule("a", one.pop("lead", "zrzy"), **one), rule("b", other.pop("lead", "slj"), **other)
    assert told(FindingKind.CONFLICT, *pair) == []


@pytest.mark.parametrize(
    "pair",
    [
        (rule("first", "slj"), rule("never", "zrzy", rank=-1)),
        (rule("first", "slj", categories=["甲", "乙"], rank=1), rule("never", "zrzy", categories=["甲"])),
        (rule("first", "slj"), rule("never", "slj")),
        (rule("first", "slj"), rule("never", "zrzy", accused=["zrzy"])),
        (rule("first", "slj"), rule("never", "zrzy", categories=["甲"], until=TODAY - timedelta(days=1))),
    ],
)
def test_a_rule_that_never_wins_is_unreachable(pair: tuple[RoutingRule, RoutingRule]) -> None:
    (message,) = told(FindingKind.UNREACHABLE, *pair)
    assert "规则 never" in message


@pytest.mark.parametrize(
    "pair",
    [
        (rule("first", "slj", until=TODAY), rule("b", "zrzy", rank=-1)),
        (rule("first", "@place"), rule("b", "@registrar", rank=-1)),
        (rule("first", "slj", categories=["甲"]), rule("b", "zrzy", categories=["甲", "乙"], rank=-1)),
        (rule("first", "slj", natures=[Nature.APPEAL]), rule("b", "zrzy", rank=-1)),
    ],
)
def test_a_rule_whose_turn_comes_is_not_unreachable(pair: tuple[RoutingRule, RoutingRule]) -> None:
    assert told(FindingKind.UNREACHABLE, *pair) == []


def test_a_category_that_no_rule_covers_is_a_hole_for_each_nature_that_the_law_leaves_to_rules() -> None:
    holes = told(FindingKind.HOLE, rule("a", "slj", categories=["甲"]), rule("b", "slj", natures=[Nature.APPEAL]))
    assert [message.split("没有")[0] for message in holes] == ["建议意见", "咨询"]
    assert all("“乙”" in message and "未分类" in message and "“甲”" not in message for message in holes)


def test_accusations_are_a_hole_where_the_directory_has_no_discipline_organ() -> None:
    without = {code: one for code, one in DIRECTORY.items() if code != "jw"}
    only = rule("a", "slj", natures=[Nature.APPEAL, Nature.SUGGESTION, Nature.INQUIRY])
    (message,) = told(FindingKind.HOLE, only, directory=without)
    assert message.startswith("检举控告没有规则覆盖")


def test_a_county_that_leaves_all_to_places_is_told_of_matters_without_a_place() -> None:
    holes = told(FindingKind.HOLE, rule("a", "@place"))
    assert len(holes) == 3
    assert all("@registrar" in message for message in holes)


def test_many_holes_are_counted_and_not_all_named() -> None:
    many = [Category(path=f"类{number}") for number in range(30)]
    (message, *_) = told(FindingKind.HOLE, rule("a", "slj", places=[TOWN]), categories=many)
    assert "等 31 类" in message
    assert message.count("“") == 8


@pytest.mark.parametrize(
    ("categories", "rules", "words"),
    [
        ([Category(path="一/二/三/四")], [], "应为一至三级"),
        ([Category(path="一//三")], [], "应为一至三级"),
        ([Category(path="甲"), Category(path="甲")], [], "分类“甲”重复"),
        ([], [rule("a", "slj"), rule("a", "zrzy")], "规则编号 a 重复"),
        ([], [rule("law.mine", "slj")], "不能以 law. 开头"),
        ([], [rule("", "slj")], "编号不能为空"),
        ([], [rule("a", "slj", kind=ReferralKind.FORWARD)], "办理方式只能是"),
        ([], [rule("a", "slj", kind=ReferralKind.ASSIGN)], "交办须写明反馈期限"),
        ([], [rule("a", "slj", limit=0)], "期限 limit 应在 1 到"),
        ([], [rule("a", "slj", since=TODAY, until=TODAY - timedelta(days=1))], "早于起始日期"),
        ([], [rule("a", "slj", supports=["slj"])], "又写成了协办单位"),
    ],
)
def test_what_cannot_be_read_as_rules_is_said(categories: list[Category], rules: list[RoutingRule], words: str) -> None:
    (problem,) = malformed(categories, rules)
    assert words in problem


def test_a_load_is_refused_with_everything_that_is_wrong() -> None:
    wrong = [rule("law.a", "nobody")]
    with pytest.raises(RoutingRulesInvalid, match=r"不能以 law\. 开头.*单位 nobody 不在"):
        check_rules(categories=LEAVES, rules=wrong, directory=DIRECTORY, day=TODAY)


def test_conflicts_and_holes_do_not_refuse_the_load() -> None:
    told_of = check_rules(
        categories=LEAVES, rules=[rule("a", "slj", categories=["甲"])], directory=DIRECTORY, day=TODAY
    )
    assert {one.kind for one in told_of} == {FindingKind.HOLE}
