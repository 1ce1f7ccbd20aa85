"""The regular services of all tenants and how often somebody receives at least, from ``roster.toml``.

One rule may stand for one tenant, for several or for all of a kind; each of them gets it as its own.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from deploy.operator.profile_leaders import People
from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import Tenants
from services.contracts.actor import TenantKind
from services.contracts.roster_commands import TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Quota, Seat, ServiceRule
from services.deadlines.rules import said_of
from services.roster.rule_checks import quota_problems, rule_problems, twice

ROSTER = "roster.toml"
FOR = ("tenants", "kinds")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FILLED_IN = ("short_name", "phone")
"""Columns of ``tenants.csv`` that a rule of several tenants may name in braces."""

T = TypeVar("T", bound=msgspec.Struct)


def read_roster(folder: Path, tenants: Tenants | None, people: People | None, mistakes: Mistakes) -> list[TenantRoster]:
    """The roster of every tenant in the order of ``tenants.csv``; notes every mistake.

    ``people``: None where they cannot be told; the rules are then not held against them.
    """
    path = folder / ROSTER
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None or tenants is None:
        return []
    for key in sorted(values.keys() - {"rules", "quotas"}):
        mistakes.in_file(ROSTER, f"多出不认识的一项“{key}”，每条规则以 [[rules]] 开头，每项次数要求以 [[quotas]] 开头")
    rules, quotas = _of_tenants(values, tenants, mistakes)
    if people is None:
        return []
    _check(rules, quotas, people, mistakes)
    found = []
    for code in rules:
        local = people.get(code, [])
        found.append(
            TenantRoster(
                tenant=code,
                members=[msgspec.structs.replace(member, id=member_id(code, member.id)) for member in local],
                rules=[_own_rule(rule, code) for rule in rules[code]],
                quotas=[_own_quota(quota, code) for quota in quotas[code]],
            )
        )
    return found


def member_id(tenant: str, local: str) -> str:
    """His id in the whole county; it stays the same from one profile to the next."""
    return f"{tenant}-{local}"


def _of_tenants(
    values: dict[str, Any], tenants: Tenants, mistakes: Mistakes
) -> tuple[dict[str, list[ServiceRule]], dict[str, list[Quota]]]:
    codes_in_order = sorted(tenants.rows, key=lambda each: tenants.rows[each].line)
    rules: dict[str, list[ServiceRule]] = {code: [] for code in codes_in_order}
    for number, table in enumerate(_tables(values, "rules", mistakes), start=1):
        name = f"规则 {table.get('id') or f'第 {number} 条'}"
        rule, codes = _converted(table, ServiceRule, name, mistakes), _named(table, name, tenants, mistakes)
        if rule is not None:
            for code in codes:
                rules[code].append(_filled(rule, tenants.rows[code].cells))
    quotas: dict[str, list[Quota]] = {code: [] for code in codes_in_order}
    for number, table in enumerate(_tables(values, "quotas", mistakes), start=1):
        name = f"次数要求 {table.get('name') or f'第 {number} 项'}"
        quota, codes = _converted(table, Quota, name, mistakes), _named(table, name, tenants, mistakes)
        if quota is not None:
            for code in codes:
                quotas[code].append(quota)
    return rules, quotas


def _tables(values: dict[str, Any], key: str, mistakes: Mistakes) -> list[dict[str, Any]]:
    tables = values.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(ROSTER, f"{key} 的每一项应以 [[{key}]] 开头")
        return []
    return tables


def _converted(table: dict[str, Any], kind: type[T], name: str, mistakes: Mistakes) -> T | None:
    plain = {key: value for key, value in table.items() if key not in FOR}
    known = (*FOR, *kind.__struct_fields__)
    unknown = sorted(plain.keys() - set(known))
    for key in unknown:
        mistakes.in_file(ROSTER, f"{name}：多出不认识的一项“{key}”，只应有 {'、'.join(known)}")
    if unknown:
        return None
    try:
        return msgspec.convert({**plain, **_with_seconds(plain)}, kind)
    except msgspec.ValidationError as error:
        mistakes.in_file(ROSTER, f"{name}：{said_of(error)}")
        return None


def _with_seconds(plain: dict[str, Any]) -> dict[str, Any]:
    """``"08:30"`` as the decoder wants it; what is no time of the day it refuses itself."""
    hours = plain.get("hours")
    if not isinstance(hours, list):
        return {}
    return {
        "hours": [
            {
                key: f"{value}:00" if isinstance(value, str) and CLOCK.fullmatch(value) else value
                for key, value in each.items()
            }
            if isinstance(each, dict)
            else each
            for each in hours
        ]
    }


def _named(table: dict[str, Any], name: str, tenants: Tenants, mistakes: Mistakes) -> list[str]:
    """The tenants for which it stands, each once."""
    codes, kinds = (table.get(key, []) for key in FOR)
    if not all(isinstance(some, list) and all(isinstance(each, str) for each in some) for some in (codes, kinds)):
        mistakes.in_file(ROSTER, f'{name}：tenants 和 kinds 应写作列表，例如 tenants = ["xfj"]')
        return []
    if not codes and not kinds:
        mistakes.in_file(ROSTER, f"{name}：用于哪些单位，请写 tenants（单位编码）或 kinds（单位类别）")
    for code in codes:
        if code not in tenants.rows:
            mistakes.in_file(ROSTER, f"{name}：单位编码“{code}”不在 tenants.csv 中")
    for kind in kinds:
        if kind not in TenantKind.__members__:
            choices = "、".join(f"{each}（{each.label}）" for each in TenantKind)
            mistakes.in_file(ROSTER, f"{name}：kinds“{kind}”不认识，只能是：{choices}")
    return [code for code, row in tenants.rows.items() if code in codes or row["kind"] in kinds]


def _filled(rule: ServiceRule, cells: Mapping[str, str]) -> ServiceRule:
    """With the tenant's own name and telephone where the rule leaves room for them."""

    def fill(text: str) -> str:
        for column in FILLED_IN:
            text = text.replace(f"{{{column}}}", cells[column])
        return text

    phone = fill(rule.phone) if rule.phone is not None else None
    return msgspec.structs.replace(rule, name=fill(rule.name), place=fill(rule.place), phone=phone or None)


def _own_quota(quota: Quota, tenant: str) -> Quota:
    return msgspec.structs.replace(quota, members=[member_id(tenant, each) for each in quota.members])


def _own_rule(rule: ServiceRule, tenant: str) -> ServiceRule:
    """With the members' ids in the county in place of those in the tenant."""

    def own(seats: list[Seat]) -> list[Seat]:
        return [msgspec.structs.replace(s, members=[member_id(tenant, each) for each in s.members]) for s in seats]

    hours = [msgspec.structs.replace(each, seats=own(each.seats)) for each in rule.hours]
    return msgspec.structs.replace(rule, seats=own(rule.seats), hours=hours)


def _check(
    rules: Mapping[str, list[ServiceRule]], quotas: Mapping[str, list[Quota]], people: People, mistakes: Mistakes
) -> None:
    """What is wrong with each, told once with the tenants of whom it is so: one rule stands for many."""
    found: dict[str, list[str]] = {}
    for code, own in rules.items():
        for problem in _problems(own, quotas[code], people.get(code, [])):
            found.setdefault(problem, []).append(code)
    for problem, codes in found.items():
        more = f" 等 {len(codes)} 个单位" if len(codes) > 3 else ""
        mistakes.in_file(ROSTER, f"{problem}（{'、'.join(codes[:3])}{more}）")


def _problems(rules: list[ServiceRule], quotas: list[Quota], people: list[Member]) -> Iterator[str]:
    yield from (f"规则编号“{each}”重复" for each in twice(rule.id for rule in rules))
    yield from (f"次数要求“{each}”重复" for each in twice(quota.name for quota in quotas))
    for rule in rules:
        yield from (f"规则 {rule.id}：{problem}" for problem in rule_problems(rule, members=people))
        if "{" in f"{rule.name}{rule.place}{rule.phone}":
            yield f"规则 {rule.id}：花括号中只能写 {'、'.join(FILLED_IN)}"
    for quota in quotas:
        yield from (f"次数要求 {quota.name}：{problem}" for problem in quota_problems(quota, people))
