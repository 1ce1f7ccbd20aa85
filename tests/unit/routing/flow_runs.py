"""A flow of five steps in three places, and its runs as the tests want them."""

from typing import Any

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.flows import (
    Approval,
    Flow,
    FlowStep,
    PassApprovalStep,
    ReturnApproval,
    StartApproval,
    StepKind,
    StepPlace,
)
from services.contracts.routing import ReferralRole, ReferralState
from services.routing import flows
from tests.unit.routing.made import DIRECTORY, NOW, TODAY, actor, petition, referral

COUNTY, TOWNSHIP, BUREAU = TenantKind.COUNTY, TenantKind.TOWNSHIP, TenantKind.BUREAU
PARTIES = {"611021001", "zrzy", "xfj"}
HELD = referral("zrzy", ReferralRole.LEAD, ReferralState.ACCEPTED)


def step(id: str, place: StepPlace = StepPlace.OWN, *roles: Role, optional: bool = False) -> FlowStep:
    wanted = list(roles) or [Role.CLERK]
    return FlowStep(id=id, name=f"环节{id}", kind=StepKind.HANDLE, place=place, roles=wanted, optional=optional)


STEPS = [
    step("present"),
    step("instruct", StepPlace.COUNTY, Role.LEADER, Role.HEAD),
    step("handle", StepPlace.HANDLING, Role.CLERK, Role.HANDLER),
    step("legal", StepPlace.OWN, Role.HANDLER, optional=True),
    step("report"),
]
FLOW = Flow(id="f", name="交办件", basis="《制度》", steps=STEPS)

CLERK = actor("611021001", TOWNSHIP, Role.CLERK)
LEADER = actor("xfj", COUNTY, Role.LEADER)
OFFICE = actor("xfj", COUNTY, Role.CLERK)
HANDLER = actor("zrzy", BUREAU, Role.HANDLER)
OWN_HANDLER = actor("611021001", TOWNSHIP, Role.HANDLER)


def start(
    who: Actor = CLERK, *, flow: Flow | None = FLOW, running: tuple[Approval, ...] = (), **given: Any
) -> Approval:
    about = given.pop("referral", None)
    command = {"petition": petition(), "flow": "f", "subject": " 请批示 ", **given}
    return flows.started(
        command=StartApproval(**command), flow=flow, actor=who, parties=PARTIES, directory=DIRECTORY,
        referral=about, running=running, today=TODAY,
    )  # fmt: skip


def go(run: Approval, who: Actor, step: str, **given: Any) -> Approval:
    command = PassApprovalStep(approval_id=run.id, step=step, **{"text": "同意", **given})
    return flows.passed(
        approval=run, command=command, actor=who, parties=PARTIES, directory=DIRECTORY, now=NOW, today=TODAY
    )


def back(run: Approval, who: Actor, to_step: str, reason: str = "材料不全", leader: str | None = None) -> Approval:
    command = ReturnApproval(approval_id=run.id, to_step=to_step, reason=reason, leader=leader)
    return flows.returned(approval=run, command=command, actor=who, parties=PARTIES, now=NOW, today=TODAY)


def at(place: int, **given: Any) -> Approval:
    """A run whose first ``place`` steps were passed."""
    run = start(**{"handling": "zrzy", **given})
    for who, id in ((CLERK, "present"), (LEADER, "instruct"), (HANDLER, "handle"))[:place]:
        run = go(run, who, id)
    return run


def give_up(run: Approval, who: Actor, reason: str = "重复发起") -> Approval:
    return flows.withdrawn(approval=run, actor=who, reason=reason, now=NOW, today=TODAY)
