"""What a county has set, put into words."""

from typing import Any

import msgspec
import pytest

from gateway.schema.regime_types import Regime, Rule
from services.contracts.intake import Channel, Nature
from services.contracts.rules import Regime as RegimeFact
from services.contracts.rules import Warnings
from tests.unit.gateway.made import RULE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"natures": frozenset({Nature.INQUIRY, Nature.SUGGESTION})}, ["事项性质：建议意见、咨询"]),
        ({"channels": frozenset({Channel.CALL}), "anonymous": False}, ["信访形式：来电", "能够联系到信访人的"]),
    ],
)
def test_a_rule_says_to_what_it_is_limited_and_nothing_where_it_is_not(
    changes: dict[str, Any], words: list[str]
) -> None:
    assert Rule.resolve_applies_to(msgspec.structs.replace(RULE, **changes), None) == words


def test_the_last_warnings_are_those_of_all_other_tenants() -> None:
    of_one = Warnings(tenants=frozenset({"slj"}), shares=(30, 60, 90))
    of_all = Warnings(shares=(40, 60, 80))
    for given, shown in (([], [Warnings()]), ([of_one], [of_one, Warnings()]), ([of_one, of_all], [of_one, of_all])):
        assert Regime.resolve_warnings(RegimeFact(county="611021", warnings=given), None) == shown
