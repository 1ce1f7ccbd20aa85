"""Whether a county's regime may be loaded."""

from itertools import pairwise

from services.common.errors import Refusal
from services.contracts.rules import Regime, RuleKind, RuleSet
from services.deadlines.rule_checks import rule_problem, set_problem
from services.deadlines.rules import Rules
from services.deadlines.tightening import disagreement, loosening


class RuleLoosensLaw(Refusal):
    code = "RULE_LOOSENS_LAW"
    default = "内部规定放宽了法规的期限，请改为不超过法定期限后重新载入"


class RegimeInvalid(Refusal):
    code = "REGIME_INVALID"
    default = "期限规则填写有误，请改正后重新载入"


def check_regime(*, regime: Regime, rules: Rules) -> None:
    """Raises ``RuleLoosensLaw`` or ``RegimeInvalid`` for the first thing that is wrong with a county's regime."""
    taken = {each.id for each in (*rules.law, *rules.special)}
    for number, rule_set in enumerate(regime.rule_sets):
        field = f"regime.rule_sets.{number}"
        if rule_set.id in taken:
            raise RegimeInvalid(f"规则集 {rule_set.id} 的 id 已被使用，请换一个", field=f"{field}.id")
        taken.add(rule_set.id)
        _check_set(rule_set, regime, rules, field)
    _check_rest(regime)


def _check_set(rule_set: RuleSet, regime: Regime, rules: Rules, field: str) -> None:
    where = f"规则集 {rule_set.id}"
    if rule_set.kind is not RuleKind.INTERNAL:
        raise RegimeInvalid(f"{where}：kind 应为 {RuleKind.INTERNAL}，县里只能载入内部规定", field=f"{field}.kind")
    if rule_set.jurisdiction not in ("CN", regime.county):
        said = f"{where}：jurisdiction = {rule_set.jurisdiction} 应为本县代码 {regime.county}"
        raise RegimeInvalid(said, field=f"{field}.jurisdiction")
    for rule in rule_set.rules:
        if problem := rule_problem(rule):
            raise RegimeInvalid(f"{where}：规则 {rule.id}：{problem}", field=f"{field}.rules")
        if problem := loosening(rule, rule_set, rules.law):
            raise RuleLoosensLaw(f"{where}：{problem}", field=f"{field}.rules")
        others = (other for each in (*rules.special, *regime.rule_sets) for other in each.rules)
        if problem := disagreement(rule, others):
            raise RegimeInvalid(f"{where}：规则 {rule.id}：{problem}", field=f"{field}.rules")
    if problem := set_problem(rule_set):
        raise RegimeInvalid(f"{where}：{problem}", field=field)


def _check_rest(regime: Regime) -> None:
    seen = set()
    for number, holiday in enumerate(regime.holidays):
        for tenant in holiday.tenants or {None}:
            if (holiday.day, tenant) in seen:
                raise RegimeInvalid(f"假日 {holiday.day} 重复填写", field=f"regime.holidays.{number}.day")
            seen.add((holiday.day, tenant))
    for number, warnings in enumerate(regime.warnings):
        field = f"regime.warnings.{number}"
        if any(later <= earlier for earlier, later in pairwise(warnings.shares)):
            shown = "、".join(str(share) for share in warnings.shares)
            raise RegimeInvalid(f"预警比例 shares = {shown} 应由小到大", field=f"{field}.shares")
        if warnings.county_after_days < warnings.head_after_days:
            said = "county_after_days 不能小于 head_after_days：先报单位负责人，再报县信访局"
            raise RegimeInvalid(said, field=f"{field}.county_after_days")
