"""The county's approval flows, from ``flows.toml``; none where there is no such file."""

from pathlib import Path
from typing import Any

import msgspec

from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import Tenants
from services.contracts.flows import Flow, FlowStep
from services.deadlines.rules import said_of
from services.routing.gates import flow_problems

FLOWS = "flows.toml"
KEYS = tuple(field for field in Flow.__struct_fields__ if field != "active")
STEP_KEYS = FlowStep.__struct_fields__


def read_flows(folder: Path, tenants: Tenants | None, mistakes: Mistakes) -> list[Flow]:
    """The flows in the order of the file; notes every mistake."""
    path = folder / FLOWS
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None:
        return []
    for key in sorted(values.keys() - {"flows"}):
        mistakes.in_file(FLOWS, f"多出不认识的一项“{key}”，每个流程以 [[flows]] 开头，每个环节以 [[flows.steps]] 开头")
    tables = values.get("flows", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(FLOWS, "每个流程应以 [[flows]] 开头")
        return []
    flows = []
    for number, table in enumerate(tables, start=1):
        flow = _flow(table, f"流程 {table.get('id') or f'第 {number} 个'}", mistakes)
        if flow is not None:
            _check(flow, tenants, mistakes)
            flows.append(flow)
    ids = [flow.id for flow in flows]
    for each in dict.fromkeys(ids):
        if ids.count(each) > 1:
            mistakes.in_file(FLOWS, f"流程编号“{each}”重复")
    return flows


def _flow(table: dict[str, Any], name: str, mistakes: Mistakes) -> Flow | None:
    before = len(mistakes.found)
    _check_keys(table, KEYS, name, mistakes)
    steps = table.get("steps", [])
    for number, step in enumerate(steps if isinstance(steps, list) else [], start=1):
        if isinstance(step, dict):
            where = f"{name} 的环节 {step.get('id') or f'第 {number} 个'}"
            _check_keys(step, STEP_KEYS, where, mistakes)
            try:
                msgspec.convert(step, FlowStep)
            except msgspec.ValidationError as error:
                mistakes.in_file(FLOWS, f"{where}：{said_of(error)}")
    if len(mistakes.found) > before:
        return None
    try:
        return msgspec.convert({"steps": [], **table}, Flow)
    except msgspec.ValidationError as error:
        mistakes.in_file(FLOWS, f"{name}：{said_of(error)}")
        return None


def _check_keys(table: dict[str, Any], known: tuple[str, ...], name: str, mistakes: Mistakes) -> None:
    for key in sorted(table.keys() - set(known)):
        mistakes.in_file(FLOWS, f"{name}：多出不认识的一项“{key}”，只应有 {'、'.join(known)}")


def _check(flow: Flow, tenants: Tenants | None, mistakes: Mistakes) -> None:
    for problem in flow_problems(flow):
        mistakes.in_file(FLOWS, f"流程 {flow.id}：{problem}")
    if tenants is None:
        return
    for code in flow.gate_tenants:
        kind = tenants.kind(code)
        if code not in tenants.rows:
            mistakes.in_file(FLOWS, f"流程 {flow.id}：gate_tenants 中的单位编码“{code}”不在 tenants.csv 中")
        elif kind is not None and flow.kinds and kind not in flow.kinds:
            # It could never pass: who must do the flow could not start it.
            mistakes.in_file(FLOWS, f"流程 {flow.id}：gate_tenants 中的“{code}”是{kind.label}，不在 kinds 之内")
