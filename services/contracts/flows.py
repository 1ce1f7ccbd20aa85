"""Approval flows (呈批) and leaders' instructions (批示): sequences of steps, as data of the county.

The same steps carry the four flows of petition work, the order of the hotline, the ladder of reception and the
measures against disorder: who does what, in which order, and who must agree.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import HANDLES_CASES, Actor, ActorRef, Role, TenantKind
from services.contracts.base import EVERYBODY, Command, Labelled, OfCase, Part, State
from services.contracts.intake import Petition

Text = Annotated[str, Meta(max_length=5000)]
LeaderName = Annotated[str, Meta(max_length=60)]

LEADERS = frozenset({Role.HEAD, Role.LEADER})
"""What they wrote on paper a clerk of theirs may enter, in their name."""
STEP_ROLES = HANDLES_CASES | LEADERS | {Role.SUPERVISOR}
"""Roles that may be given a step."""


class StepKind(Labelled):
    PRESENT = "PRESENT", "呈报"
    INSTRUCT = "INSTRUCT", "批示"
    HANDLE = "HANDLE", "办理"
    DRAFT = "DRAFT", "拟稿"
    REVIEW = "REVIEW", "审核"
    LEGAL_REVIEW = "LEGAL_REVIEW", "合法性审查"
    DECIDE = "DECIDE", "集体研究"
    APPROVE = "APPROVE", "批准"
    REPORT = "REPORT", "报送"


class StepPlace(Labelled):
    OWN = "OWN", "发起单位"
    COUNTY = "COUNTY", "县信访局"
    HANDLING = "HANDLING", "承办单位"


class FlowStep(Part, frozen=True, kw_only=True):
    id: str
    name: str
    kind: StepKind
    place: StepPlace = StepPlace.OWN
    roles: list[Role]
    """Any of them."""
    paper: str | None = None
    """What is written at this step, e.g. 《调查报告》."""
    optional: bool = False
    """May be skipped with a reason."""


class FlowGate(Labelled):
    """What may wait for a flow. Registration, acceptance and reviews never do: no county can bar a right by a flow."""

    ANSWER = "ANSWER", "作出处理意见"


class Flow(State, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "routing.flow.v1"

    id: str
    name: str
    basis: str
    kinds: list[TenantKind] = []
    """Kinds of tenants that may start it; empty: all."""
    gate: FlowGate | None = None
    """In a tenant that starts it, nothing passes the gate before the flow is done."""
    gate_tenants: list[str] = []
    """Tenants for which the gate is closed; empty: for none."""
    steps: list[FlowStep]
    active: bool = True

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class ApprovalState(Labelled):
    RUNNING = "RUNNING", "办理中"
    DONE = "DONE", "已完成"
    WITHDRAWN = "WITHDRAWN", "已撤销"


class EntryKind(Labelled):
    PASSED = "PASSED", "通过"
    SKIPPED = "SKIPPED", "略过"
    RETURNED = "RETURNED", "退回"
    WITHDRAWN = "WITHDRAWN", "撤销"


class ApprovalEntry(Part, frozen=True, kw_only=True):
    step: str
    """The step whose turn it was."""
    kind: EntryKind
    to_step: str | None = None
    """Of a return, the step to which it goes back."""
    text: str
    """The instruction, the opinion, the draft, or the reason."""
    leader: str | None
    """The leader in whose name it was entered, where a clerk enters what was written on paper."""
    at: datetime
    on: date
    by: ActorRef


class Approval(OfCase, frozen=True, kw_only=True):
    """One run of a flow for a case. Its steps are the flow's as they were when it began."""

    fact_type: ClassVar[str] = "routing.approval.v1"

    id: str
    petition_number: str
    registered_by: str
    flow: str
    flow_name: str
    gate: FlowGate | None
    tenant: str
    """Who started it."""
    handling: str | None
    """The tenant of steps at ``StepPlace.HANDLING``."""
    referral_id: str | None
    subject: str
    steps: list[FlowStep]
    entries: list[ApprovalEntry]
    state: ApprovalState
    step: int
    """Index of the step that is next; the number of steps when it is done."""
    started_on: date
    ended_on: date | None = None
    accused: list[str] = []
    """Codes of the tenants that the petition accuses: no step is theirs (Art. 30)."""
    accused_people: list[str] = []
    """Names of the people whom the petition accuses: none of them takes a step, none decides. Their logins do not
    see it at all (``restricted_to``)."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, self.registered_by} | ({self.handling} if self.handling else set()))

    @property
    def next_step(self) -> FlowStep | None:
        """The step whose turn it is; None once it ended."""
        return self.steps[self.step] if self.state is ApprovalState.RUNNING else None

    @property
    def standing(self) -> dict[str, ApprovalEntry]:
        """By step, the entry that holds: what was passed or skipped, and not returned since."""
        places = {step.id: place for place, step in enumerate(self.steps)}
        found: dict[str, ApprovalEntry] = {}
        for entry in self.entries:
            if entry.kind in (EntryKind.PASSED, EntryKind.SKIPPED):
                found[entry.step] = entry
            elif entry.to_step is not None:
                back = places[entry.to_step]
                found = {step: kept for step, kept in found.items() if places[step] < back}
        return found

    def is_at(self, place: StepPlace, actor: Actor) -> bool:
        """Whether the actor's tenant is the one that takes steps at this place."""
        if place is StepPlace.COUNTY:
            return actor.kind is TenantKind.COUNTY
        return actor.tenant == (self.tenant if place is StepPlace.OWN else self.handling)

    def is_turn_of(self, actor: Actor) -> bool:
        """Whether the next step is this actor's: by one of his roles, or as the clerk who enters a leader's paper."""
        step = self.next_step
        if step is None or not self.is_at(step.place, actor):
            return False
        return bool(actor.roles & set(step.roles)) or enters_paper(step, actor)


def enters_paper(step: FlowStep, actor: Actor) -> bool:
    """Whether the actor may enter what a leader wrote on paper at this step, with the leader's name."""
    return Role.CLERK in actor.roles and bool(LEADERS & set(step.roles))


class LoadFlows(Command, frozen=True, kw_only=True):
    """All flows of a county: what is missing becomes inactive."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "load_flows"

    flows: list[Flow]


class StartApproval(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "start_approval"

    petition: Petition
    flow: str
    referral_id: str | None = None
    """The hand-over that it is about; its receiver is the handling tenant, where no other is named."""
    handling: str | None = None
    """May be named later, with the step after which it is needed: a leader says first who is to handle the case."""
    subject: Annotated[str, Meta(max_length=200)]


class PassApprovalStep(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "pass_approval_step"

    approval_id: str
    step: str
    """The id of the step that the actor means: another has not been passed in the meantime."""
    text: Text
    leader: LeaderName | None = None
    """Who decided, where a clerk enters what was written on paper; else the actor himself did."""
    skip: bool = False
    """The step is optional and is passed over; ``text`` says why."""
    handling: str | None = None
    """Names, or changes, the handling tenant: one that registered or holds the case."""


class ReturnApproval(Command, frozen=True, kw_only=True):
    """Back to an earlier step, with the reason."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "return_approval"

    approval_id: str
    to_step: str
    reason: Text
    leader: LeaderName | None = None


class WithdrawApproval(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "withdraw_approval"

    approval_id: str
    reason: Text
