"""Milestones: what is done for a case, matters to a clock, and is no act of another service."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase
from services.contracts.intake import Petition

Reason = Annotated[str, Meta(max_length=2000)]


class MilestoneKind(Labelled):
    """What is done for a case, matters to a clock, and is no act of another service."""

    URGENT_REPORTED = "URGENT_REPORTED", "报告重大紧急情况"
    PRESENTED = "PRESENTED", "呈领导阅批"
    """On paper, by an office that runs no approval flow; a flow's own step (``StepKind.PRESENT``) tells by itself."""
    NOTICED = "NOTICED", "书面告知信访人接收情况"
    PROMISED = "PROMISED", "承诺办理期限"
    FOLLOWED_UP = "FOLLOWED_UP", "回访"


class Milestone(OfCase, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "deadlines.milestone.v1"

    id: str
    kind: MilestoneKind
    at: datetime
    """When it was entered."""
    on: date
    """The day on which it was done; of an earlier day where it is entered later."""
    tenant: str
    by: ActorRef
    note: str
    """What was done: the measures of an urgent report, who was told."""
    until: date | None = None
    """Of a promise, the promised day."""
    taken_back: str | None = None
    """Why it was taken back; it then counts as not done."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordMilestone(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "record_milestone"

    petition: Petition
    """The newest state that the gateway knows: an urgent item is reported minutes after it was registered."""
    petition_version: int
    kind: MilestoneKind
    on: date
    note: Reason
    until: date | None = None


class TakeBackMilestone(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "take_back_milestone"

    milestone_id: str
    reason: Reason
