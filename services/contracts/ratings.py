"""What the petitioner thinks of the work (满意度评价): two sides, once each, within a window; appeals, follow-ups."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase, Part

Reason = Annotated[str, Meta(max_length=2000)]


class RatingSide(Labelled):
    OFFICE = "OFFICE", "对信访部门"
    BODY = "BODY", "对责任单位"


class RatingValue(Labelled):
    SATISFIED = "SATISFIED", "满意"
    FAIRLY_SATISFIED = "FAIRLY_SATISFIED", "基本满意"
    DISSATISFIED = "DISSATISFIED", "不满意"


class RatingWay(Labelled):
    FOLLOW_UP = "FOLLOW_UP", "回访"
    ONLINE = "ONLINE", "信访人网上评价"


class RatingState(Labelled):
    """How one side of a petition stands; it follows from the case and the day."""

    NOT_RATED_AT_ALL = "NOT_RATED_AT_ALL", "不参加评价"
    NOT_OPEN = "NOT_OPEN", "待评价（尚未开放）"
    OPEN = "OPEN", "未评价"
    RATED = "RATED", "已评价"
    EXPIRED = "EXPIRED", "超期未评价"


class RatingWindow(Part, frozen=True, kw_only=True):
    """The days on which one side may be rated, both included; None where it is not open yet, or never."""

    side: RatingSide
    state: RatingState
    opens_on: date | None = None
    ends_on: date | None = None


class AppealState(Labelled):
    OPEN = "OPEN", "待裁定"
    UPHELD = "UPHELD", "申诉成立，评价不计入考核"
    DISMISSED = "DISMISSED", "申诉不成立，评价有效"


class RatingAppeal(Part, frozen=True, kw_only=True):
    """That the rated tenant holds a rating for wrong, with its evidence, and what the county office decided."""

    tenant: str
    by: ActorRef
    on: date
    reason: str
    evidence: list[str]
    """Ids of attachments of the case."""
    state: AppealState = AppealState.OPEN
    decided_on: date | None = None
    decision: str | None = None


class Rating(OfCase, frozen=True, kw_only=True):
    """What the petitioner thinks of one side's work. Once for each side of a petition."""

    fact_type: ClassVar[str] = "intake.rating.v1"

    id: str
    """``<petition id>.<side>``."""
    side: RatingSide
    value: RatingValue
    reason: str | None
    rated_on: date
    recorded_by: str
    """Code of the tenant that asked (回访), or of the one that registered the petition where he rated online."""
    way: RatingWay = RatingWay.FOLLOW_UP
    appeal: RatingAppeal | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.recorded_by})

    @property
    def counts(self) -> bool:
        """Whether indicators count it: not after its appeal was upheld."""
        return self.appeal is None or self.appeal.state is not AppealState.UPHELD


class RecordRating(Command, frozen=True, kw_only=True):
    """Enters what the petitioner said when the tenant called back (回访)."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "record_rating"

    petition_id: str
    side: RatingSide
    value: RatingValue
    reason: Reason | None = None


class AppealRating(Command, frozen=True, kw_only=True):
    """The rated body (``BODY``: who answered; ``OFFICE``: who registered) asks that a rating be not counted."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "appeal_rating"

    petition_id: str
    side: RatingSide
    reason: Reason
    evidence: Annotated[list[str], Meta(max_length=20)] = []


class DecideRatingAppeal(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "decide_rating_appeal"

    petition_id: str
    side: RatingSide
    uphold: bool
    reason: Reason


class FollowUpWay(Labelled):
    PHONE = "PHONE", "电话回访"
    VISIT = "VISIT", "上门回访"
    LETTER = "LETTER", "书信回访"
    ONLINE = "ONLINE", "网络回访"


class FollowUp(OfCase, frozen=True, kw_only=True):
    """A follow-up (回访): whom the tenant reached, how, and what he said. Ratings given in it are ``Rating``s."""

    fact_type: ClassVar[str] = "intake.follow_up.v1"

    id: str
    tenant: str
    by: ActorRef
    on: date
    at: datetime
    """When it was entered, an instant."""
    way: FollowUpWay
    reached: bool
    content: str
    """What he said; where he was not reached, what was tried."""
    recording: str | None = None
    """The number under which the recording is kept."""
    taken_back: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordFollowUp(Command, frozen=True, kw_only=True):
    """Ratings that he gave are entered by ``RecordRating``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "record_follow_up"

    petition_id: str
    on: date
    way: FollowUpWay
    reached: bool
    content: Annotated[str, Meta(max_length=5000)]
    recording: Annotated[str, Meta(max_length=60)] | None = None


class TakeBackFollowUp(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "take_back_follow_up"

    follow_up_id: str
    reason: Annotated[str, Meta(max_length=500)]
