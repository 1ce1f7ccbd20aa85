from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.intake import Nature, Urgency
from services.contracts.proposals import LimitUnit, Suggestion
from services.contracts.routing import ReferralKind, ReferralRole
from services.routing.proposing import same
from tests.unit.routing.made import TODAY
from tests.unit.routing.rules_made import DIRECTORY, TOWN, VILLAGE, body, proposed, rule, rules


def suggested(body_code: str | None, *, unsure: bool = False) -> Suggestion:
    return Suggestion(
        model="m", category="水利", category_confidence=0.9, body=body_code, body_confidence=0.8, unsure=unsure
    )


def test_the_rule_that_fired_names_lead_unit_supports_and_kind_and_says_why() -> None:
    found = proposed(category="土地/征地", place=VILLAGE, registered_by="xfj")
    assert found.lead is not None
    assert (found.rule, found.lead.tenant, found.lead.unit, found.lead.role) == (
        "land",
        "zrzy",
        "zd",
        ReferralRole.LEAD,
    )
    assert [(one.tenant, one.role) for one in found.supports] == [(TOWN, ReferralRole.SUPPORT)]
    assert (found.kind, found.due_on, found.rules) == (ReferralKind.TRANSFER, None, "v")
    assert found.why[0] == "依据规则“land”（职责），由zrzy单位办理"
    assert found.why[1] == "属于县级职权，由县级主管部门办理"
    assert "牵头" in found.why[2]
    assert [one.tenant for one in found.runners_up] == [TOWN, "xfj"]
    assert found.barred == []


def test_an_assignment_is_due_after_the_rules_limit_counted_from_the_day_of_proposing() -> None:
    found = proposed(category="水利", registered_by="xfj")
    assert (found.kind, found.due_on) == (ReferralKind.ASSIGN, TODAY + timedelta(days=10))
    by = rules(rule("w", "slj", kind=ReferralKind.ASSIGN, limit=3, limit_unit=LimitUnit.WORKING_DAYS))
    assert proposed(by=by).due_on == TODAY + timedelta(days=3)


# RT-03: the five branches by level.
@pytest.mark.parametrize(
    ("changes", "lead", "kind", "words"),
    [
        ({"registered_by": "zrzy", "category": "土地"}, "zrzy", ReferralKind.OWN, "属于登记单位自身职权"),
        ({"registered_by": "xfj", "category": "土地"}, "zrzy", ReferralKind.TRANSFER, "属于县级职权"),
        ({"registered_by": "xfj", "place": TOWN}, TOWN, ReferralKind.TRANSFER, "属地管理，由问题所在乡镇"),
        ({"registered_by": "xfj", "category": "水利"}, "station", ReferralKind.ASSIGN, "由slj单位协调并跟踪督办"),
        ({"registered_by": "xfj", "category": "外县"}, None, None, "不属于本县"),
    ],
)
def test_by_level_own_county_place_subordinate_unit_or_nobody(
    changes: dict[str, Any], lead: str | None, kind: ReferralKind | None, words: str
) -> None:
    by = rules(
        rule("land", "zrzy", categories=["土地"]),
        rule("station", "station", categories=["水利"], kind=ReferralKind.ASSIGN, limit=10),
        rule("outside", "@outside", categories=["外县"]),
        rule("place", "@place"),
    )
    found = proposed(by=by, **changes)
    assert (found.lead.tenant if found.lead else None, found.kind) == (lead, kind)
    assert any(words in sentence for sentence in found.why)


def test_the_superior_of_a_subordinate_unit_supports_it() -> None:
    found = proposed(by=rules(rule("station", "station")), registered_by="xfj")
    assert [one.tenant for one in found.supports] == ["slj"]


def test_a_township_gets_the_matter_with_the_village_where_it_lies() -> None:
    found = proposed(category="土地/宅基地", place=VILLAGE, registered_by="xfj")
    assert found.lead is not None
    assert (found.lead.tenant, found.lead.unit) == (TOWN, VILLAGE)
    without = proposed(category="土地/宅基地", place=TOWN, registered_by="xfj")
    assert without.lead is not None
    assert without.lead.unit is None


def test_who_keeps_an_item_himself_is_told_to_send_it_to_the_supports_separately() -> None:
    found = proposed(category="土地/宅基地", place=TOWN, registered_by=TOWN)
    assert (found.kind, [one.tenant for one in found.supports]) == (ReferralKind.OWN, ["nyncj"])
    assert any("另行向协办单位转送" in sentence for sentence in found.why)


def test_a_rule_that_names_nobody_leaves_the_turn_to_the_next() -> None:
    found = proposed(category="土地/宅基地", place=None, registered_by="xfj")
    assert found.lead is not None
    assert (found.lead.tenant, found.rule) == ("zrzy", "land")


def test_who_is_accused_is_named_nowhere_but_among_the_barred() -> None:
    found = proposed(
        category="土地", place=TOWN, accused=["zrzy", TOWN], registered_by="xfj", suggestion=suggested("zrzy")
    )
    assert found.lead is not None
    assert (found.lead.tenant, found.rule) == ("xfj", "registrar")
    assert found.barred == sorted(["zrzy", TOWN])
    assert found.supports == []
    assert found.runners_up == []
    assert found.suggestion is not None
    assert (found.suggestion.body, found.suggestion.body_confidence) == (None, 0.0)
    assert not any("zrzy" in sentence or TOWN in sentence for sentence in found.why)
    assert any("第三十条" in sentence for sentence in found.why)


def test_an_accused_support_is_left_out() -> None:
    found = proposed(category="土地", place=TOWN, accused=[TOWN], registered_by="xfj")
    assert found.lead is not None
    assert (found.lead.tenant, found.supports, found.barred) == ("zrzy", [], [TOWN])


def test_who_took_over_a_bodys_functions_is_proposed_in_its_place() -> None:
    ended = {**DIRECTORY, "zrzy": body("zrzy", until=TODAY - timedelta(days=1), successors=["slj"])}
    found = proposed(category="土地", registered_by="xfj", directory=ended)
    assert found.lead is not None
    assert (found.lead.tenant, found.rule) == ("slj", "land")
    assert "zrzy单位已撤并" in found.why[0]
    assert "第二十四条第二款" in found.why[0]


def test_a_body_that_was_split_leaves_the_choice_to_the_clerk() -> None:
    split = {**DIRECTORY, "zrzy": body("zrzy", until=TODAY - timedelta(days=1), successors=["slj", "nyncj"])}
    found = proposed(category="土地", registered_by="xfj", directory=split)
    assert found.lead is not None
    assert found.lead.tenant == "xfj"
    assert [one.tenant for one in found.runners_up] == ["slj", "nyncj"]


def test_without_rules_nobody_is_proposed_and_that_is_said() -> None:
    found = proposed(by=rules(rule("a", "slj", categories=["水利"])), category="土地")
    assert (found.lead, found.rule, found.kind) == (None, None, None)
    assert any("没有规则能确定" in sentence for sentence in found.why)


def test_critical_matters_are_to_be_reported_at_once() -> None:
    assert any("第二十五条" in sentence for sentence in proposed(urgency=Urgency.CRITICAL).why)
    assert not any("第二十五条" in sentence for sentence in proposed(urgency=Urgency.URGENT).why)


def test_a_sure_suggestion_is_a_runner_up_without_a_rule() -> None:
    found = proposed(category="土地", registered_by="xfj", suggestion=suggested("slj"))
    assert [(one.tenant, one.rule) for one in found.runners_up][-1] == ("slj", None)
    assert "80%" in found.runners_up[-1].why


@pytest.mark.parametrize("suggestion", [suggested("slj", unsure=True), suggested(None), None])
def test_an_unsure_suggestion_is_shown_and_names_no_runner_up(suggestion: Suggestion | None) -> None:
    found = proposed(category="土地", registered_by="xfj", suggestion=suggestion)
    assert found.suggestion == suggestion
    assert "slj" not in {one.tenant for one in found.runners_up}


def test_a_suggested_body_that_is_gone_or_unknown_is_not_told() -> None:
    found = proposed(suggestion=suggested("nobody"))
    assert found.suggestion is not None
    assert (found.suggestion.body, found.suggestion.category) == (None, "水利")


def test_without_a_category_the_words_of_the_title_name_runners_up() -> None:
    found = proposed(title="村里停水三天", registered_by="xfj", place=TOWN)
    assert found.lead is not None
    assert found.lead.tenant == TOWN
    (other,) = [one for one in found.runners_up if one.tenant == "slj"]
    assert (other.rule, other.why.startswith("标题中的用语多属于“水利”")) == ("water", True)
    with_category = proposed(title="村里停水三天", category="外县", registered_by="xfj", place=TOWN)
    assert "slj" not in {one.tenant for one in with_category.runners_up}


def test_a_proposal_is_for_those_who_see_the_petition() -> None:
    assert proposed(nature=Nature.ACCUSATION).restricted_to == ["u"]
    assert proposed().restricted_to is None


def test_a_later_day_alone_makes_no_new_proposal() -> None:
    first = proposed(category="水利", registered_by="xfj")
    later = proposed(category="水利", registered_by="xfj", day=TODAY + timedelta(days=5))
    assert first.due_on != later.due_on
    assert same(later, first)
    assert not same(msgspec.structs.replace(later, rule="other"), first)
