"""Who answers for what in a tenant (CC-11): the chief for all of it, leaders by portfolio, sections by function."""

from collections.abc import Iterable, Sequence

import msgspec

from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank


class LeaderLine(msgspec.Struct, frozen=True, kw_only=True):
    leader: Member
    sections: list[Member]
    """Heads of the sections whose functions lie in his portfolio."""


class ResponsibilityMap(msgspec.Struct, frozen=True, kw_only=True):
    tenant: str
    chiefs: list[Member]
    leaders: list[LeaderLine]
    unassigned: list[Member]
    """Heads of sections that lie in no leader's portfolio."""
    gaps: list[str]
    """What is missing, in words."""


def responsibility(*, tenant: str, members: Sequence[Member]) -> ResponsibilityMap:
    """``members``: those who serve on the day that is asked for."""
    order = sorted(members, key=lambda each: (each.order, each.id))
    chiefs, leaders, heads = (
        [each for each in order if each.rank is rank] for rank in (Rank.CHIEF, Rank.LEADER, Rank.SECTION_HEAD)
    )
    lines = [LeaderLine(leader=each, sections=[head for head in heads if _covers(each, head)]) for each in leaders]
    led = {head.id for line in lines for head in line.sections}
    unassigned = [head for head in heads if head.id not in led]
    found = []
    if not chiefs:
        found.append("没有主要负责人（总负责）")
    if not leaders:
        found.append("没有班子成员（分管负责）")
    found += [f"{each.name}（{each.post}）没有填写分管领域" for each in leaders if not each.portfolio]
    covered = [item for each in (*chiefs, *leaders) for item in each.portfolio]
    for head in heads:
        if not head.portfolio:
            found.append(f"{head.name}（{head.post}）没有填写职能")
        found += [f"“{item}”（{head.post}）没有分管领导" for item in head.portfolio if not _among(item, covered)]
    return ResponsibilityMap(tenant=tenant, chiefs=chiefs, leaders=lines, unassigned=unassigned, gaps=found)


def _covers(leader: Member, head: Member) -> bool:
    return any(_among(item, leader.portfolio) for item in head.portfolio)


def _among(item: str, portfolio: Iterable[str]) -> bool:
    """Whether it is one of them, or a part of one: a section's 信访接待 lies in a leader's 信访."""
    return any(item == each or each in item or item in each for each in portfolio)
