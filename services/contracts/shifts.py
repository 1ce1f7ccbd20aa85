"""Shifts as they stand in the duty table, who takes whose place, who came and who is there now."""

from datetime import date, datetime, time
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Command, Labelled, Part, State
from services.contracts.roster_rules import ReceptionMode, SeatRole, ServiceKind, ServiceRule

Reason = Annotated[str, Meta(max_length=500)]


class RosterRules(State, frozen=True, kw_only=True):
    """All regular services of one tenant."""

    fact_type: ClassVar[str] = "roster.rules.v1"

    tenant: str
    rules: list[ServiceRule]

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class SeatOrigin(Labelled):
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


class Shift(State, frozen=True, kw_only=True):
    """One shift of the duty table: a rule's hours on one day."""

    fact_type: ClassVar[str] = "roster.shift.v1"

    id: str
    tenant: str
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
    by_hand: bool = False
    """Entered by hand and by no rule; a plan does not touch it."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

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


class Substitution(State, frozen=True, kw_only=True):
    """That somebody sits in another's place (替班), or that two change places (换班)."""

    fact_type: ClassVar[str] = "roster.substitution.v1"

    id: str
    tenant: str
    kind: SubstitutionKind
    shift: str
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
