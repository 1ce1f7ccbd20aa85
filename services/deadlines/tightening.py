"""A county may tighten the law, never loosen it: what is set for an obligation of the law is held against the law.

Lengths of different units are compared as they ordinarily are. A rule that is longer even so is refused when it is
loaded. One that is longer only when holidays lie in its way (twenty working days in place of thirty days) is
loaded, and its clock ends with the law's day all the same: of two limits the tighter binds.
"""

from collections.abc import Iterable
from datetime import date

from services.contracts.deadlines import Unit
from services.contracts.rules import Rule, RuleSet
from services.deadlines.rule_checks import SCOPES, ordinary_days

SAME = ("per", "starts", "met_by", "cancelled_by", "paused_by", "owner", "lapses")
"""What a rule must have in common with the law's for the same obligation: the two could not be compared otherwise."""


def loosening(rule: Rule, rule_set: RuleSet, law: Iterable[RuleSet]) -> str | None:
    """How a rule beside the law would loosen it, with the article that forbids it; None where it does not."""
    for law_set in law:
        if not _together(rule_set, law_set):
            continue
        for ceiling in law_set.rules:
            if ceiling.obligation is rule.obligation and _meet(rule, ceiling):
                problem = _loosens(rule, ceiling)
                if problem:
                    law_says = f"{law_set.name}{ceiling.article}{_says(ceiling)}"
                    return f"{rule_set.name}{rule.article}{problem}。{law_says}，只能收紧，不能放宽"
    return None


def disagreement(rule: Rule, others: Iterable[Rule]) -> str | None:
    """Where rules of one obligation would name two owners of one clock."""
    for other in others:
        same = other.obligation is rule.obligation and other.per is rule.per and _meet(rule, other)
        if same and (other.owner, other.lapses) != (rule.owner, rule.lapses):
            return f"与规则 {other.id} 针对同一义务（{rule.obligation.label}），owner 和 lapses 必须一致"
    return None


def _together(one: RuleSet, other: RuleSet) -> bool:
    """Whether there is an item for which both hold."""
    return one.since <= (other.until or date.max) and other.since <= (one.until or date.max)


def _meet(one: Rule, other: Rule) -> bool:
    """Whether there is an item to which both apply."""
    return all(getattr(one, key) & getattr(other, key) for key in SCOPES)


def _loosens(rule: Rule, ceiling: Rule) -> str | None:
    if ceiling.petitioner_side:
        return f"（规则 {rule.id}）涉及信访人的期限"
    for key in SAME:
        ours, theirs = (_plain(getattr(each, key)) for each in (rule, ceiling))
        if ours != theirs:
            return f"（规则 {rule.id}）的 {key} = {_shown(ours)}，与法规的 {_shown(theirs)} 不同"
    if rule.opens:
        return f"（规则 {rule.id}）填写了 opens"
    if rule.length is None or rule.unit is None or ceiling.length is None or ceiling.unit is None:
        return None
    allowed = ordinary_days(ceiling.length, ceiling.unit)
    if ordinary_days(rule.length, rule.unit) > allowed:
        return f"（规则 {rule.id}）定为 {_period(rule.length, rule.unit)}"
    if rule.extension is None:
        return None
    longest = ceiling.extension.length if ceiling.extension else 0
    if rule.extension.length > longest:
        return f"（规则 {rule.id}）可延长 {_period(rule.extension.length, rule.extension.unit)}"
    return None


def _says(ceiling: Rule) -> str:
    if ceiling.length is None or ceiling.unit is None:
        return "规定按指定的日期办理"
    more = f"，延长不超过 {_period(ceiling.extension.length, ceiling.extension.unit)}" if ceiling.extension else ""
    return f"规定为 {_period(ceiling.length, ceiling.unit)}{more}"


def _period(length: int, unit: Unit) -> str:
    ordinary = "" if unit is Unit.CALENDAR_DAYS else f"（通常约 {float(ordinary_days(length, unit)):g} 日）"
    return f"{length} {unit.label}{ordinary}"


def _plain(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(str(each) for each in value)) + "]"
    return str(value)
