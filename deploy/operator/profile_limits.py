"""What the county has set for its clocks, from ``limits.toml``; the law alone where there is no such file."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import County, Tenants
from services.common.errors import Refusal
from services.contracts.office import OfficeDuty
from services.contracts.rules import LocalHoliday, Regime, RuleKind, RuleSet, Warnings
from services.deadlines.regimes import check_regime
from services.deadlines.rules import Rules, load_rules, rule_set_of, said_of

LIMITS = "limits.toml"
NUMBERS = (
    *("digest_hour", "hotline_extension_percent", "count_not_due", "rating_window_days", "group_visit_size"),
    *("rising_percent", "rising_least", "rising_spans"),
)
TABLES = ("rule_sets", "holidays", "warnings", "office_duties")
KEYS = ("adopt", "adopt_from", *NUMBERS, *TABLES)

T = TypeVar("T", LocalHoliday, Warnings, OfficeDuty)


class _Wrong(Exception):
    """A rule set is wrong, in Chinese words."""


def read_limits(folder: Path, county: County | None, tenants: Tenants | None, mistakes: Mistakes) -> Regime | None:
    """The county's regime; None where it cannot be told. A county without the file has set nothing."""
    path = folder / LIMITS
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None or county is None:
        return None
    before = len(mistakes.found)
    rules = load_rules()
    for key in sorted(values.keys() - set(KEYS)):
        mistakes.in_file(LIMITS, f"多出不认识的一项“{key}”，只应有 {'、'.join(KEYS)}")
    numbers = {key: values[key] for key in NUMBERS if key in values}
    plain = _checked(numbers, county.code, mistakes)
    own = [_rule_set(number, table, mistakes) for number, table in _tables(values, "rule_sets", mistakes)]
    rule_sets = [*_adopted(values, rules, mistakes), *(each for each in own if each)]
    holidays = _several(values, "holidays", LocalHoliday, mistakes)
    warnings = _several(values, "warnings", Warnings, mistakes)
    duties = _several(values, "office_duties", OfficeDuty, mistakes)
    named = [
        *((f"规则 {rule.id}", rule.tenants) for each in rule_sets for rule in each.rules),
        *((f"holidays 中的 {each.day}", each.tenants) for each in holidays),
        *(("warnings", each.tenants) for each in warnings),
    ]
    _check_tenants(named, tenants, mistakes)
    if plain is None:
        return None
    regime = msgspec.structs.replace(
        plain, rule_sets=rule_sets, holidays=holidays, warnings=warnings, office_duties=duties
    )
    _check(regime, rules, mistakes)
    return regime if len(mistakes.found) == before else None


def _checked(numbers: dict[str, Any], county: str, mistakes: Mistakes) -> Regime | None:
    try:
        return msgspec.convert({"county": county, **numbers}, Regime)
    except msgspec.ValidationError as error:
        mistakes.in_file(LIMITS, said_of(error))
        return None


def _adopted(values: dict[str, Any], rules: Rules, mistakes: Mistakes) -> list[RuleSet]:
    """The sets of the shelf that are adopted, from ``adopt_from`` on where that is later than their own day."""
    shelf = {rule_set.id: rule_set for rule_set in rules.shelf}
    ids, since = values.get("adopt", []), values.get("adopt_from", date.min)
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        mistakes.in_file(LIMITS, 'adopt 应写作 adopt = ["urgent-report", "office-daily"]')
        return []
    if not isinstance(since, date) or isinstance(since, datetime):
        mistakes.in_file(LIMITS, "adopt_from 应为日期，写作 adopt_from = 2026-01-31")
        return []
    for each in dict.fromkeys(ids):
        if each not in shelf:
            mistakes.in_file(LIMITS, f"adopt 中的“{each}”不认识，可以采用的有：{'、'.join(sorted(shelf))}")
        elif ids.count(each) > 1:
            mistakes.in_file(LIMITS, f"adopt 中的“{each}”重复")
    found = (shelf[each] for each in dict.fromkeys(ids) if each in shelf)
    return [msgspec.structs.replace(each, since=max(each.since, since)) for each in found]


def _rule_set(number: int, table: Any, mistakes: Mistakes) -> RuleSet | None:
    try:
        return rule_set_of(table, kinds={RuleKind.INTERNAL}, wrong=_Wrong)
    except _Wrong as wrong:
        mistakes.in_file(LIMITS, f"rule_sets 第 {number} 组：{wrong}")
        return None


def _tables(values: dict[str, Any], key: str, mistakes: Mistakes) -> Iterable[tuple[int, dict[str, Any]]]:
    tables = values.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(LIMITS, f"{key} 的每一组应以 [[{key}]] 开头")
        return []
    return enumerate(tables, start=1)


def _several(values: dict[str, Any], key: str, kind: type[T], mistakes: Mistakes) -> list[T]:
    found = []
    for number, table in _tables(values, key, mistakes):
        try:
            found.append(msgspec.convert(table, kind))
        except msgspec.ValidationError as error:
            mistakes.in_file(LIMITS, f"{key} 第 {number} 组：{said_of(error)}")
    return found


def _check_tenants(
    named: Iterable[tuple[str, frozenset[str] | None]], tenants: Tenants | None, mistakes: Mistakes
) -> None:
    if tenants is None:
        return
    for where, codes in named:
        for code in sorted((codes or frozenset()) - tenants.rows.keys()):
            mistakes.in_file(LIMITS, f"{where}：单位编码“{code}”不在 tenants.csv 中")


def _check(regime: Regime, rules: Rules, mistakes: Mistakes) -> None:
    """Notes what is wrong with each set, or else with all of them together."""
    before = len(mistakes.found)
    for rule_set in regime.rule_sets:
        _check_one(Regime(county=regime.county, rule_sets=[rule_set]), rules, mistakes)
    if len(mistakes.found) == before:
        _check_one(regime, rules, mistakes)


def _check_one(regime: Regime, rules: Rules, mistakes: Mistakes) -> None:
    try:
        check_regime(regime=regime, rules=rules)
    except Refusal as refusal:
        mistakes.in_file(LIMITS, refusal.message)
