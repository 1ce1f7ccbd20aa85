"""Where the network has a hole: villages without their people, groups of inspectors that do not fit. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.contracts.directory import Organisation, PlaceRef
from services.contracts.network import NetworkPost, NetworkRole, village_of
from services.contracts.network_rules import RULES, NetworkRules


@dataclass(frozen=True)
class TownshipCoverage:
    """One township on one day."""

    tenant: str
    villages: int
    without_handler: list[PlaceRef]
    without_liaison: list[PlaceRef]
    without_informant: list[PlaceRef]
    """Villages of which no group has one."""
    vacant_groups: list[str]
    """Villager groups (``village#group``) that had an informant once, and have none on this day."""
    inspector_groups: list[str] | None
    """Names of the inspectors' groups that cover it, of which there should be one (CC-10); None for whoever
    does not see inspectors."""

    @property
    def inspection_gap(self) -> str | None:
        """What is wrong with it, in words."""
        if self.inspector_groups is None or len(self.inspector_groups) == 1:
            return None
        return f"由{'、'.join(self.inspector_groups)}重复包联" if self.inspector_groups else "没有督查组包联"


@dataclass(frozen=True)
class InspectorGroup:
    name: str
    members: list[NetworkPost]
    townships: list[str]
    """Division codes."""
    fits: bool
    """Covers as many townships as the regulation says, and has as many members."""
    untrained: list[NetworkPost]
    """Members who have not been trained, which they should be before they begin."""


def township_coverage(
    *,
    township: Organisation,
    posts: Iterable[NetworkPost],
    day: date,
    groups: Iterable[InspectorGroup] | None = None,
) -> TownshipCoverage:
    """``posts``: all of the township, those that ended, too. ``groups``: of the inspectors on this day; None: whoever
    asks sees none of them."""
    now: dict[NetworkRole, set[str]] = defaultdict(set)
    ever: set[str] = set()
    for post in posts:
        if post.tenant != township.code:
            continue
        if post.role is NetworkRole.INFORMANT and post.since <= day:
            ever.update(post.covers)
        if post.serves(day):
            now[post.role].update(post.covers)
    itself, villages = {each.code for each in township.places[:1]}, township.places[1:]
    informed = {village_of(group) for group in now[NetworkRole.INFORMANT]}
    return TownshipCoverage(
        tenant=township.code,
        villages=len(villages),
        without_handler=[each for each in villages if each.code not in now[NetworkRole.HANDLER]],
        without_liaison=[each for each in villages if each.code not in now[NetworkRole.LIAISON]],
        without_informant=[each for each in villages if each.code not in informed],
        vacant_groups=sorted(ever - now[NetworkRole.INFORMANT]),
        inspector_groups=None if groups is None else [one.name for one in groups if itself & set(one.townships)],
    )


def inspector_groups(*, posts: Iterable[NetworkPost], day: date, rules: NetworkRules = RULES) -> list[InspectorGroup]:
    """Those of the day, by name."""
    groups: dict[str, list[NetworkPost]] = defaultdict(list)
    for post in posts:
        if post.role is NetworkRole.INSPECTOR and post.group is not None and post.serves(day):
            groups[post.group].append(post)
    found = []
    for name, members in sorted(groups.items()):
        townships = sorted({code for member in members for code in member.covers})
        found.append(
            InspectorGroup(
                name=name,
                members=members,
                townships=townships,
                fits=len(townships) == rules.inspectors.townships and len(members) == rules.inspectors.group_size,
                untrained=[member for member in members if member.trained_on is None],
            )
        )
    return found
