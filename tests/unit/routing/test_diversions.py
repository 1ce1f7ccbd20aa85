"""What the law orders instead of the petition procedure: Art. 22, 30 and 31 (1)-(5), each with article and notice."""

import re
from typing import Any

import pytest

from services.contracts.actor import TenantKind
from services.contracts.directory import Organ
from services.contracts.intake import Channel, Nature, Route
from services.contracts.proposals import Proposal
from services.routing import diversions
from tests.unit.routing.made import petition
from tests.unit.routing.rules_made import DIRECTORY, TOWN, body, directory_of, proposed, rule, rules


@pytest.mark.parametrize(
    ("nature", "route", "channel", "order"),
    [
        (Nature.ACCUSATION, None, Channel.LETTER, "law.accusation"),
        (Nature.APPEAL, Route.JUDICIAL, Channel.LETTER, "law.litigation"),
        (Nature.APPEAL, Route.JUDICIAL, Channel.VISIT, "law.litigation-visit"),
        (Nature.APPEAL, Route.ARBITRATION, Channel.CALL, "law.arbitration"),
        (Nature.APPEAL, Route.PARTY, Channel.LETTER, "law.party"),
        (Nature.APPEAL, Route.ADMINISTRATIVE, Channel.LETTER, "law.administrative"),
        (Nature.APPEAL, Route.PROTECTION, Channel.LETTER, "law.protection"),
        (Nature.APPEAL, Route.PETITION, Channel.LETTER, None),
        (Nature.APPEAL, None, Channel.LETTER, None),
        (Nature.SUGGESTION, None, Channel.LETTER, None),
        (Nature.INQUIRY, None, Channel.VISIT, None),
    ],
)
def test_nature_route_and_channel_tell_the_diversion(
    nature: Nature, route: Route | None, channel: Channel, order: str | None
) -> None:
    found = diversions.ordered(petition(nature=nature, route=route, channel=channel))
    assert (found.id if found else None) == order


def test_every_diversion_cites_its_article_and_words_a_notice() -> None:
    for order in diversions.orders().diversions:
        assert re.search(r"《信访工作条例》第[二三]十", order.article), order.id
        assert "{body}" in order.notice, order.id
        assert "依照《信访工作条例》" in order.notice, order.id
    assert {order.routes[0] for order in diversions.orders().diversions if order.routes} == set(Route) - {
        Route.PETITION
    }


def diverted(**changes: Any) -> Proposal:
    return proposed(category="土地", place=TOWN, **changes)


@pytest.mark.parametrize(
    ("changes", "lead", "organ"),
    [
        ({"nature": Nature.ACCUSATION}, "jw", Organ.DISCIPLINE),
        ({"route": Route.JUDICIAL}, "zfw", Organ.POLITICAL_LEGAL),
        ({"route": Route.ARBITRATION}, "rsj", Organ.ARBITRATION),
        ({"route": Route.PARTY}, "jw", Organ.DISCIPLINE),
    ],
)
def test_the_law_names_the_organ_before_any_rule_of_the_county(
    changes: dict[str, Any], lead: str, organ: Organ
) -> None:
    found = diverted(**changes)
    assert found.lead is not None
    assert found.diversion is not None
    assert (found.lead.tenant, found.lead.rule, found.diversion.tenant) == (lead, found.rule, lead)
    assert found.rule is not None
    assert found.rule.startswith("law.")
    assert found.diversion.organ is organ
    assert f"{lead}单位" in found.diversion.notice
    assert found.diversion.article in found.why[0]
    assert found.supports == []


@pytest.mark.parametrize("route", [Route.ADMINISTRATIVE, Route.PROTECTION])
def test_without_an_organ_the_competent_body_takes_its_own_procedure(route: Route) -> None:
    found = diverted(route=route)
    assert found.lead is not None
    assert found.diversion is not None
    assert (found.lead.tenant, found.rule) == ("zrzy", "land")
    assert (found.diversion.route, found.diversion.organ, found.diversion.tenant) == (route, None, "zrzy")
    assert "zrzy单位" in found.diversion.notice


def test_accusations_of_cadres_are_told_to_the_personnel_organ() -> None:
    assert any("zzb单位通报" in sentence for sentence in diverted(nature=Nature.ACCUSATION).why)


def test_an_accused_discipline_organ_gets_nothing_and_nobody_stands_in_for_it() -> None:
    found = diverted(nature=Nature.ACCUSATION, accused=["jw"])
    assert found.lead is None
    assert found.barred == ["jw"]
    assert found.diversion is not None
    assert found.diversion.tenant is None
    assert "纪检监察机关" in found.diversion.notice
    assert any("第三十条" in sentence for sentence in found.why)


def test_where_the_directory_has_no_such_organ_the_countys_rules_decide() -> None:
    without = {code: one for code, one in DIRECTORY.items() if code != "zfw"}
    found = proposed(category="土地", place=TOWN, route=Route.JUDICIAL, directory=without)
    assert found.lead is not None
    assert found.diversion is not None
    assert (found.lead.tenant, found.diversion.tenant) == ("zrzy", None)
    assert "政法委员会" in found.diversion.notice


def test_a_rule_sends_what_is_not_of_this_county_to_nobody_and_says_where_to_turn() -> None:
    found = proposed(category="外县", place=TOWN)
    assert (found.lead, found.kind, found.rule) == (None, None, "outside")
    assert found.diversion is not None
    assert found.diversion.article == "《信访工作条例》第二十三条第一款"
    assert (found.diversion.organ, found.diversion.route) == (None, None)


def test_a_countys_rule_never_overrides_the_law() -> None:
    strong = rules(rule("mine", "zrzy", natures=[Nature.ACCUSATION], rank=99))
    found = proposed(nature=Nature.ACCUSATION, by=strong)
    assert found.lead is not None
    assert found.lead.tenant == "jw"
    assert [one.tenant for one in found.runners_up] == ["zrzy"]


def test_a_county_office_that_is_no_organ_is_none() -> None:
    alone = directory_of(body("xfj", kind=TenantKind.COUNTY, superior=None))
    found = proposed(nature=Nature.ACCUSATION, registered_by="xfj", directory=alone)
    assert found.lead is not None
    assert (found.lead.tenant, found.rule) == ("xfj", "registrar")
