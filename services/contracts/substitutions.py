"""Who takes whose place: one for another (替班), or two in exchange (换班)."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled
from services.contracts.roster_base import OnRoster

Reason = Annotated[str, Meta(max_length=500)]


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
