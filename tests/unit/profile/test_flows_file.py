"""The county's approval flows: read whole, or refused with every mistake named; and what the shipped ones promise."""

import re
import shutil
from pathlib import Path

import pytest

from deploy.operator.profile import ProfileError, load_profile
from services.contracts.actor import TenantKind
from services.contracts.flows import Flow, StepKind

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
PAGE = (COUNTIES.parents[1] / "docs" / "flows.md").read_text("utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
"""The flow that the documentation shows."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COUNTIES / "yanshi2", tmp_path / "county"))


@pytest.fixture(scope="module")
def luonan() -> dict[str, Flow]:
    return {flow.id: flow for flow in load_profile(COUNTIES / "luonan").flows}


def mistakes(folder: Path, text: str) -> list[str]:
    (folder / "flows.toml").write_text(text, "utf-8")
    with pytest.raises(ProfileError) as refused:
        load_profile(folder)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_county_without_the_file_has_none(folder: Path) -> None:
    assert load_profile(folder).flows == []


def test_the_flow_that_the_documentation_shows_is_read(folder: Path) -> None:
    (folder / "flows.toml").write_text(EXAMPLE, "utf-8")
    (flow,) = load_profile(folder).flows
    assert (flow.id, flow.gate_tenants, [step.kind for step in flow.steps]) == (
        "land-answer",
        ["zrzy"],
        [StepKind.DRAFT, StepKind.LEGAL_REVIEW, StepKind.APPROVE],
    )
    assert [step.optional for step in flow.steps] == [False, True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[flows]]", "[[flow]]", "flows.toml：多出不认识的一项“flow”"),
        ('name = "拟稿"', 'nam = "拟稿"', "流程 land-answer 的环节 draft：多出不认识的一项“nam”"),
        ('basis = "', 'bases = "', "流程 land-answer：多出不认识的一项“bases”"),
        ('"DRAFT"', '"WRITE"', "流程 land-answer 的环节 draft：kind：WRITE 不在可选值之内"),
        ('"CLERK"]', '"AUDITOR"]', "流程 land-answer：环节“draft”的 roles 至少写一个"),
        ('id = "approve"', 'id = "draft"', "流程 land-answer：环节编号“draft”重复"),
        ('["zrzy"]', '["nobody"]', "流程 land-answer：gate_tenants 中的单位编码“nobody”不在 tenants.csv 中"),
        ('["BUREAU"]', '["COUNTY"]', "流程 land-answer：gate_tenants 中的“zrzy”是县直部门，不在 kinds 之内"),
        ('id = "land-answer"', "id = land", "flows.toml 第 2 行：不是有效的 TOML"),
    ],
)
def test_every_mistake_is_named(folder: Path, old: str, new: str, said: str) -> None:
    assert old in EXAMPLE
    assert any(said in mistake for mistake in mistakes(folder, EXAMPLE.replace(old, new)))


def test_a_flow_is_not_written_twice(folder: Path) -> None:
    assert mistakes(folder, EXAMPLE + EXAMPLE) == ["flows.toml：流程编号“land-answer”重复"]


def test_no_gate_is_closed_in_the_demonstration_county(luonan: dict[str, Flow]) -> None:
    assert [flow.id for flow in luonan.values() if flow.gate_tenants] == []


def test_nobody_is_reported_to_the_police_before_a_leader_approved(luonan: dict[str, Flow]) -> None:
    steps = luonan["disorder"].steps
    assert [step.id for step in steps] == ["dissuade", "educate", "evidence", "report", "approve", "police"]
    assert not any(step.optional for step in steps)
    assert steps[4].kind is StepKind.APPROVE


def test_every_office_finds_a_flow_for_letters_visits_and_answers(luonan: dict[str, Flow]) -> None:
    for kind in TenantKind:
        usable = {flow.id for flow in luonan.values() if not flow.kinds or kind in flow.kinds}
        assert {"letter-instruction", "visit-instruction", "own-case", "written-answer", "hotline"} <= usable


def test_the_documentation_names_every_shipped_flow(luonan: dict[str, Flow]) -> None:
    assert [flow.id for flow in luonan.values() if f"`{flow.id}`" not in PAGE] == []
