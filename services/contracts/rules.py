"""Rules of periods as data: what a regulation, or a county's own order, says of one obligation."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import TenantKind
from services.contracts.base import EVERYBODY, Command, Labelled, Part, State
from services.contracts.deadlines import Event, Obligation, Unit
from services.contracts.intake import Channel, Nature, Procedure, Route, Source, Urgency
from services.contracts.office import OfficeDuty
from services.contracts.reviews import ReviewStage
from services.contracts.routing import CaseGrade, ReferralKind, ReferralRole

Text = Annotated[str, Meta(min_length=1)]
Share = Annotated[int, Meta(ge=1, le=99)]
Tenants = Annotated[frozenset[str], Meta(min_length=1)]


SENT_OUT = frozenset({ReferralRole.LEAD, ReferralRole.SUPPORT})
"""To whom the law speaks: what one of them forwards within its own house is a branch of its own duty, and a rule that
means the branch names it (``ReferralRole.UNIT``)."""


class Per(Labelled):
    """What one clock of a rule is kept for."""

    PETITION = "petition", "信访事项"
    REFERRAL = "referral", "转送交办"
    REVIEW = "review", "复查复核"
    SUPERVISION = "supervision", "督办"
    MILESTONE = "milestone", "承诺"


class Owner(Labelled):
    REGISTRAR = "registrar", "登记单位"
    RECEIVER = "receiver", "承办单位"
    REVIEWER = "reviewer", "复查复核单位"
    ADDRESSEE = "addressee", "被督办单位"
    PROMISER = "promiser", "作出承诺的单位"


class Period(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    length: Annotated[int, Meta(ge=0)]
    """0: by the end of the same day."""
    unit: Unit


class ExtensionRule(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the period may be extended once, for how long at most, and by which article."""

    length: Annotated[int, Meta(ge=1)]
    unit: Unit
    article: Text


class Rule(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One period. Its length is ``length`` and ``unit``, or the day that the thing itself names (``named_day``).

    The sets (``natures``, ``channels`` ...) say to what it applies; the whole set where they are left out, and of the
    roles ``SENT_OUT``.
    """

    id: Text
    obligation: Obligation
    article: Text
    """As people cite it, without the name of the regulation."""
    per: Per
    starts: Event
    length: Annotated[int, Meta(ge=0)] | None = None
    unit: Unit | None = None
    named_day: bool = False
    opens: Period | None = None
    """What is done before this has passed does not meet the obligation."""
    met_by: Annotated[tuple[Event, ...], Meta(min_length=1)]
    cancelled_by: tuple[Event, ...] = ()
    paused_by: tuple[Event, ...] = ()
    owner: Owner
    natures: frozenset[Nature] = frozenset(Nature)
    channels: frozenset[Channel] = frozenset(Channel)
    sources: frozenset[Source] = frozenset(Source)
    routes: frozenset[Route] = frozenset(Route)
    procedures: frozenset[Procedure] = frozenset(Procedure)
    urgencies: frozenset[Urgency] = frozenset(Urgency)
    registrars: frozenset[TenantKind] = frozenset(TenantKind)
    kinds: frozenset[ReferralKind] = frozenset(ReferralKind)
    roles: frozenset[ReferralRole] = SENT_OUT
    stages: frozenset[ReviewStage] = frozenset(ReviewStage)
    grades: frozenset[CaseGrade] = frozenset(CaseGrade)
    """A referral without a grade counts as ``CaseGrade.ORDINARY``."""
    anonymous: bool = True
    """Applies also where the petitioner cannot be reached."""
    lapses: bool = False
    """A right that ends with its period, not a duty that can be overdue."""
    petitioner_side: bool = False
    """The petitioner's own period: always rolled past rest days, and the postmark's day counts."""
    extension: ExtensionRule | None = None
    tenants: Tenants | None = None
    """Codes of the owing tenants for which it holds; None: for all. Internal rules only."""


class RuleKind(Labelled):
    LAW = "law", "法规"
    """A ceiling: nobody may loosen it. One at a time holds in a jurisdiction."""
    SPECIAL = "special", "专项规定"
    """Holds beside the law for what it names (simplified procedure)."""
    INTERNAL = "internal", "内部规定"
    """Holds where a county has adopted it, and may only tighten."""


class RuleSet(Part, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A regulation with its rules. It holds for items received from ``since`` to ``until``, both included."""

    id: Text
    name: Text
    """The title in its marks, e.g. ``《信访工作条例》``."""
    kind: RuleKind
    jurisdiction: Text
    """``CN``, or the division code of the county whose own order it is."""
    since: date
    until: date | None = None
    roll_forward: bool = True
    """A last day that is a rest day moves to the next working day; the nominal day is kept beside it."""
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class LocalHoliday(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day off of the county, or of some of its tenants (《全国年节及纪念日放假办法》第四条)."""

    day: date
    name: Text
    tenants: Tenants | None = None


class Warnings(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which share of a period, in percent, its owner is warned; and how many days after its end who is told."""

    tenants: Tenants | None = None
    shares: Annotated[tuple[Share, Share, Share], Meta(description="ascending")] = (50, 75, 85)
    head_after_days: Annotated[int, Meta(ge=0, le=60)] = 0
    """Days past the due date after which the owning tenant's head is told; 0: on the first overdue day."""
    county_after_days: Annotated[int, Meta(ge=0, le=60)] = 3
    """Days past the due date after which the county office is told."""


class Regime(State, frozen=True, kw_only=True):
    """What a county has set for its clocks. One per county; its absence means the law alone."""

    fact_type: ClassVar[str] = "deadlines.regime.v1"

    county: str
    rule_sets: list[RuleSet] = []
    """The internal sets in force in the county: adopted ones and its own, whole."""
    holidays: list[LocalHoliday] = []
    warnings: list[Warnings] = []
    """The first whose ``tenants`` hold the owner applies; the defaults of ``Warnings`` where none does."""
    office_duties: list[OfficeDuty] = []
    """What the offices of the county owe in every month, quarter or year."""
    digest_hour: Annotated[int, Meta(ge=0, le=23)] = 8
    """The hour, Asia/Shanghai, at which the morning's reminders are made."""
    hotline_extension_percent: Annotated[int, Meta(ge=0, le=100)] = 2
    """The yearly share of hotline orders that may be extended before the indicator alarms."""
    count_not_due: bool = False
    """Whether the on-time rate counts what is not yet due in its denominator."""
    rating_window_days: Annotated[int, Meta(ge=1, le=366)] = 30
    """Days after a side may be rated within which a rating counts; an item that got none then counts as not rated."""
    group_visit_size: Annotated[int, Meta(ge=2, le=1000)] = 5
    """Visitors from which a visit is a group's (集体访)."""
    rising_percent: Annotated[int, Meta(ge=1, le=1000)] = 50
    """By how much more than the mean of the spans before must have come of what is told to rise (苗头)."""
    rising_least: Annotated[int, Meta(ge=1, le=1000)] = 3
    """How many must have come at least."""
    rising_spans: Annotated[int, Meta(ge=1, le=12)] = 4
    """With how many spans before it one is compared."""

    @property
    def aggregate_id(self) -> str:
        return self.county

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class LoadRegime(Command, frozen=True, kw_only=True):
    """Sets the county's regime whole; open clocks are counted anew. A rule that would loosen the law is refused."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "load_regime"

    regime: Regime
