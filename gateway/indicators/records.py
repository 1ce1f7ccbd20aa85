"""What of a case the indicators rest on; ``reading`` fills it from the view."""

from datetime import date, datetime

import msgspec

from services.contracts.base import Labelled
from services.contracts.deadlines import Obligation
from services.contracts.directory import township_code
from services.contracts.intake import Channel, Nature, Source
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.routing import ENDED_EARLY, ReferralKind, ReferralRole, ReferralState
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep

ENDED = tuple(ENDED_EARLY)
"""Looked through by identity, which is faster than hashing a member of an enumeration; it is asked very often."""


class Result(Labelled):
    """How a clock stands, as a rate counts it."""

    IN_TIME = "IN_TIME", "按期"
    LATE = "LATE", "超期完成"
    PENDING = "PENDING", "未到期"
    MISSED = "MISSED", "超期未完成"


class ClockRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    id: str
    owner: str
    obligation: Obligation
    due_on: date
    """The effective last day."""
    over_at: datetime
    """The instant from which it is overdue while it is open."""
    met_on: date | None = None
    late: bool | None = None
    """Of a clock that is met: whether after its end."""
    open: bool
    paused: bool = False

    def result(self, now: datetime) -> Result | None:
        """None where it was cancelled: then nothing was owed."""
        if self.met_on is not None:
            return Result.LATE if self.late else Result.IN_TIME
        if not self.open:
            return None
        return Result.MISSED if self.over_at <= now and not self.paused else Result.PENDING


class ReferralRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    id: str
    kind: ReferralKind
    role: ReferralRole
    to_tenant: str
    state: ReferralState
    sent_on: date
    answered_on: date | None = None
    delivered_on: date | None = None
    refused: bool = False
    """Its receiver did not accept (不予受理)."""

    @property
    def stands(self) -> bool:
        return self.state not in ENDED


class RatingRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    side: RatingSide
    value: RatingValue
    rated_on: date
    counts: bool = True
    """False after an appeal against it was upheld."""


class EntryRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One step in the thread of a supervision."""

    step: SupervisionStep
    on: date
    adopted: bool | None = None


class SupervisionRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    id: str
    addressee: str
    reason: SupervisionReason
    state: SupervisionState
    opened_on: date
    answer_by: date
    entries: list[EntryRecord] = []


class PetitionRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    id: str
    channel: Channel
    nature: Nature
    source: Source = Source.DIRECT
    category: str | None = None
    place: str | None = None
    received_on: date
    registered_by: str
    anonymous: bool = False
    repeated: bool = False
    skips_level: bool = False
    visitors: int | None = None
    accused: list[str] = []

    @property
    def township(self) -> str | None:
        """Division code of the township where the matter lies."""
        return township_code(self.place) if self.place else None


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    petition: PetitionRecord
    referrals: tuple[ReferralRecord, ...] = ()
    """Those to bodies that answer for the case; what one of them forwarded within is counted as the body's own."""
    clocks: tuple[ClockRecord, ...] = ()
    ratings: tuple[RatingRecord, ...] = ()
    told: tuple[date, ...] = ()
    """When notices were delivered to the petitioner."""
    supervisions: tuple[SupervisionRecord, ...] = ()
    closed_on: date | None = None
    extended: bool = False
    """An extension was approved for one of its clocks."""
    people: frozenset[str] = frozenset()
    """Marks by which the same person is known again, masked as the view holds them."""

    @property
    def id(self) -> str:
        return self.petition.id

    @property
    def lead(self) -> ReferralRecord | None:
        """The hand-over to the body that answers for the case (主办)."""
        for one in self.referrals:
            if one.role is ReferralRole.LEAD and one.stands:
                return one
        return None

    def concerns(self, tenant: str | None) -> bool:
        """Whether a tenant registered it or holds it; None stands for the whole county."""
        return (
            tenant is None
            or tenant == self.petition.registered_by
            or any(one.stands and one.to_tenant == tenant for one in self.referrals)
        )
