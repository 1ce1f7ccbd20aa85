"""Deadlines: one clock for each thing that somebody owes, and how its state follows from the moment."""

from datetime import date, datetime
from typing import ClassVar

from services.contracts.base import Labelled, OfCase, Part


class Unit(Labelled):
    CALENDAR_DAYS = "calendar_days", "日"
    WORKING_DAYS = "working_days", "个工作日"
    MONTHS = "months", "个月"
    HOURS = "hours", "小时"
    MINUTES = "minutes", "分钟"

    @property
    def of_instants(self) -> bool:
        """Counted from instant to instant, not from day to day."""
        return self in (Unit.HOURS, Unit.MINUTES)


class Event(Labelled):
    """What can happen to a case; the facts say when. The part before the dot is what it happens to."""

    PETITION_RECEIVED = "petition.received", "收到信访事项"
    PETITION_REGISTERED = "petition.registered", "登记"
    PETITION_URGENT = "petition.urgent", "发现重大紧急情况"
    PETITION_URGENT_REPORTED = "petition.urgent_reported", "报告重大紧急情况"
    PETITION_REFERRED = "petition.referred", "首次转送、交办（未撤回、未退回）"
    PETITION_NOTICED = "petition.noticed", "书面告知信访人"
    PETITION_PRESENTED = "petition.presented", "呈领导阅批"
    PETITION_CASE_MEETING = "petition.case_meeting", "召开调度会"
    PETITION_ANSWERED = "petition.answered", "主办单位作出答复意见"
    PETITION_FOLLOWED_UP = "petition.followed_up", "回访"
    PETITION_CLOSED = "petition.closed", "办结"
    REFERRAL_SENT = "referral.sent", "发出转送、交办"
    REFERRAL_RECEIVED = "referral.received", "签收"
    REFERRAL_OBJECTED = "referral.objected", "提出异议"
    REFERRAL_ACCEPTED = "referral.accepted", "受理并告知"
    REFERRAL_REFUSED = "referral.refused", "不予受理并告知"
    REFERRAL_ANSWERED = "referral.answered", "作出答复意见"
    REFERRAL_DELIVERED = "referral.delivered", "送达答复意见"
    REFERRAL_REVIEW_REQUESTED = "referral.review_requested", "申请复查"
    REFERRAL_ENDED = "referral.ended", "退回或撤回"
    REVIEW_RECEIVED = "review.received", "收到复查、复核申请"
    REVIEW_HEARING = "review.hearing", "听证"
    REVIEW_DECIDED = "review.decided", "作出复查、复核意见"
    REVIEW_DELIVERED = "review.delivered", "送达复查、复核意见"
    REVIEW_NEXT_REQUESTED = "review.next_requested", "申请复核"
    SUPERVISION_OPENED = "supervision.opened", "发出督办"
    SUPERVISION_ANSWERED = "supervision.answered", "书面回复督办"
    SUPERVISION_ENDED = "supervision.ended", "督办办结或撤销"
    MILESTONE_PROMISED = "milestone.promised", "承诺办理期限"

    @property
    def subject(self) -> str:
        return str(self).partition(".")[0]


class Obligation(Labelled):
    REGISTRATION = "REGISTRATION", "登记"
    URGENT_REPORT = "URGENT_REPORT", "重大紧急情况报告"
    PRESENTATION = "PRESENTATION", "呈领导阅批"
    TRANSFER = "TRANSFER", "转送交办"
    DIRECT_NOTICE = "DIRECT_NOTICE", "告知接收情况"
    NOTICE = "NOTICE", "书面告知"
    OBJECTION = "OBJECTION", "提出异议"
    HANDLING = "HANDLING", "办理答复"
    REPORT = "REPORT", "按交办时限报告结果"
    DELIVERY = "DELIVERY", "送达答复"
    CASE_MEETING = "CASE_MEETING", "召开调度会"
    PROMISE = "PROMISE", "兑现承诺"
    FIRST_REVIEW_REQUEST = "FIRST_REVIEW_REQUEST", "申请复查"
    FIRST_REVIEW = "FIRST_REVIEW", "复查"
    FINAL_REVIEW_REQUEST = "FINAL_REVIEW_REQUEST", "申请复核"
    FINAL_REVIEW = "FINAL_REVIEW", "复核"
    SUPERVISION_REPLY = "SUPERVISION_REPLY", "回复督办"
    FOLLOW_UP = "FOLLOW_UP", "回访"


class ClockState(Labelled):
    RUNNING = "RUNNING", "计时中"
    WARNED = "WARNED", "预警"
    DUE_TODAY = "DUE_TODAY", "今日到期"
    OVERDUE = "OVERDUE", "已超期"
    PAUSED = "PAUSED", "已中止"
    MET = "MET", "按期完成"
    MET_LATE = "MET_LATE", "超期完成"
    LAPSED = "LAPSED", "期限届满"
    CANCELLED = "CANCELLED", "已终止"


class Level(Labelled):
    """How near, or how far past, its end an open clock is. A clock passes them in this order."""

    FIRST_WARNING = "FIRST_WARNING", "预警"
    SECOND_WARNING = "SECOND_WARNING", "警告"
    LAST_WARNING = "LAST_WARNING", "严重警告"
    DUE_TODAY = "DUE_TODAY", "今日到期"
    OVERDUE = "OVERDUE", "已超期"
    LAPSED = "LAPSED", "期限届满"
    TO_HEAD = "TO_HEAD", "超期，报单位负责人"
    TO_COUNTY = "TO_COUNTY", "超期，报县信访局"

    @property
    def state(self) -> ClockState:
        return _STATES[self]


_STATES = {
    Level.FIRST_WARNING: ClockState.WARNED,
    Level.SECOND_WARNING: ClockState.WARNED,
    Level.LAST_WARNING: ClockState.WARNED,
    Level.DUE_TODAY: ClockState.DUE_TODAY,
    Level.OVERDUE: ClockState.OVERDUE,
    Level.LAPSED: ClockState.LAPSED,
    Level.TO_HEAD: ClockState.OVERDUE,
    Level.TO_COUNTY: ClockState.OVERDUE,
}


class Mark(Part, frozen=True, kw_only=True):
    """The instant from which an open clock is at a level."""

    level: Level
    at: datetime


class DaySpan(Part, frozen=True, kw_only=True):
    """Days, both ends included, that a count passed over."""

    first: date
    last: date
    reason: str
    """As people read it: ``春节``, ``周末``, ``听证``."""


class Bound(Part, frozen=True, kw_only=True):
    """One limit of a clock: which rule, counted from when, ending when."""

    rule: str
    basis: str
    """Regulation and article, as people cite them."""
    starts: Event
    starts_on: date
    """The day of the event; counting begins on the next day."""
    length: int | None
    unit: Unit | None
    """None: the day was named and not counted."""
    due_on: date
    """Nominal last day, not rolled."""
    effective_due_on: date
    provisional: bool
    skipped: list[DaySpan] = []
    """What the count or the roll passed over, in order."""
    special: bool = False
    """Set by what holds beside the law everywhere (简易办理), and not by the county itself."""


class Binding(Labelled):
    LEGAL = "LEGAL", "法定期限"
    SPECIAL = "SPECIAL", "专项期限"
    INTERNAL = "INTERNAL", "内部期限"
    NAMED = "NAMED", "指定期限"
    EXTENDED = "EXTENDED", "延长后的期限"


class GrantedExtension(Part, frozen=True, kw_only=True):
    id: str
    days: int
    basis: str
    granted_on: date
    reason: str


class Clock(OfCase, frozen=True, kw_only=True):
    """What one tenant owes by when. Its id is made from petition, subject and obligation, so it is found again."""

    fact_type: ClassVar[str] = "deadlines.clock.v1"

    id: str
    petition_number: str
    referral_id: str | None
    subject_id: str | None = None
    """Of a clock that is kept for a review, a supervision or a promise: its id."""
    owner: str
    """Code of the tenant that owes it; of a petitioner's own period, of the tenant that watches it."""
    obligation: Obligation
    rule: str
    """Id of the binding rule in the law files."""
    basis: str
    """The binding article, as people cite it."""
    binding: Binding
    legal: Bound | None
    """The limit of the law; None where the law sets none for this."""
    internal: Bound | None
    """The tightest limit of special and internal rules; None where there is none. ``Bound.special`` tells which."""
    extension: GrantedExtension | None = None
    pauses: list[DaySpan] = []
    paused_since: date | None = None
    starts_on: date
    """Of the binding limit."""
    starts_at: datetime | None = None
    """Of a limit in hours or minutes."""
    opens_on: date | None = None
    """What is done before does not meet it."""
    due_on: date
    """Nominal last day, not rolled."""
    effective_due_on: date
    """Last day after rolling past rest days; it decides what is overdue."""
    due_at: datetime
    """The instant at which it becomes overdue: the end of the effective day, or the end of the last minute."""
    provisional: bool
    """The period touches a year whose holiday notice is not loaded."""
    lapses: bool
    """A right that ends with its period (an objection), not a duty that can be overdue."""
    petitioner_side: bool = False
    extendable_days: int = 0
    """For how many days at most it may still be extended; 0: not at all, or not any more."""
    extendable_by: str | None = None
    """The regulation and article that allow it, where it may still be extended."""
    marks: list[Mark]
    """When it passes each level, ascending."""
    met_on: date | None
    met_at: datetime | None = None
    """Of a limit in hours or minutes."""
    cancelled: bool
    first_receiver: str
    """Who answers for it as first receiver (首接责任)."""
    case_owner: str | None = None
    """The leader who owns the case (包案)."""
    urgent: bool = False
    """Its warnings are told at once and not with the morning's."""
    expected_on: date | None = None
    """Of a clock that an answer meets, when its owner expects to give it (预计办结日期)."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.owner})

    @property
    def open(self) -> bool:
        return self.met_on is None and not self.cancelled

    @property
    def expected_late(self) -> bool:
        """Whether its owner expects, while it is open, to be done only after its end."""
        return self.open and self.expected_on is not None and self.expected_on > self.effective_due_on


def level_of(clock: Clock, now: datetime) -> Level | None:
    """The level that an open clock has reached; None before its first, and while it is paused."""
    if not clock.open or clock.paused_since is not None:
        return None
    reached = [mark.level for mark in clock.marks if mark.at <= now]
    return reached[-1] if reached else None


def clock_state(clock: Clock, now: datetime) -> ClockState:
    """The state of a clock at an instant: decided by the dates themselves, never by a stored mark."""
    if clock.met_on is not None:
        late = clock.met_at > clock.due_at if clock.met_at else clock.met_on > clock.effective_due_on
        return ClockState.MET_LATE if late else ClockState.MET
    if clock.cancelled:
        return ClockState.CANCELLED
    if clock.paused_since is not None:
        return ClockState.PAUSED
    level = level_of(clock, now)
    return ClockState.RUNNING if level is None else level.state
