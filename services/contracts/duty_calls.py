"""To whom an urgent report went: those on duty at that moment."""

from datetime import datetime
from typing import ClassVar

from services.contracts.base import OfCase, Part
from services.contracts.roster_rules import SeatRole


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
