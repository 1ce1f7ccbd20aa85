"""What one may ask of the roster: its people, their absences, its rules, the plan and single shifts."""

from datetime import date, time
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import EVERYBODY, Command, Labelled, Part, State
from services.contracts.roster_people import AbsenceKind, Member
from services.contracts.roster_rules import (
    Qualification,
    Quota,
    Rank,
    ReceptionMode,
    SeatRole,
    ServiceKind,
    ServiceRule,
)

Reason = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(min_length=1, max_length=100)]
Id = Annotated[str, Meta(max_length=60)]


class TenantRoster(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a county profile says of one tenant's roster."""

    tenant: Id
    members: list[Member]
    rules: list[ServiceRule]
    quotas: list[Quota] = []


class LoadRoster(Command, frozen=True, kw_only=True):
    """The rosters of all tenants of a county. Members left out end their service today; what was served stays."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "load_roster"

    rosters: list[TenantRoster]


class SaveMember(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_member"

    member_id: Id | None = None
    """None: a new one."""
    login: Id | None = None
    name: Text
    rank: Rank
    post: Text
    portfolio: Annotated[list[Text], Meta(max_length=30)] = []
    phone: Annotated[str, Meta(max_length=30)] | None = None
    qualifications: frozenset[Qualification] = frozenset()
    since: date
    until: date | None = None
    order: int = 0


class RequestAbsence(Command, frozen=True, kw_only=True):
    """For oneself, or by the office for somebody (``member``). A turn that falls into it needs a substitute (RO-04)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "request_absence"

    member: Id
    kind: AbsenceKind
    first: date
    last: date
    reason: Reason
    substitute: Id | None = None


class DecideAbsence(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_absence"

    absence_id: Id
    approve: bool
    reason: Reason = ""


class CancelAbsence(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_absence"

    absence_id: Id
    reason: Reason


class ImportedAbsence(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    uid: Id
    member: Id
    kind: AbsenceKind
    first: date
    last: date
    reason: Reason = ""


class ImportAbsences(Command, frozen=True, kw_only=True):
    """From a calendar (iCalendar) or a table (CSV), which the gateway has read. The same ``uid`` is the same absence."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "import_absences"

    absences: Annotated[list[ImportedAbsence], Meta(max_length=2000)]


class PlanShifts(Command, frozen=True, kw_only=True):
    """Plans the future anew and keeps what can be kept. Answers what moved: ``{"moved": [...], "empty": [...]}``."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "plan_shifts"

    tenant: Id
    until: date


class SeatInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: SeatRole
    member: Id | None = None


class EnterShift(Command, frozen=True, kw_only=True):
    """A shift by hand: an extra reception, a visit to a village."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "enter_shift"

    name: Text
    kind: ServiceKind
    mode: ReceptionMode | None = None
    day: date
    start: time
    end: time
    place: Text
    phone: Annotated[str, Meta(max_length=30)] | None = None
    slot_minutes: Annotated[int, Meta(ge=5, le=240)] | None = None
    seats: Annotated[list[SeatInput], Meta(max_length=20)]


class NameSeat(Command, frozen=True, kw_only=True):
    """Puts somebody into an empty post, or into another's (with a reason, which the change of a published turn needs)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "name_seat"

    shift_id: Id
    role: SeatRole
    place: Annotated[int, Meta(ge=0, le=20)] = 0
    member: Id
    reason: Reason = ""


class CancelShift(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_shift"

    shift_id: Id
    reason: Reason


class PublishAnnouncement(Command, frozen=True, kw_only=True):
    """Makes public what the duty table says of these days; again: publishes what has changed since."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "publish_announcement"

    first: date
    last: date
    reason: Reason = ""


class RosterQuotas(State, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "roster.quotas.v1"

    tenant: str
    quotas: list[Quota]

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class Verdict(Labelled):
    PRAISED = "PRAISED", "表扬"
    CRITICISED = "CRITICISED", "批评"
    MOVED = "MOVED", "建议调整岗位"


class Evaluation(State, frozen=True, kw_only=True):
    """How somebody received in a month (RO-38)."""

    fact_type: ClassVar[str] = "roster.evaluation.v1"

    id: str
    tenant: str
    member: str
    month: date
    """Its first day."""
    verdict: Verdict
    reason: str

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class EvaluateMember(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "evaluate_member"

    member: Id
    month: date
    verdict: Verdict
    reason: Reason
