"""Routing: every hand-over of a petition, and how it ends. What one may ask for stands in ``referral_commands``."""

from datetime import date, datetime
from typing import ClassVar

from services.contracts.base import Labelled, OfCase, Part, State


class ReferralKind(Labelled):
    TRANSFER = "TRANSFER", "转送"
    ASSIGN = "ASSIGN", "交办"
    OWN = "OWN", "自办"
    """Kept by the tenant that registered it: received the moment it is made."""
    FORWARD = "FORWARD", "下转"
    """From a receiver down to a unit or a village of its own, or to an organ below it."""


class ReferralRole(Labelled):
    LEAD = "LEAD", "主办（牵头）"
    SUPPORT = "SUPPORT", "协办"
    UNIT = "UNIT", "内部承办"
    """Of what was forwarded: a branch of its parent's tree. The law's clocks are its parent's alone."""


class ReferralState(Labelled):
    SENT = "SENT", "待签收"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    RECEIVED = "RECEIVED", "已签收"
    OBJECTED = "OBJECTED", "异议待核实"
    RETURNED = "RETURNED", "已退回"
    DISPUTED = "DISPUTED", "争议待协调"
    ACCEPTED = "ACCEPTED", "已受理"
    REFUSED = "REFUSED", "不予受理"
    IN_PROGRESS = "IN_PROGRESS", "办理中"
    """Accepted, and progress was noted since."""
    REWORK = "REWORK", "退回重办"
    ANSWERED = "ANSWERED", "已答复"
    DELIVERED = "DELIVERED", "已送达"
    CLOSED = "CLOSED", "已办结"


ENDED_EARLY = frozenset({ReferralState.WITHDRAWN, ReferralState.RETURNED})
"""States in which the hand-over stands no longer: its receiver sees the case no more."""


class Outcome(Labelled):
    """What the opinion decides: Art. 32 of the regulation."""

    SUPPORTED = "SUPPORTED", "支持"
    PARTLY_SUPPORTED = "PARTLY_SUPPORTED", "部分支持"
    EXPLAINED = "EXPLAINED", "解释说明"
    NOT_SUPPORTED = "NOT_SUPPORTED", "不支持"


class CaseGrade(Labelled):
    """How heavy an accusation's case is; decides its period where a county has set one (纪检)."""

    ORDINARY = "ORDINARY", "一般案件"
    COMPLEX = "COMPLEX", "复杂案件"
    SERIOUS = "SERIOUS", "重大或立案案件"


class DeliveryMode(Labelled):
    IN_PERSON = "IN_PERSON", "当面送达"
    REGISTERED_MAIL = "REGISTERED_MAIL", "挂号邮寄"
    LEFT = "LEFT", "留置送达"
    ELECTRONIC = "ELECTRONIC", "电子送达"
    PUBLIC = "PUBLIC", "公告送达"
    OTHER = "OTHER", "其他方式"


class Recipient(Labelled):
    """Who took the answer; never by name."""

    PETITIONER = "PETITIONER", "信访人本人"
    REPRESENTATIVE = "REPRESENTATIVE", "信访人代表"
    AGENT = "AGENT", "代理人"
    FAMILY = "FAMILY", "同住成年家属"


class RefusalReason(Labelled):
    """Why an item is not accepted (不予受理, 不再受理)."""

    IN_PROCEDURE = "IN_PROCEDURE", "已经或者依法应当通过诉讼、仲裁、行政复议等法定途径解决"
    OUTSIDE_COMPETENCE = "OUTSIDE_COMPETENCE", "不属于本机关职权范围"
    IN_HAND = "IN_HAND", "同一事项已经受理或者正在办理"
    FINAL = "FINAL", "已经复核终结，以同一事实和理由提出（不再受理）"


class NonAcceptance(Part, frozen=True, kw_only=True):
    """That the receiver does not accept (不予受理), and where the petitioner may go instead."""

    reason: RefusalReason
    way: str
    """The right way to go, as the notice tells the petitioner."""
    explanation: str
    on: date


class ProgressNote(Part, frozen=True, kw_only=True):
    on: date
    by: str
    """What people call the user who wrote it."""
    text: str


class Dispute(Part, frozen=True, kw_only=True):
    """A dispute about competence after a dismissed objection: the common superior decides, and where there is none
    the joint conference (信访工作联席会议), for which the county office enters the decision. Art. 24."""

    reason: str
    raised_on: date
    decider: str
    """Code of the tenant that decides, or enters what the conference decided."""
    by_conference: bool
    decided_on: date | None = None
    competent: str | None = None
    """Code of the tenant that was found competent."""
    decision: str | None = None


class Objection(Part, frozen=True, kw_only=True):
    reason: str
    raised_on: date
    materials: str | None = None
    """What goes back with the item, as the receiver lists it."""
    decided_on: date | None = None
    upheld: bool | None = None
    decision: str | None = None
    """Why the sender upheld or dismissed it."""


class AnswerPart(Part, frozen=True, kw_only=True):
    """What a supporting body or a unit contributed to the joint answer."""

    tenant: str
    name: str
    outcome: Outcome
    opinion: str
    answered_on: date


class LegalReview(Part, frozen=True, kw_only=True):
    """That a legal adviser looked at the opinion before it was issued."""

    by: str
    on: date
    opinion: str


class Answer(Part, frozen=True, kw_only=True):
    """The opinion (信访处理意见书): requests, facts and reasons, opinion and its legal basis (Art. 32)."""

    outcome: Outcome
    opinion: str
    answered_on: date
    number: str | None = None
    """Its number in the series of the tenant and the year."""
    demands: str | None = None
    facts: str | None = None
    basis: str | None = None
    legal_review: LegalReview | None = None
    parts: list[AnswerPart] = []
    """Of a joint answer, what the others contributed; newest state at the time of answering."""
    parts_missing: str | None = None
    """Why it was given before every supporting body had contributed."""


class Rework(Part, frozen=True, kw_only=True):
    """That the sender sent an answer back, with the answer as it was."""

    on: date
    reason: str
    answer: Answer


class Delivery(Part, frozen=True, kw_only=True):
    mode: DeliveryMode
    on: date
    signed: bool
    """False: the petitioner refused to sign for it (拒收)."""
    recipient: Recipient | None = None
    receipt: str | None = None
    """Number of the receipt (送达回证) or of the registered letter."""
    remark: str | None = None


class Referral(OfCase, frozen=True, kw_only=True):
    """One hand-over (转送 or 交办) to one tenant, lead or support. All dates are legal days, Asia/Shanghai."""

    fact_type: ClassVar[str] = "routing.referral.v1"

    id: str
    petition_number: str
    registered_by: str
    """Code of the tenant that registered the petition: it sees every hand-over of it."""
    kind: ReferralKind
    role: ReferralRole
    from_tenant: str
    to_tenant: str
    state: ReferralState
    sent_at: datetime
    sent_on: date
    due_on: date | None
    """The day by which the sender wants the report; always there for ASSIGN (Art. 22)."""
    note: str | None
    received_on: date | None = None
    accepted_on: date | None = None
    ended_on: date | None = None
    """The day of return or withdrawal."""
    objection: Objection | None = None
    answer: Answer | None = None
    """None again once it was sent back (``REWORK``); ``reworks`` keeps it."""
    delivery: Delivery | None = None
    grade: CaseGrade | None = None
    """Of an accusation, said at acceptance."""
    accused: list[str] = []
    """Codes of the tenants that the petition accuses; none of them reviews the answer (Art. 30)."""
    parent_id: str | None = None
    """Of what was forwarded, the referral from which it branches."""
    to_name: str = ""
    """What the receiver was called on the day of sending: it may be renamed, merged or split."""
    to_unit: str | None = None
    """Code of the receiver's unit (股室, 村) that handles it."""
    to_unit_name: str | None = None
    expected_on: date | None = None
    """When the receiver expects the result, as it announced with its receipt or in a later note."""
    refusal: NonAcceptance | None = None
    """None again once it was overruled; the timeline keeps it."""
    notes: list[ProgressNote] = []
    reworks: list[Rework] = []
    dispute: Dispute | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        decider = {self.dispute.decider} if self.dispute else set()
        return frozenset({self.registered_by, self.from_tenant, self.to_tenant} | decider)

    @property
    def stands(self) -> bool:
        """Whether its receiver still holds the case."""
        return self.state not in ENDED_EARLY


class Closure(State, frozen=True, kw_only=True):
    """That a petition's case is closed. One per petition."""

    fact_type: ClassVar[str] = "routing.closure.v1"

    petition_id: str
    closed_on: date
    closed_by: str

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.closed_by})
