"""What a petitioner is told of his right to a review (复查): from the clock of the case, or from the law's rule while
the answer is not delivered and the clock has not begun."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from gateway.documents.rendering import written
from services.contracts.actor import TenantKind
from services.contracts.deadlines import Clock, Obligation
from services.contracts.directory import Organisation
from services.contracts.intake import Petition, Route
from services.contracts.routing import Referral
from services.contracts.rules import Rule, RuleSet

LAW = files("services") / "deadlines" / "law"
"""The law as data; whoever keeps the clocks counts by the same files."""
ABOVE = "原办理机关、单位的上一级机关、单位"


def review_rule(petition: Petition, referral: Referral) -> tuple[RuleSet, Rule] | None:
    """The rule by which a review may be asked for, and its regulation; None where the law gives no such right."""
    route = petition.route or Route.PETITION
    for rule_set in _law():
        if rule_set.holds_on(petition.received_on):
            for rule in rule_set.rules:
                if (
                    rule.obligation is Obligation.FIRST_REVIEW_REQUEST
                    and petition.nature in rule.natures
                    and route in rule.routes
                    and petition.procedure in rule.procedures
                    and referral.role in rule.roles
                ):
                    return rule_set, rule
    return None


def remedy(
    *, petition: Petition, referral: Referral, clocks: Sequence[Clock], reviewer: Organisation | None
) -> str | None:
    """The notice that stands in the opinion. ``clocks``: those of the case; ``reviewer``: the organ above the body."""
    found = review_rule(petition, referral)
    if found is None:
        return None
    rule_set, rule = found
    basis, length, unit, until = f"{rule_set.name}{rule.article}", rule.length, rule.unit, ""
    for clock in clocks:
        if clock.referral_id == referral.id and clock.obligation is Obligation.FIRST_REVIEW_REQUEST:
            # The organ cannot shorten what is the petitioner's, so the law's limit is the clock's.
            bound = clock.legal
            if bound is not None:
                basis, length, unit = bound.basis, bound.length, bound.unit
            until = f"（至{written(clock.effective_due_on)}止，期满日为休息日的已顺延）"
    words = f"{length}{unit.label}" if length and unit else ""
    return (
        f"如不服本处理意见，可以依照{basis}，自收到本意见书之日起{words}内{until}，"
        f"{_where(reviewer, petition.accused)}。"
    )


def _where(reviewer: Organisation | None, accused: Sequence[str]) -> str:
    if reviewer is None or reviewer.code in accused:
        return f"向{ABOVE}请求复查"
    if reviewer.kind is TenantKind.COUNTY:
        # The office stands in the directory for the organ above the body, and takes the request for it.
        return f"向{ABOVE}请求复查，申请由{reviewer.name}接收"
    return f"向{reviewer.name}请求复查"


@cache
def _law() -> tuple[RuleSet, ...]:
    found = [tomllib.loads(file.read_text("utf-8")) for file in LAW.iterdir() if file.name.endswith(".toml")]
    return tuple(msgspec.convert(plain, RuleSet) for plain in found)
