"""Approval flows (呈批) and leaders' instructions (批示): sequences of steps, as data of the county.

The same steps carry the four flows of petition work, the order of the hotline, the ladder of reception and the
measures against disorder: who does what, in which order, and who must agree.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef, Role, TenantKind
from services.contracts.base import EVERYBODY, Command, Labelled, OfCase, Part, State
from services.contracts.intake import Petition

Text = Annotated[str, Meta(max_length=5000)]


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
    """What a flow must have passed before."""

    ANSWER = "ANSWER", "作出处理意见"
    POLICE = "POLICE", "提请公安机关处置"


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


class ApprovalEntry(Part, frozen=True, kw_only=True):
    step: str
    kind: EntryKind
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

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, self.registered_by} | ({self.handling} if self.handling else set()))


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
    handling: str | None = None
    subject: Annotated[str, Meta(max_length=200)]


class PassApprovalStep(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "pass_approval_step"

    approval_id: str
    step: str
    """The id of the step that the actor means: another has not been passed in the meantime."""
    text: Text
    leader: Annotated[str, Meta(max_length=60)] | None = None
    skip: bool = False


class ReturnApproval(Command, frozen=True, kw_only=True):
    """Back to an earlier step, with the reason."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "return_approval"

    approval_id: str
    to_step: str
    reason: Text


class WithdrawApproval(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "withdraw_approval"

    approval_id: str
    reason: Text
