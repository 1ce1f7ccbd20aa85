"""Supervision threads (督办): an office that supervises, a unit that answers, step by step."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase, Part
from services.contracts.deadlines import Obligation

Reason = Annotated[str, Meta(max_length=2000)]


class SupervisionReason(Labelled):
    """Art. 36 of the 2005 text (the first five and the last), and what Art. 40 of the 2022 text adds."""

    NOT_FINISHED_IN_TIME = "NOT_FINISHED_IN_TIME", "无正当理由未按规定的办理期限办结"
    RESULT_NOT_REPORTED = "RESULT_NOT_REPORTED", "未按规定反馈办理结果"
    WRONG_PROCEDURE = "WRONG_PROCEDURE", "未按规定程序办理"
    SHIRKING = "SHIRKING", "办理推诿、敷衍、拖延"
    OPINION_NOT_CARRIED_OUT = "OPINION_NOT_CARRIED_OUT", "不执行处理意见"
    NOT_ACCEPTED = "NOT_ACCEPTED", "违反规定不受理、不登记、不转送"
    FALSIFICATION = "FALSIFICATION", "弄虚作假"
    OTHER = "OTHER", "其他需要督办的情形"


class SupervisionStep(Labelled):
    """What can stand in a thread."""

    OPENED = "OPENED", "发出督办"
    ACKNOWLEDGED = "ACKNOWLEDGED", "签收督办"
    ANSWERED = "ANSWERED", "书面回复"
    RETURNED = "RETURNED", "回复退回重报"
    YELLOW_CARD = "YELLOW_CARD", "黄牌警示"
    RED_CARD = "RED_CARD", "红牌警示"
    LISTED = "LISTED", "挂牌督办"
    TALK = "TALK", "约谈"
    RECTIFY = "RECTIFY", "责令限期整改"
    TO_HEAD = "TO_HEAD", "报单位主要负责人"
    ACCOUNTABILITY = "ACCOUNTABILITY", "提出问责建议"
    CLOSED = "CLOSED", "督办办结"
    WITHDRAWN = "WITHDRAWN", "撤销督办"


ESCALATIONS = frozenset(
    {
        SupervisionStep.YELLOW_CARD,
        SupervisionStep.RED_CARD,
        SupervisionStep.LISTED,
        SupervisionStep.TALK,
        SupervisionStep.RECTIFY,
        SupervisionStep.TO_HEAD,
        SupervisionStep.ACCOUNTABILITY,
    }
)
"""Steps with which the supervising office presses on; each may name a new day for the answer."""


class SupervisionEntry(Part, frozen=True, kw_only=True):
    step: SupervisionStep
    at: datetime
    on: date
    by: ActorRef
    text: str
    adopted: bool | None = None
    """Of an answer: whether the proposal is adopted, which Art. 40 wants said in writing."""
    answer_by: date | None = None


class SupervisionState(Labelled):
    OPEN = "OPEN", "待回复"
    ANSWERED = "ANSWERED", "已回复，待核"
    CLOSED = "CLOSED", "已办结"
    WITHDRAWN = "WITHDRAWN", "已撤销"


class Supervision(OfCase, frozen=True, kw_only=True):
    """A thread between the supervising office and the unit that is supervised, tied to a clock where there is one."""

    fact_type: ClassVar[str] = "deadlines.supervision.v1"

    id: str
    petition_number: str
    clock_id: str | None
    obligation: Obligation | None
    reason: SupervisionReason
    opened_by: str
    """Code of the tenant that supervises."""
    addressee: str
    """Code of the tenant that must answer."""
    state: SupervisionState
    opened_on: date
    answer_by: date
    """The day by which it must answer in writing: Art. 40."""
    answered_on: date | None
    """The day of the answer that now stands; None while one is wanted."""
    ended_on: date | None
    first_receiver: str
    case_owner: str | None
    entries: list[SupervisionEntry]

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.opened_by, self.addressee})


class OpenSupervision(Command, frozen=True, kw_only=True):
    """``clock_id``, or ``petition_id`` with ``addressee`` where no clock is concerned."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "open_supervision"

    clock_id: str | None = None
    petition_id: str | None = None
    addressee: str | None = None
    reason: SupervisionReason
    text: Reason
    answer_by: date


class AcknowledgeSupervision(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "acknowledge_supervision"

    supervision_id: str


class AnswerSupervision(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "answer_supervision"

    supervision_id: str
    adopted: bool
    text: Annotated[str, Meta(max_length=20_000)]


class EscalateSupervision(Command, frozen=True, kw_only=True):
    """A further step of the supervising office: a card, a listing, a talk, or the answer sent back (``RETURNED``)."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "escalate_supervision"

    supervision_id: str
    step: SupervisionStep
    text: Reason
    answer_by: date | None = None


class CloseSupervision(Command, frozen=True, kw_only=True):
    """Ends it. The three that may not be passed over (三不放过): cleared up, solved, measures carried out."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "close_supervision"

    supervision_id: str
    cleared_up: bool
    solved: bool
    measures_carried_out: bool
    text: Reason


class WithdrawSupervision(Command, frozen=True, kw_only=True):
    """Takes back a supervision that was opened by mistake."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "withdraw_supervision"

    supervision_id: str
    reason: Reason
