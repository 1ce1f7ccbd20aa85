"""Routing: every hand-over of a petition."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, OfCase, Part, State
from services.contracts.intake import Petition


class ReferralKind(Labelled):
    TRANSFER = "TRANSFER", "转送"
    ASSIGN = "ASSIGN", "交办"
    OWN = "OWN", "自办"
    """Kept by the tenant that registered it: received the moment it is made."""


class ReferralRole(Labelled):
    LEAD = "LEAD", "主办（牵头）"
    SUPPORT = "SUPPORT", "协办"


class ReferralState(Labelled):
    SENT = "SENT", "待签收"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    RECEIVED = "RECEIVED", "已签收"
    OBJECTED = "OBJECTED", "异议待核实"
    RETURNED = "RETURNED", "已退回"
    ACCEPTED = "ACCEPTED", "已受理"
    ANSWERED = "ANSWERED", "已答复"
    DELIVERED = "DELIVERED", "已送达"
    CLOSED = "CLOSED", "已办结"


ENDED_EARLY = frozenset({ReferralState.WITHDRAWN, ReferralState.RETURNED})
"""States in which the hand-over stands no longer: its receiver sees the case no more."""


class Outcome(Labelled):
    """What the opinion decides: Art. 32 of the regulation."""

    SUPPORTED = "SUPPORTED", "支持"
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
    OTHER = "OTHER", "其他方式"


class Objection(Part, frozen=True, kw_only=True):
    reason: str
    raised_on: date
    decided_on: date | None = None
    upheld: bool | None = None
    decision: str | None = None
    """Why the sender upheld or dismissed it."""


class Answer(Part, frozen=True, kw_only=True):
    outcome: Outcome
    opinion: str
    answered_on: date


class Delivery(Part, frozen=True, kw_only=True):
    mode: DeliveryMode
    on: date
    signed: bool
    """False: the petitioner refused to sign for it (拒收)."""


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
    delivery: Delivery | None = None
    grade: CaseGrade | None = None
    """Of an accusation, said at acceptance."""
    accused: list[str] = []
    """Codes of the tenants that the petition accuses; none of them reviews the answer (Art. 30)."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.registered_by, self.from_tenant, self.to_tenant})

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


class Addressee(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tenant: str
    role: ReferralRole = ReferralRole.LEAD


class ReferPetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "refer_petition"

    petition: Petition
    """The newest state that the gateway knows, so that a petition can be referred the moment it is registered."""
    petition_version: int
    kind: ReferralKind
    to: Annotated[list[Addressee], Meta(min_length=1, max_length=20)]
    due_on: date | None = None
    note: Annotated[str, Meta(max_length=2000)] | None = None


class WithdrawReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "withdraw_referral"

    referral_id: str
    reason: Annotated[str, Meta(max_length=2000)]


class ReceiveReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "receive_referral"

    referral_id: str


class ObjectToReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "object_to_referral"

    referral_id: str
    reason: Annotated[str, Meta(max_length=2000)]


class DecideObjection(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "decide_objection"

    referral_id: str
    uphold: bool
    reason: Annotated[str, Meta(max_length=2000)] | None = None


class AcceptReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "accept_referral"

    referral_id: str
    grade: CaseGrade | None = None


class AnswerReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "answer_referral"

    referral_id: str
    outcome: Outcome
    opinion: Annotated[str, Meta(max_length=20_000)]


class DeliverAnswer(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "deliver_answer"

    referral_id: str
    mode: DeliveryMode
    on: date
    signed: bool


class ClosePetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "close_petition"

    petition: Petition
    petition_version: int
