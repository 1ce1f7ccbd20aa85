"""Reviews (复查, 复核) and case ownership (包案), which routing keeps."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase, Part
from services.contracts.intake import Petition
from services.contracts.routing import Delivery, DeliveryMode, Outcome


class ReviewStage(Labelled):
    FIRST = "FIRST", "复查"
    FINAL = "FINAL", "复核"


class ReviewState(Labelled):
    UNDER_REVIEW = "UNDER_REVIEW", "审查中"
    HEARING = "HEARING", "听证中"
    DECIDED = "DECIDED", "已作出意见，待送达"
    DELIVERED = "DELIVERED", "已送达"


class Hearing(Part, frozen=True, kw_only=True):
    """A hearing (听证). Its days do not count in the period of a final review: Art. 36."""

    opened_on: date
    closed_on: date | None
    """None while it lasts."""


class ReviewDecision(Part, frozen=True, kw_only=True):
    outcome: Outcome
    opinion: str
    decided_on: date


class Review(OfCase, frozen=True, kw_only=True):
    """One review of an answer: first of the handling body's, then of the first review's. Art. 35 and 36."""

    fact_type: ClassVar[str] = "routing.review.v1"

    id: str
    petition_number: str
    referral_id: str
    """The lead referral whose answer is reviewed."""
    first_review_id: str | None
    """Of a final review, the first review that it reviews."""
    stage: ReviewStage
    body: str
    """Code of the tenant that reviews. Above the county office stands an organ that is not in the directory: what
    that one decides is entered by the county office, whose code stands here."""
    handling_body: str
    """Code of the tenant that handled the case and gave the answer; the same in both stages."""
    registered_by: str
    requested_on: date
    """The day on which the petitioner asked: of a letter the postmark's."""
    received_on: date
    """The day on which the reviewing body had the request; its own period runs from it."""
    reason: str
    hearings: list[Hearing] = []
    decision: ReviewDecision | None = None
    delivery: Delivery | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def state(self) -> ReviewState:
        if self.delivery is not None:
            return ReviewState.DELIVERED
        if self.decision is not None:
            return ReviewState.DECIDED
        if any(hearing.closed_on is None for hearing in self.hearings):
            return ReviewState.HEARING
        return ReviewState.UNDER_REVIEW

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.body, self.handling_body, self.registered_by})


class OwnerLevel(Labelled):
    CHIEF = "CHIEF", "主要领导"
    MEMBER = "MEMBER", "班子成员"


class OwnershipGround(Labelled):
    """Why a leader owns the case. All but group items are the chief leader's own (主要领导亲自包案)."""

    STABILITY = "STABILITY", "影响社会稳定"
    UNRESOLVED = "UNRESOLVED", "久拖未决"
    NO_BODY = "NO_BODY", "责任主体不明确"
    POLICY = "POLICY", "涉及政策层面"
    GROUP = "GROUP", "群体性事项（集体研究）"


class EarlierOwner(Part, frozen=True, kw_only=True):
    """Who owned the case before, and who approved that another took it over."""

    tenant: str
    leader: str
    post: str
    since: date
    until: date
    replaced: str
    """Why another took it over."""
    approved_by: ActorRef


class CaseOwner(OfCase, frozen=True, kw_only=True):
    """The leader who owns the case until it is solved (包案). One per petition; a change is an act with a reason."""

    fact_type: ClassVar[str] = "routing.case_owner.v1"

    tenant: str
    leader: str
    post: str
    since: date
    reason: str
    assigned_by: str
    level: OwnerLevel | None = None
    ground: OwnershipGround | None = None
    earlier: list[EarlierOwner] = []
    """Oldest first."""

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, self.assigned_by})


class RequestReview(Command, frozen=True, kw_only=True):
    """Enters the petitioner's request. It is entered late too; the clock then says that it came late."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "request_review"

    referral_id: str
    stage: ReviewStage
    requested_on: date
    received_on: date
    reason: Annotated[str, Meta(max_length=5000)]


class RecordHearing(Command, frozen=True, kw_only=True):
    """Opens a hearing, or closes the one that is open; with both days it enters one that is over."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "record_hearing"

    review_id: str
    opened_on: date | None = None
    closed_on: date | None = None


class DecideReview(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "decide_review"

    review_id: str
    outcome: Outcome
    opinion: Annotated[str, Meta(max_length=20_000)]


class DeliverReview(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "deliver_review"

    review_id: str
    mode: DeliveryMode
    on: date
    signed: bool


class AssignCaseOwner(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "assign_case_owner"

    petition: Petition
    """The newest state that the gateway knows: a leader takes a case on minutes after it was registered."""
    tenant: str
    """Code of the tenant whose leader it is."""
    leader: Annotated[str, Meta(min_length=1, max_length=60)]
    post: Annotated[str, Meta(max_length=60)]
    reason: Annotated[str, Meta(max_length=500)]
    level: OwnerLevel | None = None
    ground: OwnershipGround | None = None
