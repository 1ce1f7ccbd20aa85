"""A county may tighten the law, never loosen it; what would loosen it is refused with the article that forbids it."""

from datetime import date
from typing import Any

import pytest

from services.contracts.deadlines import Event, Unit
from services.contracts.intake import Channel, Nature
from services.contracts.routing import ReferralKind
from services.contracts.rules import ExtensionRule, LocalHoliday, Owner, Period, Rule, RuleKind, Warnings
from services.deadlines.regimes import RegimeInvalid, RuleLoosensLaw, check_regime
from tests.unit.deadlines.made import RULES, own_set, regime, rule

NOTICE, HANDLING, TRANSFER = "xinfang-2022.notice", "xinfang-2022.handling", "xinfang-2022.transfer"
FIRST_REVIEW, FINAL_REVIEW = "xinfang-2022.first_review", "xinfang-2022.final_review"
DAYS, WORKING, MONTHS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS


def longer(days: int) -> ExtensionRule:
    return ExtensionRule(length=days, unit=DAYS, article="第二条")


@pytest.mark.parametrize(
    ("like", "changes", "article"),
    [
        (NOTICE, {"length": 15, "unit": WORKING}, "第二十三条第三款规定为 15 日"),
        (NOTICE, {"length": 16}, "第二十三条第三款"),
        (HANDLING, {"length": 3, "unit": MONTHS}, "第三十四条规定为 60 日，延长不超过 30 日"),
        (HANDLING, {"length": 2, "unit": MONTHS}, "第三十四条"),
        (HANDLING, {"length": 90}, "第三十四条"),
        (HANDLING, {"length": 90, "kinds": frozenset({ReferralKind.OWN})}, "第三十四条"),
        (HANDLING, {"length": 30, "extension": longer(31)}, "第三十四条"),
        (FIRST_REVIEW, {"length": 22, "unit": WORKING}, "第三十五条"),
        (FIRST_REVIEW, {"extension": longer(1)}, "第三十五条"),
        (FINAL_REVIEW, {"paused_by": ()}, "第三十六条第一款"),
        (HANDLING, {"starts": Event.REFERRAL_RECEIVED}, "第三十四条"),
        (HANDLING, {"met_by": (Event.REFERRAL_DELIVERED,)}, "第三十四条"),
        (HANDLING, {"cancelled_by": ()}, "第三十四条"),
        (HANDLING, {"owner": Owner.REGISTRAR}, "第三十四条"),
        (HANDLING, {"length": 30, "lapses": True}, "第三十四条"),
        (TRANSFER, {"opens": Period(length=3, unit=DAYS)}, "第二十二条第一款"),
    ],
)
def test_what_would_loosen_the_law_is_refused_with_the_article(
    like: str, changes: dict[str, Any], article: str
) -> None:
    with pytest.raises(RuleLoosensLaw) as refused:
        check_regime(regime=regime(own_set(rule(like, **changes))), rules=RULES)
    assert refused.value.code == "RULE_LOOSENS_LAW"
    for words in ("规则集 own", "《本县办法》第一条", "own.rule", f"《信访工作条例》{article}", "只能收紧，不能放宽"):
        assert words in refused.value.message


def test_the_petitioners_own_period_is_not_the_countys_to_shorten() -> None:
    shorter = rule("xinfang-2022.first_review_request", length=15, petitioner_side=False)
    with pytest.raises(RuleLoosensLaw, match=r"涉及信访人的期限.*第三十五条"):
        check_regime(regime=regime(own_set(shorter)), rules=RULES)


@pytest.mark.parametrize(
    ("like", "changes"),
    [
        (NOTICE, {"length": 10, "unit": WORKING}),
        (NOTICE, {"length": 15}),
        (HANDLING, {"length": 42, "unit": WORKING}),
        (HANDLING, {"length": 1, "unit": MONTHS}),
        (HANDLING, {"length": 30, "extension": longer(30)}),
        (FIRST_REVIEW, {"length": 20, "unit": WORKING}),
        # Suggestions have no period in the law: there is nothing to loosen.
        (HANDLING, {"length": 90, "natures": frozenset({Nature.SUGGESTION})}),
        # The law's report is due on the day that the sender names: of two limits the tighter binds.
        ("xinfang-2022.report", {"length": 90, "unit": DAYS, "named_day": False}),
        ("xinfang-2022.objection", {"length": 3}),
    ],
)
def test_what_tightens_or_adds_is_loaded(like: str, changes: dict[str, Any]) -> None:
    check_regime(regime=regime(own_set(rule(like, **changes))), rules=RULES)


def test_a_rule_that_ended_before_a_regulation_began_is_not_held_against_it() -> None:
    old = rule("discipline-cases.serious", natures=frozenset({Nature.ACCUSATION}))
    check_regime(regime=regime(own_set(old)), rules=RULES)
    with pytest.raises(RuleLoosensLaw, match="《信访条例》第三十三条"):
        check_regime(regime=regime(own_set(old, since=date(2020, 1, 1))), rules=RULES)


def test_the_whole_shelf_may_be_adopted() -> None:
    check_regime(regime=regime(*RULES.shelf), rules=RULES)


OWN = rule("answer-delivery.delivery")


def named(number: int, **changes: Any) -> Rule:
    return rule("answer-delivery.delivery", id=f"own.{number}", **changes)


@pytest.mark.parametrize(
    ("county", "said"),
    [
        (regime(own_set(OWN, kind=RuleKind.LAW)), "kind 应为 internal"),
        (regime(own_set(OWN, kind=RuleKind.SPECIAL)), "kind 应为 internal"),
        (regime(own_set(OWN, jurisdiction="990001")), "jurisdiction = 990001 应为本县代码 611021"),
        (regime(own_set(OWN), own_set(OWN)), "规则集 own 的 id 已被使用"),
        (regime(own_set(OWN, id="xinfang-2022")), "id 已被使用"),
        (regime(own_set(OWN, OWN)), "id = own.rule 重复"),
        (regime(own_set(rule("answer-delivery.delivery", id="delivery"))), "应以“own.”开头"),
        (regime(own_set(OWN, until=date(2022, 1, 1))), "until = 2022-01-01 早于"),
        (regime(own_set(named(1, starts=Event.REVIEW_DECIDED))), "starts 中的 review.decided 不能用于 per = referral"),
        (regime(own_set(named(1, owner=Owner.REVIEWER))), "owner = reviewer 不适用"),
        (regime(own_set(named(1, unit=Unit.MINUTES))), "没有记录时刻"),
        (regime(own_set(named(1), named(2, owner=Owner.REGISTRAR))), "owner 和 lapses 必须一致"),
        (regime(own_set(named(1, lapses=True, petitioner_side=True))), "petitioner_side 只能用于 kind = law"),
        (regime(warnings=[Warnings(shares=(50, 50, 85))]), "shares = 50、50、85 应由小到大"),
        (regime(warnings=[Warnings(head_after_days=4)]), "county_after_days 不能小于 head_after_days"),
        (regime(holidays=[LocalHoliday(day=date(2026, 8, 5), name="节")] * 2), "假日 2026-08-05 重复填写"),
    ],
)
def test_a_wrong_regime_is_refused(county: Any, said: str) -> None:
    with pytest.raises(RegimeInvalid) as refused:
        check_regime(regime=county, rules=RULES)
    assert said in refused.value.message
    assert refused.value.field


def test_rules_for_different_items_may_name_different_owners() -> None:
    letters = named(1, channels=frozenset({Channel.LETTER}))
    visits = named(2, channels=frozenset({Channel.VISIT}), owner=Owner.REGISTRAR)
    check_regime(regime=regime(own_set(letters, visits)), rules=RULES)
