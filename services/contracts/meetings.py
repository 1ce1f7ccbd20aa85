"""Meetings about a case (调度会, 听证会, 集体研究) and agreements that end a quarrel (调解, 和解)."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, OfCase, Part
from services.contracts.intake import Petition

Text = Annotated[str, Meta(max_length=5000)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class MeetingKind(Labelled):
    COORDINATION = "COORDINATION", "调度会"
    HEARING = "HEARING", "听证会"
    LEADERS = "LEADERS", "领导班子集体研究"
    CONFERENCE = "CONFERENCE", "信访工作联席会议"


class Attendance(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tenant: str
    people: Annotated[str, Meta(max_length=200)]
    """Who came, by name and post."""
    report: Text | None = None
    """What the unit reported on its progress."""


class MeetingTask(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tenant: str
    task: Text
    due_on: date | None = None


class CaseMeeting(OfCase, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "routing.case_meeting.v1"

    id: str
    petition_number: str
    registered_by: str
    tenant: str
    """Who called and recorded it."""
    kind: MeetingKind
    held_on: date
    entered_on: date
    chair: str
    place: str
    attendance: list[Attendance]
    decision: str
    tasks: list[MeetingTask]
    taken_back: str | None = None
    """Why the record was taken back; it then counts as not held."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, self.registered_by})


class RecordCaseMeeting(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "record_case_meeting"

    petition: Petition
    kind: MeetingKind
    held_on: date
    chair: Name
    place: Annotated[str, Meta(max_length=100)]
    attendance: Annotated[list[Attendance], Meta(min_length=1, max_length=50)]
    decision: Text
    tasks: Annotated[list[MeetingTask], Meta(max_length=50)] = []


class TakeBackCaseMeeting(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "take_back_case_meeting"

    meeting_id: str
    reason: Text


class SettlementKind(Labelled):
    MEDIATION = "MEDIATION", "调解协议书"
    RECONCILIATION = "RECONCILIATION", "和解协议书"


class Settlement(OfCase, frozen=True, kw_only=True):
    """An agreement of both sides within what the law leaves to them (Art. 33)."""

    fact_type: ClassVar[str] = "routing.settlement.v1"

    id: str
    petition_number: str
    registered_by: str
    referral_id: str
    """The lead referral under which it was reached."""
    tenant: str
    """The lead body, also where the county office entered it."""
    kind: SettlementKind
    agreed_on: date
    terms: str
    mediator: str | None
    """Who mediated; always there for 调解, never for 和解."""
    fulfilled_on: date | None = None
    taken_back: str | None = None
    """Why the record was taken back; it then counts as not reached."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, self.registered_by})


class RecordSettlement(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "record_settlement"

    petition: Petition
    kind: SettlementKind
    agreed_on: date
    terms: Text
    mediator: Name | None = None


class FulfilSettlement(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "fulfil_settlement"

    settlement_id: str
    on: date


class TakeBackSettlement(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "take_back_settlement"

    settlement_id: str
    reason: Text
