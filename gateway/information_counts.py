"""How many items each officer sent, against the month's quota and for the year's praise (CC-08). Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from services.contracts.network import InformationItem, ItemState, NetworkPost
from services.contracts.network_rules import RULES, NetworkRules


@dataclass(frozen=True)
class InformationCount:
    post: NetworkPost
    sent: int
    """Without those that were taken back."""
    taken: int
    """Recognised: used, registered as a petition or listed as a conflict."""
    quota_met: bool
    """By what was sent and not found to be of no use."""
    proposed: bool = False
    """For the year's praise."""


def information_counts(
    *,
    posts: Iterable[NetworkPost],
    items: Iterable[InformationItem],
    first: date,
    last: date,
    rules: NetworkRules = RULES,
) -> list[InformationCount]:
    """Of those who have a quota and serve on any of these days, both included, by tenant and id; a month of days."""
    found: dict[str, list[InformationItem]] = defaultdict(list)
    for item in items:
        if first <= item.sent_on <= last:
            found[item.post].append(item)
    return [
        InformationCount(
            post=post,
            sent=sum(item.state is not ItemState.TAKEN_BACK for item in found[post.id]),
            taken=sum(item.recognised for item in found[post.id]),
            quota_met=sum(item.counts for item in found[post.id]) >= rules.quota.a_month,
        )
        for post in sorted(posts, key=lambda each: (each.tenant, each.id))
        if post.role in rules.quota.roles and post.since <= last and (post.until is None or post.until >= first)
    ]


def for_praise(counts: Iterable[InformationCount], *, rules: NetworkRules = RULES) -> list[InformationCount]:
    """Those of whom something was recognised, the most in front; the first ones are proposed."""
    ranked = sorted(
        (each for each in counts if each.taken),
        key=lambda each: (-each.taken, -each.sent, each.post.tenant, each.post.id),
    )
    most = rules.quota.awards_a_year
    return [replace(each, proposed=place < most) for place, each in enumerate(ranked)]
