"""Flows that can be run, and the answer that waits for one where the county wants it so."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.actor import ActorRef, Role
from services.contracts.flows import (
    Approval,
    ApprovalEntry,
    ApprovalState,
    EntryKind,
    Flow,
    FlowGate,
    FlowStep,
    StepKind,
)
from services.contracts.routing import Answer, Outcome, Referral, ReferralRole, ReferralState, Rework
from services.routing.gates import ApprovalMissing, check_passed, flow_problems
from tests.unit.routing.made import NOW, TODAY, referral

STEPS = [
    FlowStep(id="draft", name="拟稿", kind=StepKind.DRAFT, roles=[Role.CLERK]),
    FlowStep(id="review", name="审核", kind=StepKind.REVIEW, roles=[Role.HEAD]),
]
FLOW = Flow(
    id="f", name="书面答复意见", basis="《制度》第七条", gate=FlowGate.ANSWER, gate_tenants=["zrzy"], steps=STEPS
)
HELD = referral("zrzy", ReferralRole.LEAD, ReferralState.ACCEPTED)


def run(step: int, **changes: Any) -> Approval:
    """After ``step`` of the two steps; done after both."""
    by = ActorRef(tenant="zrzy", user="u", name="n")
    entries = [
        ApprovalEntry(step=each.id, kind=EntryKind.PASSED, text="同意", leader=None, at=NOW, on=TODAY, by=by)
        for each in STEPS[:step]
    ]
    done = step == len(STEPS)
    fields: dict[str, Any] = {
        "id": "a", "petition_id": "p", "petition_number": "n", "registered_by": "611021001", "flow": "f",
        "flow_name": "书面答复意见", "gate": FlowGate.ANSWER, "tenant": "zrzy", "handling": None, "referral_id": None,
        "subject": "s", "steps": STEPS, "entries": entries, "step": step, "started_on": TODAY,
        "state": ApprovalState.DONE if done else ApprovalState.RUNNING, "ended_on": TODAY if done else None,
    }  # fmt: skip
    return Approval(**{**fields, **changes})


def check(*runs: Approval, flow: Flow = FLOW, about: Referral = HELD) -> None:
    check_passed(flows=[flow], approvals=runs, referral=about, gate=FlowGate.ANSWER)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "请先发起，第一环节是“拟稿”"),
        ([run(1)], "下一环节是“审核”"),
        ([run(1, state=ApprovalState.WITHDRAWN)], "请先发起"),
        ([run(2, referral_id="another")], "请先发起"),
        ([run(2, flow="another")], "请先发起"),
        ([run(2, tenant="slj")], "请先发起"),
    ],
)
def test_a_closed_gate_names_the_flow_and_its_next_step(runs: list[Approval], said: str) -> None:
    with pytest.raises(ApprovalMissing, match=said) as refused:
        check(*runs)
    assert "书面答复意见”（《制度》第七条）" in refused.value.message


@pytest.mark.parametrize("done", [run(2), run(2, referral_id="zrzy")])
def test_a_done_run_opens_it(done: Approval) -> None:
    check(run(1), done)


@pytest.mark.parametrize(
    "changes", [{"gate_tenants": []}, {"gate_tenants": ["slj"]}, {"gate": None}, {"active": False}]
)
def test_it_is_open_where_the_county_does_not_close_it(changes: dict[str, Any]) -> None:
    check(flow=msgspec.structs.replace(FLOW, **changes))


def test_an_answer_that_was_sent_back_is_approved_again() -> None:
    answer = Answer(outcome=Outcome.EXPLAINED, opinion="o", answered_on=TODAY)
    again = msgspec.structs.replace(HELD, reworks=[Rework(on=TODAY, reason="r", answer=answer)])
    with pytest.raises(ApprovalMissing):
        check(run(2, ended_on=TODAY - timedelta(days=1)), about=again)
    check(run(2), about=again)


def test_nothing_but_an_answer_can_be_made_to_wait() -> None:
    """Registration, acceptance and reviews are rights: no flow stands before them."""
    assert list(FlowGate) == [FlowGate.ANSWER]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": " "}, "“id”不能为空"),
        ({"basis": ""}, "“basis”不能为空"),
        ({"steps": []}, "没有环节"),
        ({"steps": [STEPS[0], STEPS[0]]}, "“draft”重复"),
        ({"steps": [msgspec.structs.replace(STEPS[0], name="")]}, "都不能为空"),
        ({"steps": [msgspec.structs.replace(STEPS[0], roles=[])]}, "至少写一个"),
        ({"steps": [msgspec.structs.replace(STEPS[0], roles=[Role.AUDITOR])]}, "至少写一个"),
        ({"steps": [msgspec.structs.replace(STEPS[0], optional=True)]}, "必经环节"),
        ({"gate": None}, "没有写 gate"),
    ],
)
def test_what_is_wrong_with_a_flow_is_said(changes: dict[str, Any], said: str) -> None:
    assert flow_problems(FLOW) == []
    (problem,) = flow_problems(msgspec.structs.replace(FLOW, **changes))
    assert said in problem
