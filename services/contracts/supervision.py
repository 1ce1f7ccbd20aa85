"""Supervision: extensions, milestones, reminders (催办) and supervision threads (督办), which deadlines keeps."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef, Role
from services.contracts.base import Command, Labelled, Part, State
from services.contracts.deadlines import Level, Obligation
from services.contracts.intake import Petition

Reason = Annotated[str, Meta(max_length=2000)]


class ExtensionState(Labelled):
    REQUESTED = "REQUESTED", "待审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class Extension(State, frozen=True, kw_only=True):
    """A request for more time on one clock: Art. 34. A clock is extended once at most."""

    fact_type: ClassVar[str] = "deadlines.extension.v1"

    id: str
    petition_id: str
    clock_id: str
    tenant: str
    """The tenant that owes the clock, and whose head decides."""
    days: int
    reason: str
    state: ExtensionState
    requested_on: date
    requested_by: ActorRef
    decided_on: date | None = None
    decided_by: ActorRef | None = None
    decision: str | None = None
    informed_on: date | None = None
    """The day on which the petitioner was told of it and why."""
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class MilestoneKind(Labelled):
    """What is done for a case, matters to a clock, and is no act of another service."""

    URGENT_REPORTED = "URGENT_REPORTED", "报告重大紧急情况"
    PRESENTED = "PRESENTED", "呈领导阅批"
    NOTICED = "NOTICED", "书面告知信访人接收情况"
    CASE_MEETING = "CASE_MEETING", "召开调度会"
    PROMISED = "PROMISED", "承诺办理期限"
    FOLLOWED_UP = "FOLLOWED_UP", "回访"


class Milestone(State, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "deadlines.milestone.v1"

    id: str
    petition_id: str
    kind: MilestoneKind
    at: datetime
    """When it was entered."""
    on: date
    """The day on which it was done; of an earlier day where it is entered later."""
    tenant: str
    by: ActorRef
    note: str
    """What was done: the measures of an urgent report, who was told, what the meeting decided."""
    until: date | None = None
    """Of a promise, the promised day."""
    taken_back: str | None = None
    """Why it was taken back; it then counts as not done."""
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


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


class Supervision(State, frozen=True, kw_only=True):
    """A thread between the supervising office and the unit that is supervised, tied to a clock where there is one."""

    fact_type: ClassVar[str] = "deadlines.supervision.v1"

    id: str
    petition_id: str
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
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.opened_by, self.addressee})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class Alert(State, frozen=True, kw_only=True):
    """The level that the sweep has told of a clock. Its version counts the levels told."""

    fact_type: ClassVar[str] = "deadlines.alert.v1"

    clock_id: str
    petition_id: str
    owner: str
    obligation: Obligation
    level: Level
    since: datetime
    """The instant at which the clock reached the level, not that of the sweep."""
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.clock_id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.owner})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class ReminderItem(Part, frozen=True, kw_only=True):
    """One clock in a reminder: what is owed and by when, and nothing of what the petition says."""

    clock_id: str
    petition_id: str
    petition_number: str
    obligation: Obligation
    owner: str
    level: Level | None
    """None: sent by hand before its first warning, or while it is paused."""
    effective_due_on: date
    first_receiver: str
    case_owner: str | None


class ReminderDuty(Part, frozen=True, kw_only=True):
    """A recurring duty of the office that is due soon or overdue."""

    duty: str
    name: str
    period: str
    """As people say it: ``2026年第二季度``."""
    due_on: date


class Receipt(Part, frozen=True, kw_only=True):
    by: ActorRef
    at: datetime


class Reminder(State, frozen=True, kw_only=True):
    """A reminder (催办): the morning's, one for each tenant and role, or an urgent one for one clock at once."""

    fact_type: ClassVar[str] = "deadlines.reminder.v1"

    id: str
    tenant: str
    role: Role
    """For whom in the tenant: ``CLERK``, ``HEAD`` for what is reported to the head, and in the county office
    ``SUPERVISOR`` for what is reported to it."""
    on: date
    at: datetime
    urgent: bool
    text: str | None
    """What a supervisor wrote who sent it by hand."""
    sent_by: ActorRef | None
    items: list[ReminderItem]
    duties: list[ReminderDuty] = []
    """Of the morning's reminder to the clerks: what the office itself owes."""
    """Most urgent first."""
    more: int = 0
    """How many clocks it leaves out: a reminder lists the most urgent ones up to a limit."""
    receipts: list[Receipt] = []
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class RequestExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "request_extension"

    clock_id: str
    days: Annotated[int, Meta(ge=1, le=366)]
    reason: Reason


class DecideExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "decide_extension"

    extension_id: str
    approve: bool
    reason: Reason | None = None


class WithdrawExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "withdraw_extension"

    extension_id: str
    reason: Reason


class InformOfExtension(Command, frozen=True, kw_only=True):
    """Enters that the petitioner was told of the extension and its reason."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "inform_of_extension"

    extension_id: str
    on: date


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


class SendReminder(Command, frozen=True, kw_only=True):
    """A reminder by hand, at once."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "send_reminder"

    clock_id: str
    text: Reason


class AcknowledgeReminder(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "acknowledge_reminder"

    reminder_id: str
