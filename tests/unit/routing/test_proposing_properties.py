"""What holds for any rules, any directory and any petition."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature, Petition, Route
from services.contracts.proposals import RoutingRule, Suggestion
from services.contracts.routing import ReferralKind
from services.routing.rules import fitting, matter_of, specific
from tests.unit.routing.made import TODAY, petition
from tests.unit.routing.rules_made import CATEGORIES, DIRECTORY, TOWN, VILLAGE, proposed, rule, rules

CODES = st.sampled_from(sorted(DIRECTORY))
REFERENCES = st.one_of(
    CODES, st.sampled_from(["@place", "@registrar", "@outside", "@organ:DISCIPLINE", "@organ:POLITICAL_LEGAL"])
)
PATHS = st.sampled_from(["土地", "土地/征地", "土地/征地/补偿款", "土地/宅基地", "水利", "外县"])


def some(values: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=most, unique=True)


RULES = st.lists(
    st.builds(
        lambda number, lead, **fields: rule(f"r{number}", lead, **fields),
        number=st.integers(0, 10**6),
        lead=REFERENCES,
        categories=some(PATHS),
        places=some(st.sampled_from(["611021", TOWN, VILLAGE])),
        natures=some(st.sampled_from(Nature)),
        routes=some(st.sampled_from(Route)),
        accused=some(st.one_of(CODES, st.just("*"))),
        supports=some(REFERENCES.filter(lambda code: code != "@outside"), 3),
        kind=st.sampled_from([ReferralKind.TRANSFER, ReferralKind.OWN]),
        rank=st.integers(-2, 2),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)
PETITIONS = st.builds(
    petition,
    category=st.one_of(st.none(), PATHS),
    place=st.sampled_from([None, TOWN, VILLAGE]),
    nature=st.sampled_from(Nature),
    route=st.one_of(st.none(), st.sampled_from(Route)),
    channel=st.sampled_from(Channel),
    registered_by=CODES,
    accused=some(CODES, 4),
    title=st.sampled_from(["t", "村里停水", "征地款和宅基地"]),
)


@st.composite
def directories(draw: st.DrawFn) -> dict[str, Organisation]:
    """Some have ended, some of these have successors, some are closed."""
    made = {}
    for code, one in DIRECTORY.items():
        changes: dict[str, Any] = {"active": draw(st.booleans())}
        if draw(st.booleans()):
            changes |= {"until": TODAY - timedelta(days=draw(st.integers(0, 1))), "successors": draw(some(CODES))}
        made[code] = msgspec.structs.replace(one, **changes)
    return made


SUGGESTIONS = st.one_of(
    st.none(),
    st.builds(
        Suggestion,
        model=st.just("m"),
        category=st.none(),
        category_confidence=st.just(0.5),
        body=st.one_of(st.none(), CODES),
        body_confidence=st.just(0.9),
        unsure=st.booleans(),
    ),
)


@given(item=PETITIONS, by=RULES, directory=directories(), suggestion=SUGGESTIONS)
def test_neither_an_accused_nor_an_ended_tenant_is_ever_proposed(
    item: Petition, by: list[RoutingRule], directory: dict[str, Organisation], suggestion: Suggestion | None
) -> None:
    found = proposed(item, by=rules(*by), directory=directory, suggestion=suggestion)
    named = [one.tenant for one in (found.lead, *found.supports, *found.runners_up) if one is not None]
    diverted = found.diversion.tenant if found.diversion else None
    heard = found.suggestion.body if found.suggestion else None
    codes = {code for code in (*named, diverted, heard) if code is not None}
    assert not codes & set(item.accused)
    assert [code for code in codes if not directory[code].takes(TODAY)] == []
    assert set(found.barred) <= set(item.accused)


@given(item=PETITIONS, by=RULES, directory=directories(), suggestion=SUGGESTIONS)
def test_the_same_has_the_same_proposal(
    item: Petition, by: list[RoutingRule], directory: dict[str, Organisation], suggestion: Suggestion | None
) -> None:
    first = proposed(item, by=rules(*by), directory=directory, suggestion=suggestion)
    turned = dict(reversed(directory.items()))
    assert proposed(item, by=rules(*by), directory=turned, suggestion=suggestion) == first


@given(item=PETITIONS, by=RULES, seed=st.randoms(use_true_random=False))
def test_the_most_specific_rule_wins_whatever_the_order(item: Petition, by: list[RoutingRule], seed: Any) -> None:
    matter = matter_of(item, CATEGORIES)
    ranked = {one.id: (specific(one, matter), one.rank) for one in by if specific(one, matter) is not None}
    shuffled = list(by)
    seed.shuffle(shuffled)
    found = [one.id for one in fitting(matter, shuffled, TODAY)]
    assert sorted(found) == sorted(ranked)
    places = [ranked[one] for one in found]
    assert places == sorted(places, reverse=True)


@given(item=PETITIONS, by=RULES)
def test_a_lead_stands_once_and_its_kind_fits_who_registered_the_item(item: Petition, by: list[RoutingRule]) -> None:
    found = proposed(item, by=rules(*by))
    if found.lead is None:
        assert found.kind is None
        assert found.supports == []
        return
    assert (found.kind is ReferralKind.OWN) == (found.lead.tenant == item.registered_by)
    for others in (found.supports, found.runners_up):
        codes = [one.tenant for one in others]
        assert len(set(codes)) == len(codes)
        assert found.lead.tenant not in codes
