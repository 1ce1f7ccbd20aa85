"""The responsibility map (CC-11): chief, leaders by portfolio, sections by function; and what is missing."""

from gateway.reception_figures.responsible import responsibility
from services.contracts.roster_rules import Rank
from tests.unit.gateway.reception_cases import member

CHIEF = member("chief", rank=Rank.CHIEF, post="局长", portfolio=[])
LAND = member("land", portfolio=["土地", "矿产"], order=1)
LETTERS = member("letters", portfolio=["信访"], order=2)


def test_sections_stand_below_the_leader_in_whose_portfolio_their_function_lies() -> None:
    heads = [
        member("desk", rank=Rank.SECTION_HEAD, post="信访股长", portfolio=["信访接待"]),
        member("mine", rank=Rank.SECTION_HEAD, post="矿管股长", portfolio=["矿产"]),
    ]
    found = responsibility(tenant="zrzy", members=[LETTERS, *heads, LAND, CHIEF, member("clerk", rank=Rank.STAFF)])
    assert [each.id for each in found.chiefs] == ["chief"]
    assert [(line.leader.id, [each.id for each in line.sections]) for line in found.leaders] == [
        ("land", ["mine"]),
        ("letters", ["desk"]),
    ]
    assert (found.unassigned, found.gaps) == ([], [])


def test_what_is_missing_is_said_in_words() -> None:
    idle = member("idle", portfolio=[], order=3)
    heads = [
        member("cash", rank=Rank.SECTION_HEAD, post="财务股长", portfolio=["财务"]),
        member("blank", rank=Rank.SECTION_HEAD, post="综合股长", portfolio=[]),
    ]
    found = responsibility(tenant="zrzy", members=[LAND, idle, *heads])
    assert [each.id for each in found.unassigned] == ["blank", "cash"]
    assert found.gaps == [
        "没有主要负责人（总负责）",
        "idle某（副局长）没有填写分管领域",
        "blank某（综合股长）没有填写职能",
        "“财务”（财务股长）没有分管领导",
    ]
    assert responsibility(tenant="zrzy", members=[]).gaps == ["没有主要负责人（总负责）", "没有班子成员（分管负责）"]


def test_what_the_chief_keeps_for_himself_has_its_leader() -> None:
    keeps = member("chief", rank=Rank.CHIEF, portfolio=["财务"])
    head = member("cash", rank=Rank.SECTION_HEAD, post="财务股长", portfolio=["财务"])
    assert responsibility(tenant="zrzy", members=[keeps, LAND, head]).gaps == []
