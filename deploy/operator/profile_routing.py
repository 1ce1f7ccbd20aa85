"""The county's categories and routing rules, from ``routing.toml``; none where there is no such file."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from deploy.operator.profile_rows import Mistakes, read_toml
from services.contracts.directory import Organisation
from services.contracts.proposals import Category, Finding, FindingKind, LoadRoutingRules, RoutingRule
from services.deadlines.rules import said_of
from services.routing.rule_findings import findings, malformed

ROUTING = "routing.toml"
CATEGORIES, RULES, RETURNS = "categories", "rules", "county_decides_from_return"

Returns = Annotated[int, Meta(ge=1, le=20)]


class _Category(Category, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Rule(RoutingRule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


T = TypeVar("T", Category, RoutingRule)


def read_routing(folder: Path, mistakes: Mistakes) -> LoadRoutingRules:
    """What the file says, each rule by itself; ``check_routing`` holds it against the directory."""
    path = folder / ROUTING
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None:
        return LoadRoutingRules(categories=[], rules=[])
    for key in sorted(values.keys() - {CATEGORIES, RULES, RETURNS}):
        mistakes.in_file(ROUTING, f"多出不认识的一项“{key}”，只应有 {RETURNS}、[[{CATEGORIES}]] 和 [[{RULES}]]")
    returns = values.get(RETURNS)
    if returns is not None:
        try:
            msgspec.convert(returns, Returns)
        except msgspec.ValidationError as error:
            mistakes.in_file(ROUTING, f"{RETURNS}：{said_of(error)}")
            returns = None
    return LoadRoutingRules(
        categories=_read(values, CATEGORIES, "path", _Category, Category, mistakes),
        rules=_read(values, RULES, "id", _Rule, RoutingRule, mistakes),
        county_decides_from_return=returns,
    )


def check_routing(
    routing: LoadRoutingRules, organisations: list[Organisation], mistakes: Mistakes, *, day: date
) -> list[Finding]:
    """Notes what refuses the rules; returns what is only told."""
    for problem in malformed(routing.categories, routing.rules):
        mistakes.in_file(ROUTING, problem)
    directory = {organisation.code: organisation for organisation in organisations}
    told = []
    for finding in findings(categories=routing.categories, rules=routing.rules, directory=directory, day=day):
        if finding.kind is FindingKind.UNKNOWN:
            mistakes.in_file(ROUTING, finding.message)
        else:
            told.append(finding)
    return told


def _read(values: dict[str, Any], key: str, name: str, strict: type[T], kind: type[T], mistakes: Mistakes) -> list[T]:
    tables = values.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(ROUTING, f"{key} 的每一项应以 [[{key}]] 开头")
        return []
    found = []
    for number, table in enumerate(tables, start=1):
        try:
            found.append(msgspec.convert(msgspec.to_builtins(msgspec.convert(table, strict)), kind))
        except msgspec.ValidationError as error:
            mistakes.in_file(ROUTING, f"{key} 的 {table.get(name) or f'第 {number} 项'}：{said_of(error)}")
    return found
