"""Reminders (催办): the levels that clocks have reached; the morning's bundles; what is told at once; receipts."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef, Role
from services.contracts.base import Command, Labelled, OfCase, Part, State
from services.contracts.deadlines import Level, Obligation

Reason = Annotated[str, Meta(max_length=2000)]


class Alert(OfCase, frozen=True, kw_only=True):
    """The level that the sweep has told of a clock. Its version counts the levels told."""

    fact_type: ClassVar[str] = "deadlines.alert.v1"

    clock_id: str
    owner: str
    obligation: Obligation
    level: Level
    since: datetime
    """The instant at which the clock reached the level, not that of the sweep."""

    @property
    def aggregate_id(self) -> str:
        return self.clock_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.owner})


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
    expected_on: date | None = None
    """The day on which its owner expected to be done, where that has passed without an answer."""


class ReminderDuty(Part, frozen=True, kw_only=True):
    """A recurring duty of the office that is due soon or overdue."""

    duty: str
    name: str
    period: str
    """As people say it: ``2026年第二季度``."""
    due_on: date


class AtOnceReason(Labelled):
    """Why leaders are told of an item at once."""

    URGENT = "URGENT", "紧急信访事项"
    CRITICAL = "CRITICAL", "重大紧急信访事项"
    GROUP_VISIT = "GROUP_VISIT", "集体访"
    REPORTED = "REPORTED", "紧急报告"
    REPEATED = "REPEATED", "重复信访"
    HEALTH = "HEALTH", "疑似精神障碍或传染病来访的通报"


class AtOnce(Part, frozen=True, kw_only=True):
    """The item of which leaders are told at once, and nothing of what it says."""

    petition_id: str
    petition_number: str
    reason: AtOnceReason
    basis: str
    """Regulation and article, as people cite them."""
    visitors: int | None
    """How many came, where it is a visit; None of an accusation."""


class Receipt(Part, frozen=True, kw_only=True):
    by: ActorRef
    at: datetime


class Reminder(State, frozen=True, kw_only=True):
    """A reminder (催办): the morning's, one for each tenant and role; or an urgent one, of a clock or an item."""

    fact_type: ClassVar[str] = "deadlines.reminder.v1"

    id: str
    tenant: str
    role: Role
    """For whom in the tenant: ``CLERK``, ``HEAD`` for what is reported to the head, and in the county office
    ``SUPERVISOR`` for what is reported to it, ``LEADER`` for what its leaders are told at once."""
    on: date
    at: datetime
    urgent: bool
    text: str | None
    """What a supervisor wrote who sent it by hand; of what is told at once, what is asked of the reader."""
    sent_by: ActorRef | None
    items: list[ReminderItem]
    """Most urgent first."""
    duties: list[ReminderDuty] = []
    """Of the morning's reminder to the clerks: what the office itself owes."""
    at_once: AtOnce | None = None
    """Of a reminder that tells of an item at once."""
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
