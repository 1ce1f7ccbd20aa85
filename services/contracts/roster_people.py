"""People and posts of a tenant: who can serve, and when he is away."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Labelled
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import Qualification, Rank

Text = Annotated[str, Meta(min_length=1, max_length=100)]


class Member(OnRoster, frozen=True, kw_only=True):
    """A leader or a member of staff of a tenant. What stands here the public may read (GW-01), but for the login."""

    fact_type: ClassVar[str] = "roster.member.v1"

    id: str
    login: str | None
    name: str
    rank: Rank
    post: str
    portfolio: list[str]
    """What he answers for (分管领域)."""
    phone: str | None
    """Of the office, as it is published."""
    qualifications: frozenset[Qualification] = frozenset()
    since: date
    until: date | None = None
    """The last day of his service here."""
    order: int = 0
    """His place in the tenant's list: the order of precedence, and of turns where all else is equal."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

    @property
    def days(self) -> tuple[date, date]:
        return self.since, self.until or date.max

    @property
    def status(self) -> str:
        return str(self.rank)

    def serves(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class AbsenceKind(Labelled):
    LEAVE = "LEAVE", "请假"
    TRIP = "TRIP", "出差"
    TRAINING = "TRAINING", "学习培训"
    MEETING = "MEETING", "会议"
    SECONDED = "SECONDED", "抽调"


class AbsenceState(Labelled):
    REQUESTED = "REQUESTED", "待批准"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"
    CANCELLED = "CANCELLED", "已销假"


class Absence(OnRoster, frozen=True, kw_only=True):
    """Days on which a member is away, both included. A requested one counts as away already: better filled twice
    than empty."""

    fact_type: ClassVar[str] = "roster.absence.v1"

    id: str
    member: str
    kind: AbsenceKind
    first: date
    last: date
    reason: str
    state: AbsenceState
    substitute: str | None
    """Id of the member who stands in for all his turns of these days (RO-04)."""
    requested_by: ActorRef
    decided_by: ActorRef | None = None
    decision: str | None = None
    """What was said of it when it was decided, or ended early."""
    source: str | None = None
    """The UID of the imported calendar entry."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last

    @property
    def status(self) -> str:
        return str(self.state)

    @property
    def subject(self) -> str:
        return self.member

    @property
    def away(self) -> bool:
        return self.state in (AbsenceState.REQUESTED, AbsenceState.APPROVED)

    def covers(self, day: date) -> bool:
        return self.away and self.first <= day <= self.last


class Interests(OnRoster, frozen=True, kw_only=True):
    """Whom and what a member must not decide upon (RO-30): declared by himself or entered by the office. Nobody
    outside his tenant and the county office reads it."""

    fact_type: ClassVar[str] = "roster.interests.v1"

    member: str
    kin: list[str]
    """Names of kin and others close to him."""
    units: list[str]
    """Codes of the tenants in whose matters he has an interest, besides his own portfolio."""

    @property
    def aggregate_id(self) -> str:
        return self.member

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return date.min, date.max

    @property
    def subject(self) -> str:
        return self.member
