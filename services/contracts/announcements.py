"""What the public was told of receptions, and when: every version stays, so that any day's can be proved."""

from datetime import date, datetime, time
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Command, Labelled, Part
from services.contracts.roster_base import OnRoster


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


class Announcement(OnRoster, frozen=True, kw_only=True):
    """The public table of one tenant for a span of days, as it was published once. It never changes: what is published
    later for some of its days takes its place for these days from then on."""

    fact_type: ClassVar[str] = "roster.announcement.v1"

    id: str
    """Follows from all that it says (``services.common.public_table.id_of``): who finds it in the ledger knows that it
    was never changed."""
    first: date
    last: date
    turns: list[AnnouncedTurn]
    published_at: datetime
    published_by: ActorRef
    changed: str | None = None
    """What is different from what was public before for these days, in words, and why."""
    urgent: bool = False
    """A change later than the regulation allows: what happened (an illness) is told all the same, and marked."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


class PublishAnnouncement(Command, frozen=True, kw_only=True):
    """Makes public what the duty table says of the receptions of these days; again: what has changed since."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "publish_announcement"

    first: date
    last: date
    reason: Annotated[str, Meta(max_length=500)] = ""
    urgent: bool = False
    """By the head alone, with a reason: tells of a change that is later than the regulation allows."""


class Filing(OnRoster, frozen=True, kw_only=True):
    """That the duty table of a span was sent to the body above and filed (RO-35, RO-26)."""

    fact_type: ClassVar[str] = "roster.filing.v1"

    id: str
    first: date
    last: date
    filed_on: date
    filed_with: str
    """The body to which it was sent."""
    note: str
    by: ActorRef
    taken_back: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


class FileRoster(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "file_roster"

    first: date
    last: date
    filed_on: date
    filed_with: Annotated[str, Meta(min_length=1, max_length=100)]
    note: Annotated[str, Meta(max_length=500)] = ""


class TakeBackFiling(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_filing"

    filing_id: str
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class FeedOf(Labelled):
    MEMBER = "MEMBER", "个人值班日历"
    TENANT = "TENANT", "单位值班日历"
    COUNTY = "COUNTY", "全县接访日历"


class Feed(OnRoster, frozen=True, kw_only=True):
    """An iCalendar address that whoever knows it may read. The address itself is kept nowhere: only its digest."""

    fact_type: ClassVar[str] = "roster.feed.v1"

    id: str
    of: FeedOf
    member: str | None
    """Of a personal one."""
    digest: str
    """SHA-256 of the secret in the address, hexadecimal."""
    made_at: datetime
    made_by: ActorRef
    revoked_at: datetime | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return date.min, date.max

    @property
    def status(self) -> str:
        return self.digest

    @property
    def subject(self) -> str:
        return self.member or ""


class RotateFeed(Command, frozen=True, kw_only=True):
    """A new secret address; the old one of the same kind and subject ends. Answers
    ``{"feed_id", "secret"}``, this once; to the same request the same."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "rotate_feed"

    of: FeedOf
    member: Annotated[str, Meta(max_length=60)] | None = None


class RevokeFeed(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "revoke_feed"

    feed_id: str
