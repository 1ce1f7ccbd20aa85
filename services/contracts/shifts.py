"""Shifts as they stand in the duty table, who takes whose place, who came and who is there now."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from services.contracts.base import EVERYBODY, LEGAL_ZONE, Labelled, Part
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import ReceptionMode, SeatRole, ServiceKind


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
