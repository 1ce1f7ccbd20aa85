"""What one may ask of the roster: its people, their absences, its rules, the plan and single shifts."""

from datetime import date, time
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Part
from services.contracts.roster_people import Member
from services.contracts.roster_rules import (
    Qualification,
    Quota,
    Rank,
    ReceptionMode,
    SeatRole,
    ServiceKind,
    ServiceRule,
)

Reason = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(min_length=1, max_length=100)]
Id = Annotated[str, Meta(max_length=60)]


class TenantRoster(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a county profile says of one tenant's roster."""

    tenant: Id
    members: list[Member]
    rules: list[ServiceRule]
    quotas: list[Quota] = []


class LoadRoster(Command, frozen=True, kw_only=True):
    """The rosters of all tenants of a county. A tenant of whom the profile says what it said last time is passed over,
    so that nothing is undone that its office has changed since; where the profile changed, it wins in what it names.
    Members and rules that it no longer names end with yesterday; what was served stays."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "load_roster"

    rosters: list[TenantRoster]


class SaveMember(Command, frozen=True, kw_only=True):
    """Somebody of the own tenant, new or changed; then plans the future anew. Answers a ``MemberSaved``."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_member"

    member_id: Id | None = None
    """None: a new one."""
    login: Id | None = None
    name: Text
    rank: Rank
    post: Text
    portfolio: Annotated[list[Text], Meta(max_length=30)] = []
    phone: Annotated[str, Meta(max_length=30)] | None = None
    qualifications: frozenset[Qualification] = frozenset()
    since: date
    until: date | None = None
    order: int = 0


class SaveInterests(Command, frozen=True, kw_only=True):
    """By the member himself, or by his office. Replaces what stood there."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_interests"

    member: Id
    kin: Annotated[list[Text], Meta(max_length=100)]
    units: Annotated[list[Id], Meta(max_length=100)]


class SaveRule(Command, frozen=True, kw_only=True):
    """A regular service of the own tenant, new or instead of the one with the same id; then plans the future anew."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_rule"

    rule: ServiceRule


class EndRule(Command, frozen=True, kw_only=True):
    """``last`` is its last day, yesterday at the earliest; a rule that begins after it has never been."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "end_rule"

    rule_id: Id
    last: date


class PlanShifts(Command, frozen=True, kw_only=True):
    """Plans the own tenant's future anew. Whoever stands in the table stays where he is as long as he can serve;
    ``anew`` deals the turns again that are neither public nor arranged by people. Answers a ``PlanReport``."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "plan_shifts"

    until: date
    anew: bool = False
    dry_run: bool = False
    """Says what would move, and changes nothing."""


class Moved(Part, frozen=True, kw_only=True):
    """One shift that a plan changed."""

    shift: str
    day: date
    name: str
    what: str
    """In words, e.g. ``带班领导 由 甲 改为 乙``."""


class PlanReport(Part, frozen=True, kw_only=True):
    tenant: str
    first: date
    last: date
    planned: int
    """Shifts of the span."""
    added: int
    removed: int
    moved: list[Moved]
    """At most as many as anybody reads; ``planned`` and the like count all."""
    empty: list[Moved]
    """Posts that nobody can fill."""
    fairness: dict[str, int]
    """For each class of turns, the difference between who has most and who has least, people compared who served the
    whole span; 0 is even."""
    coverage_percent: int
    """Of all seats, those that are filled."""


class MemberSaved(Part, frozen=True, kw_only=True):
    """What ``SaveMember`` answers."""

    member: Member
    plan: PlanReport


class SeatInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: SeatRole
    member: Id | None = None


class RuleSaved(Part, frozen=True, kw_only=True):
    """What ``SaveRule`` and ``EndRule`` answer."""

    rule: ServiceRule
    plan: PlanReport


class EnterShift(Command, frozen=True, kw_only=True):
    """A shift by hand: an extra reception, a visit to a village."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "enter_shift"

    name: Text
    kind: ServiceKind
    mode: ReceptionMode | None = None
    day: date
    start: time
    end: time
    place: Text
    phone: Annotated[str, Meta(max_length=30)] | None = None
    slot_minutes: Annotated[int, Meta(ge=5, le=240)] | None = None
    seats: Annotated[list[SeatInput], Meta(max_length=20)]


class NameSeat(Command, frozen=True, kw_only=True):
    """Puts somebody into an empty post, or into another's, which needs a reason."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "name_seat"

    shift_id: Id
    role: SeatRole
    place: Annotated[int, Meta(ge=0, le=20)] = 0
    member: Id
    reason: Reason = ""


class CancelShift(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_shift"

    shift_id: Id
    reason: Reason
