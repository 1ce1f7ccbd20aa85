"""The desk: everybody who comes is written down, what was said with him, and what he is told in writing."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase, Part, State
from services.contracts.channels import Instant
from services.contracts.intake import Channel
from services.contracts.routing import DeliveryMode, Recipient

Reason = Annotated[str, Meta(max_length=500)]
Short = Annotated[str, Meta(max_length=60)]
Text = Annotated[str, Meta(max_length=10_000)]


class TriageOutcome(Labelled):
    """Where somebody who came or called was sent (IN-11, IN-31); a petition is registered instead."""

    BUSINESS = "BUSINESS", "办理业务，引导到窗口"
    POLICY = "POLICY", "咨询政策，当场解答"
    JUDICIAL = "JUDICIAL", "诉讼事项，告知诉讼程序"
    ELSEWHERE = "ELSEWHERE", "不属本单位，告知去向"


class AnswerKind(Labelled):
    """Before it is verified nothing is concluded (IN-39)."""

    CLEAR = "CLEAR", "明确答复"
    TO_VERIFY = "TO_VERIFY", "待核实"
    DIRECTED = "DIRECTED", "指引"
    EXPLAINED = "EXPLAINED", "解释"


class Triage(State, frozen=True, kw_only=True):
    """Somebody came or called and brought no petition: who is served by whom is written down all the same (IN-02)."""

    fact_type: ClassVar[str] = "intake.triage.v1"

    id: str
    number: str
    """``<prefix>J<yyyymmdd><sequence>``, without gaps."""
    tenant: str
    at: datetime
    """When they came, an instant."""
    on: date
    channel: Channel
    people: int
    """How many came; nobody's name is kept."""
    subject: str
    outcome: TriageOutcome
    directed_to: str | None
    """The window, section or body to which they were sent."""
    answer_kind: AnswerKind | None
    answer: str | None
    by: ActorRef
    """The first member of staff who was asked (首问责任)."""
    taken_back: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordTriage(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "record_triage"

    channel: Channel
    at: Instant | None = None
    """None: now."""
    people: Annotated[int, Meta(ge=1, le=1000)] = 1
    subject: Annotated[str, Meta(max_length=500)]
    outcome: TriageOutcome
    directed_to: Annotated[str, Meta(max_length=100)] | None = None
    answer_kind: AnswerKind | None = None
    answer: Annotated[str, Meta(max_length=2000)] | None = None


class TakeBackTriage(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "take_back_triage"

    triage_id: str
    reason: Reason


class QuestionAnswer(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    question: Annotated[str, Meta(min_length=1, max_length=2000)]
    answer: Annotated[str, Meta(max_length=5000)]


class SignerRole(Labelled):
    PETITIONER = "PETITIONER", "信访人"
    RECEIVER = "RECEIVER", "接谈人"
    RECORDER = "RECORDER", "记录人"
    LEADER = "LEADER", "接访领导"


class Signature(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That one of those present signed the paper; never a petitioner's name."""

    who: SignerRole
    signed: bool
    on: date | None = None
    remark: Annotated[str, Meta(max_length=200)] | None = None
    """Why not: refused, cannot write, gave a fingerprint."""


class Talk(OfCase, frozen=True, kw_only=True):
    """A talk with petitioners (接谈笔录): IN-05, IN-06, IN-21, IN-32. Texts are masked as the petition's are."""

    fact_type: ClassVar[str] = "intake.talk.v1"

    id: str
    number: str
    """``城关街道信谈〔2026〕3号``."""
    tenant: str
    on: date
    at: datetime
    """When the talk was, an instant."""
    place: str
    receivers: list[str]
    """Names of the staff; at least two."""
    leader: str | None
    purpose: str
    questions: list[QuestionAnswer]
    demands: str
    facts: str
    evidence: list[str]
    """What they handed over or named as proof."""
    answer: str | None
    """What they were told on the spot."""
    answer_kind: AnswerKind | None
    unit_in_charge: str | None
    """Code of the tenant to which it belongs (归口单位)."""
    issue: str
    """Of what nature the problem is (问题性质)."""
    opinion: str
    """How the receivers want it handled (处理意见). Internal: on no paper for the petitioner."""
    suggestion: str | None
    """Internal, as the opinion."""
    signatures: list[Signature]
    copies: int
    """In how many it is made out: the first so many of petitioner, archive, superior."""
    by: ActorRef
    taken_back: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordTalk(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "record_talk"

    petition_id: str
    at: Instant
    place: Annotated[str, Meta(max_length=100)]
    receivers: Annotated[list[Short], Meta(max_length=10)]
    leader: Short | None = None
    purpose: Annotated[str, Meta(max_length=500)]
    questions: Annotated[list[QuestionAnswer], Meta(max_length=100)] = []
    demands: Text
    facts: Text
    evidence: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)] = []
    answer: Text | None = None
    answer_kind: AnswerKind | None = None
    unit_in_charge: Short | None = None
    issue: Annotated[str, Meta(max_length=200)]
    opinion: Text
    suggestion: Text | None = None
    signatures: Annotated[list[Signature], Meta(max_length=20)] = []


class SignTalk(Command, frozen=True, kw_only=True):
    """Enters who signed the printed record; the whole list anew."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "sign_talk"

    talk_id: str
    signatures: Annotated[list[Signature], Meta(min_length=1, max_length=20)]


class TakeBackTalk(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "take_back_talk"

    talk_id: str
    reason: Reason


class NoticeKind(Labelled):
    """What the registering tenant tells in writing. That an item is not accepted is told by routing's refusal."""

    RECEIVED = "RECEIVED", "信访事项接收告知书"
    """That it was received, and by which way and procedure it is dealt with (Art. 23 ¶1-2)."""
    GUIDANCE = "GUIDANCE", "信访事项去向告知书"
    """To which body he has to turn (Art. 23 ¶1), or by which legal way of Art. 31 he has to go."""


class NoticeDelivery(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mode: DeliveryMode
    on: date
    signed: bool
    recipient: Recipient | None = None
    receipt: Annotated[str, Meta(max_length=100)] | None = None
    """Number of the postal or signed receipt."""
    remark: Annotated[str, Meta(max_length=500)] | None = None


class Notice(OfCase, frozen=True, kw_only=True):
    """A paper by which the petitioner is told (告知书). It tells once it is delivered, and from that day."""

    fact_type: ClassVar[str] = "intake.notice.v1"

    id: str
    kind: NoticeKind
    number: str
    """``洛南县信访局信告〔2026〕1号``; the series of a tenant, kind and year has no gaps."""
    tenant: str
    issued_on: date
    by: ActorRef
    text: str
    """What it says besides what its form says: way and procedure."""
    body: str | None
    """Code of the tenant to which the item went or he has to turn, None where it is none of the county's."""
    delivery: NoticeDelivery | None = None
    taken_back: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def told_on(self) -> date | None:
        return self.delivery.on if self.delivery and self.taken_back is None else None


class IssueNotice(Command, frozen=True, kw_only=True):
    """With its delivery where it is handed over at once (当场书面告知)."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "issue_notice"

    petition_id: str
    kind: NoticeKind
    text: Annotated[str, Meta(max_length=5000)]
    body: Short | None = None
    delivery: NoticeDelivery | None = None


class DeliverNotice(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "deliver_notice"

    notice_id: str
    delivery: NoticeDelivery


class TakeBackNotice(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "take_back_notice"

    notice_id: str
    reason: Reason
