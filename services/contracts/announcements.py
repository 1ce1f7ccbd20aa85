"""What the public was told of receptions, and when: every version stays, so that any day's can be proved."""

from datetime import date, datetime, time
from typing import ClassVar

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Part, State


class AnnouncedTurn(Part, frozen=True, kw_only=True):
    """A row of the public table (领导接访公示): RO-25."""

    shift: str
    day: date
    start: time
    end: time
    leader: str
    post: str
    portfolio: list[str]
    place: str
    mode: str
    phone: str | None


class Announcement(State, frozen=True, kw_only=True):
    """The public table of one tenant for a span of days. A change makes a new version of the same aggregate."""

    fact_type: ClassVar[str] = "roster.announcement.v1"

    id: str
    """``<tenant>.<first day>``."""
    tenant: str
    first: date
    last: date
    turns: list[AnnouncedTurn]
    published_at: datetime
    published_by: ActorRef
    changed: str | None = None
    """What changed since the version before, and why."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY
