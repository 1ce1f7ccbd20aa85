"""Which leader was on duty when a petition was registered."""

from datetime import date
from typing import ClassVar

from services.contracts.base import Part, State


class DutyTurn(Part, frozen=True, kw_only=True):
    """A leader's turn, as it was noted."""

    weekday: int
    """ISO weekday: 1 Monday, 7 Sunday."""
    leader: str
    post: str
    place: str
    hours: str
    """As people read it, e.g. ``08:30-11:30``."""
    phone: str | None = None
    shift: str | None = None
    """Id of the shift; None of notes from weekly tables, which were before there were shifts."""
    member: str | None = None


class DutyNote(State, frozen=True, kw_only=True):
    """Which leader was on duty, at the tenant that registered it, on the day a petition was registered."""

    fact_type: ClassVar[str] = "roster.duty_note.v1"

    petition_id: str
    tenant: str
    on: date
    turn: DutyTurn | None
    """None: nobody stood in the duty table for that day."""

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})
