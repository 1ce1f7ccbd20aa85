"""Shifts as they stand in the duty table, who takes whose place, who came and who is there now."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, LEGAL_ZONE, Command, Labelled, OfCase, Part, State
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import ReceptionMode, SeatRole, ServiceKind, ServiceRule

Reason = Annotated[str, Meta(max_length=500)]


class LoadedProfile(Part, frozen=True, kw_only=True):
    """What the county profile named when it was loaded last; the office may have changed things since."""

    digest: str
    """SHA-256 of what it said of the tenant, in hexadecimal."""
    members: list[str]
    """Ids; who is left out of the next profile ends his service."""
    rules: list[str]
    """Ids, likewise."""


class RosterRules(State, frozen=True, kw_only=True):
    """All regular services of one tenant, ended ones too."""

    fact_type: ClassVar[str] = "roster.rules.v1"

    tenant: str
    rules: list[ServiceRule]
    loaded: LoadedProfile | None = None

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class SeatOrigin(Labelled):
    """How somebody came to his seat."""

    PLANNED = "PLANNED", "按规则排定"
    SUBSTITUTE = "SUBSTITUTE", "替班"
    SWAPPED = "SWAPPED", "换班"
    NAMED = "NAMED", "指定"


class SeatTaken(Part, frozen=True, kw_only=True):
    """One seat of a shift."""

    role: SeatRole
    member: str | None
    """Id; None: an empty post."""
    name: str | None
    post: str | None
    origin: SeatOrigin = SeatOrigin.PLANNED
    instead_of: str | None = None
    """Id of the member whose turn it was."""
    in_at: datetime | None = None
    out_at: datetime | None = None


class ShiftStatus(Labelled):
    FILLED = "FILLED", "已排满"
    EMPTY = "EMPTY", "有空岗"
    CANCELLED = "CANCELLED", "已取消"


class Shift(OnRoster, frozen=True, kw_only=True):
    """One shift of the duty table: a rule's hours on one day."""

    fact_type: ClassVar[str] = "roster.shift.v1"

    id: str
    rule: str
    name: str
    kind: ServiceKind
    mode: ReceptionMode | None
    day: date
    start: time
    end: time
    place: str
    phone: str | None
    slot_minutes: int | None
    seats: list[SeatTaken]
    moved_from: date | None = None
    because: str | None = None
    cancelled: str | None = None
    """Why it does not take place."""
    dropped: bool = False
    """A plan cancelled it (its rule ended, a holiday falls on it), and a later one may bring it back."""
    by_hand: bool = False
    """Entered by hand and by no rule; a plan does not touch it."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day

    @property
    def status(self) -> str:
        if self.cancelled is not None:
            return str(ShiftStatus.CANCELLED)
        return str(ShiftStatus.EMPTY if self.empty else ShiftStatus.FILLED)

    @property
    def subject(self) -> str:
        return self.rule

    @property
    def begins(self) -> datetime:
        """The hours of a shift are those of China."""
        return datetime.combine(self.day, self.start, LEGAL_ZONE)

    @property
    def ends(self) -> datetime:
        """On the next day where its end is not after its begin: a night's watch."""
        day = self.day if self.end > self.start else self.day + timedelta(days=1)
        return datetime.combine(day, self.end, LEGAL_ZONE)

    def holds(self, at: datetime) -> bool:
        """Whether it goes on at that instant."""
        return self.cancelled is None and self.begins <= at < self.ends

    @property
    def members(self) -> list[str]:
        """Ids of those who sit there, in the order of seats."""
        return [seat.member for seat in self.seats if seat.member is not None]

    @property
    def empty(self) -> list[SeatRole]:
        return [seat.role for seat in self.seats if seat.member is None]


class SubstitutionKind(Labelled):
    SUBSTITUTE = "SUBSTITUTE", "替班"
    SWAP = "SWAP", "换班"


class SubstitutionState(Labelled):
    REQUESTED = "REQUESTED", "待批准"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"
    TAKEN_BACK = "TAKEN_BACK", "已撤回"


class Substitution(OnRoster, frozen=True, kw_only=True):
    """That somebody sits in another's place (替班), or that two change places (换班)."""

    fact_type: ClassVar[str] = "roster.substitution.v1"

    id: str
    kind: SubstitutionKind
    shift: str
    day: date
    """Of the shift."""
    member: str
    """Whose turn it is."""
    by_member: str
    """Who takes it."""
    in_return: str | None
    """Of a swap, the shift that ``member`` takes for him."""
    reason: str
    requested_by: ActorRef
    on_behalf: bool
    """Asked for by the office and not by the member himself."""
    state: SubstitutionState
    decided_by: ActorRef | None = None
    decided_at: datetime | None = None
    decision: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day

    @property
    def status(self) -> str:
        return str(self.state)

    @property
    def subject(self) -> str:
        return self.shift


class RequestSubstitution(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "request_substitution"

    shift_id: str
    member: str
    by_member: str
    in_return: str | None = None
    reason: Reason


class DecideSubstitution(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_substitution"

    substitution_id: str
    approve: bool
    reason: Reason = ""


class TakeBackSubstitution(Command, frozen=True, kw_only=True):
    """Withdrawn before it is decided; after that, undone: everybody takes his own turn again, as long as none of the
    shifts has begun."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_substitution"

    substitution_id: str
    reason: Reason


class CheckIn(Command, frozen=True, kw_only=True):
    """For oneself, or by the office for somebody who is there."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "check_in"

    shift_id: str
    member: str | None = None


class CheckOut(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "check_out"

    shift_id: str
    member: str | None = None


class TakeBackCheck(Command, frozen=True, kw_only=True):
    """By the office: an entry made by mistake is no more; first the check-out, then the check-in."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_check"

    shift_id: str
    member: str
    reason: Reason


class AlertKind(Labelled):
    EMPTY = "EMPTY", "空岗预警"
    """A post of the coming days that nobody fills."""
    UNMANNED = "UNMANNED", "脱岗"
    """It has begun, and nobody has checked in."""


class PostAlert(OnRoster, frozen=True, kw_only=True):
    """An empty post that is seen ahead, or one that is unmanned now (RO-03, RO-05); told to those who can fill it."""

    fact_type: ClassVar[str] = "roster.alert.v1"

    id: str
    """Follows from the shift and the kind: it is told once."""
    shift: str
    kind: AlertKind
    day: date
    roles: list[SeatRole]
    """The posts that are empty."""
    at: datetime
    candidates: list[str]
    """Ids of the members who are free and could fill it, whose turn it would be first."""
    cleared_at: datetime | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day

    @property
    def status(self) -> str:
        return "OPEN" if self.cleared_at is None else "CLEARED"

    @property
    def subject(self) -> str:
        return self.shift


class OnCall(Part, frozen=True, kw_only=True):
    """Somebody who is on duty at a moment, as the note of it keeps him."""

    tenant: str
    shift: str
    role: SeatRole
    member: str
    name: str
    post: str
    phone: str | None


class DutyCall(OfCase, frozen=True, kw_only=True):
    """To whom an urgent report went: those on duty at that moment, where it was reported and at the county office."""

    fact_type: ClassVar[str] = "roster.duty_call.v1"

    report_id: str
    at: datetime
    tenants: list[str]
    """Codes of the tenants that were called."""
    called: list[OnCall]
    """Empty: nobody was on duty."""

    @property
    def aggregate_id(self) -> str:
        return self.report_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset(self.tenants)
