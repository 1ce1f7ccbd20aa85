"""Who came to his post and who is missing there: check-in, check-out, and alerts of empty or unmanned posts."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import SeatRole

Reason = Annotated[str, Meta(max_length=500)]


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
