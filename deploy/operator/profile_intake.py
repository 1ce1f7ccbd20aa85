"""What the county has set for its register, from ``intake.toml``; nothing where there is no such file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import County, Tenants
from services.contracts.intake_rules import IntakeRules, LocalKind, OpenHours, TenantDesk
from services.deadlines.rules import said_of
from services.intake.rules_checks import rules_problems

INTAKE = "intake.toml"
KEYS = ("representation", "draft_days", "hours", "desks")
DESK_KEYS = TenantDesk.__struct_fields__


def read_intake(
    folder: Path, county: County | None, tenants: Tenants | None, mistakes: Mistakes, *, day: date
) -> IntakeRules | None:
    """The county's rules; None where they cannot be told. ``day``: by whose law they are judged."""
    path = folder / INTAKE
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None or county is None:
        return None
    before = len(mistakes.found)
    for key in sorted(set(values) - set(KEYS)):
        mistakes.in_file(INTAKE, f"多出不认识的一项“{key}”，只应有 {'、'.join(KEYS)}")
    usual = _several(values.get("hours", []), OpenHours, "hours", mistakes)
    desks = [desk for number, table in _desks(values, mistakes) if (desk := _desk(number, table, usual, mistakes))]
    plain: dict[str, Any] = {key: values[key] for key in ("representation", "draft_days") if key in values}
    try:
        rules = msgspec.convert({"county": county.code, **plain}, IntakeRules)
    except msgspec.ValidationError as error:
        mistakes.in_file(INTAKE, said_of(error))
        return None
    rules = msgspec.structs.replace(rules, desks=desks)
    for problem in (*rules_problems(rules, today=day), *_unknown(rules, tenants)):
        mistakes.in_file(INTAKE, problem)
    return rules if len(mistakes.found) == before else None


def _desks(values: dict[str, Any], mistakes: Mistakes) -> Iterator[tuple[int, dict[str, Any]]]:
    tables = values.get("desks", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(INTAKE, "每个单位应以 [[desks]] 开头")
        return
    yield from enumerate(tables, start=1)


def _desk(number: int, table: dict[str, Any], usual: list[OpenHours], mistakes: Mistakes) -> TenantDesk | None:
    """One tenant's settings, with the usual hours where it names none of its own."""
    name = f"单位 {table.get('tenant') or f'第 {number} 个'}"
    before = len(mistakes.found)
    for key in sorted(table.keys() - set(DESK_KEYS)):
        mistakes.in_file(INTAKE, f"{name}：多出不认识的一项“{key}”，只应有 {'、'.join(DESK_KEYS)}")
    hours = _several(table["hours"], OpenHours, f"{name} 的 hours", mistakes) if "hours" in table else usual
    kinds = _several(table.get("local_kinds", []), LocalKind, f"{name} 的 local_kinds", mistakes)
    if len(mistakes.found) > before:
        return None
    try:
        desk = msgspec.convert({**table, "hours": [], "local_kinds": []}, TenantDesk)
    except msgspec.ValidationError as error:
        mistakes.in_file(INTAKE, f"{name}：{said_of(error)}")
        return None
    return msgspec.structs.replace(desk, hours=hours, local_kinds=kinds)


def _several(tables: Any, kind: Any, name: str, mistakes: Mistakes) -> list[Any]:
    if not isinstance(tables, list):
        mistakes.in_file(INTAKE, f"{name} 应写作一个列表：[{{ … }}, {{ … }}]")
        return []
    found = []
    for number, table in enumerate(tables, start=1):
        try:
            found.append(msgspec.convert(table, kind))
        except msgspec.ValidationError as error:
            mistakes.in_file(INTAKE, f"{name} 第 {number} 组：{said_of(error)}")
    return found


def _unknown(rules: IntakeRules, tenants: Tenants | None) -> Iterator[str]:
    for desk in rules.desks if tenants else ():
        if tenants is not None and desk.tenant not in tenants.rows:
            yield f"单位编码“{desk.tenant}”不在 tenants.csv 中"
