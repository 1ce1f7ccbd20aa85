"""Deadlines: one clock for each thing that somebody owes, and how its state follows from the day."""

from datetime import date
from typing import ClassVar

from services.contracts.base import Labelled, State


class Unit(Labelled):
    CALENDAR_DAYS = "calendar_days", "日"
    WORKING_DAYS = "working_days", "个工作日"


class Obligation(Labelled):
    TRANSFER = "TRANSFER", "转送交办"
    NOTICE = "NOTICE", "书面告知"
    OBJECTION = "OBJECTION", "提出异议"
    HANDLING = "HANDLING", "办理答复"
    REPORT = "REPORT", "按交办时限报告结果"


class ClockState(Labelled):
    RUNNING = "RUNNING", "计时中"
    DUE_TODAY = "DUE_TODAY", "今日到期"
    OVERDUE = "OVERDUE", "已超期"
    MET = "MET", "按期完成"
    MET_LATE = "MET_LATE", "超期完成"
    LAPSED = "LAPSED", "期限届满"
    CANCELLED = "CANCELLED", "已终止"


class Clock(State, frozen=True, kw_only=True):
    """What one tenant owes by when. Its id is made from petition, referral and rule, so it is found again."""

    fact_type: ClassVar[str] = "deadlines.clock.v1"

    id: str
    petition_id: str
    referral_id: str | None
    owner: str
    """Code of the tenant that owes it."""
    obligation: Obligation
    rule: str
    """Id of the rule in the law files."""
    basis: str
    """The article, as people cite it."""
    starts_on: date
    """The day of the event; counting begins on the next day."""
    due_on: date
    """Nominal last day, not rolled."""
    effective_due_on: date
    """Last day after rolling past rest days; it decides what is overdue."""
    provisional: bool
    """The period touches a year whose holiday notice is not loaded."""
    lapses: bool
    """A right that ends with its period (an objection), not a duty that can be overdue."""
    met_on: date | None
    cancelled: bool

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.owner})


def clock_state(clock: Clock, today: date) -> ClockState:
    """The state of a clock on a legal day: decided by the dates themselves, never by a stored mark."""
    if clock.met_on is not None:
        return ClockState.MET if clock.met_on <= clock.effective_due_on else ClockState.MET_LATE
    if clock.cancelled:
        return ClockState.CANCELLED
    if today > clock.effective_due_on:
        return ClockState.LAPSED if clock.lapses else ClockState.OVERDUE
    return ClockState.DUE_TODAY if today == clock.effective_due_on else ClockState.RUNNING
