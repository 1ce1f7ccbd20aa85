"""Who should answer: the county's routing rules, the proposal for each petition, and what was decided.

A proposal is a pure function of petition, rules, directory and model. It never decides: the clerk does.
"""

from datetime import date
from typing import ClassVar

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Command, Labelled, OfCase, Part, State
from services.contracts.directory import Organ
from services.contracts.intake import Nature, Route
from services.contracts.routing import ReferralKind, ReferralRole


class LimitUnit(Labelled):
    CALENDAR_DAYS = "CALENDAR_DAYS", "日"
    WORKING_DAYS = "WORKING_DAYS", "个工作日"


class RoutingRule(Part, frozen=True, kw_only=True):
    """(category x place x nature x accused) -> who, how and by when. Empty lists match everything.

    The most specific rule that matches wins: category before place before nature before accused, a longer path or
    division code before a shorter one; then the higher ``rank``; then the order of the file.
    """

    id: str
    name: str
    basis: str
    """The regulation and article, or the county's own division of work."""
    categories: list[str] = []
    """Paths ``一级/二级/三级``; a shorter path stands for all below it."""
    places: list[str] = []
    """Division codes; a township's stands for its villages."""
    natures: list[Nature] = []
    routes: list[Route] = []
    accused: list[str] = []
    """Codes of accused tenants; ``*`` for any."""
    lead: str
    """Code of a tenant; ``@place`` the township where the matter lies; ``@registrar`` who registered it;
    ``@organ:DISCIPLINE`` the body that is such an organ; ``@outside`` nobody of the county (Art. 23)."""
    unit: str | None = None
    """Unit of the lead."""
    supports: list[str] = []
    kind: ReferralKind
    limit: int | None = None
    """How long until the report that the sender wants; required for 交办."""
    limit_unit: LimitUnit = LimitUnit.CALENDAR_DAYS
    rank: int = 0
    since: date | None = None
    until: date | None = None


class FindingKind(Labelled):
    CONFLICT = "CONFLICT", "规则冲突"
    HOLE = "HOLE", "没有规则覆盖"
    UNREACHABLE = "UNREACHABLE", "规则永不生效"
    UNKNOWN = "UNKNOWN", "引用了不存在的内容"


class Finding(Part, frozen=True, kw_only=True):
    """What is wrong with the rules, found when they are loaded."""

    kind: FindingKind
    rules: list[str]
    message: str
    """In Chinese: what, and what to do."""


class Category(Part, frozen=True, kw_only=True):
    path: str
    """``一级/二级/三级``, at most three levels."""
    words: list[str] = []
    """What people call it."""


class RoutingRules(State, frozen=True, kw_only=True):
    """All of a county's, one aggregate. Shared in the county: no rule is a secret."""

    fact_type: ClassVar[str] = "routing.rules.v1"

    version: str
    """Of the content: the same rules have the same version."""
    loaded_on: date
    categories: list[Category]
    rules: list[RoutingRule]
    findings: list[Finding]
    county_decides_from_return: int | None
    """From this return on, only the county office decides about a case."""

    @property
    def aggregate_id(self) -> str:
        return "rules"

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class Candidate(Part, frozen=True, kw_only=True):
    tenant: str
    role: ReferralRole
    unit: str | None = None
    rule: str | None
    """The id of the rule that names it; None where the model does."""
    why: str
    """One Chinese sentence."""


class Diversion(Part, frozen=True, kw_only=True):
    """What the law orders instead of the petition procedure, with the words for the petitioner."""

    route: Route | None
    organ: Organ | None
    tenant: str | None
    """The body of the directory that is such an organ, if there is one."""
    article: str
    notice: str


class Suggestion(Part, frozen=True, kw_only=True):
    """What a model learned from the county's decided cases. Confidences are in [0, 1]."""

    model: str
    """Version of the model file."""
    category: str | None
    category_confidence: float
    body: str | None
    """Code of a tenant."""
    body_confidence: float
    unsure: bool
    """Below the confidence from which the model may be listened to: then nothing is suggested."""


class Decision(Part, frozen=True, kw_only=True):
    lead: str
    kind: ReferralKind
    followed: bool
    reason: str | None
    on: date
    by: ActorRef


class Proposal(OfCase, frozen=True, kw_only=True):
    """Who should answer this petition, and why. One per petition, computed anew until it is decided."""

    fact_type: ClassVar[str] = "routing.proposal.v1"

    registered_by: str
    petition_number: str
    rules: str | None
    """Version of the rules."""
    rule: str | None
    """The id of the rule that fired; of a diversion that the law orders its own, which begins with ``law.``."""
    lead: Candidate | None
    supports: list[Candidate]
    kind: ReferralKind | None
    due_on: date | None
    why: list[str]
    """Chinese sentences, the deciding one first."""
    runners_up: list[Candidate]
    barred: list[str]
    """Accused tenants that a rule would have named (Art. 30)."""
    diversion: Diversion | None
    suggestion: Suggestion | None
    decision: Decision | None = None
    """The first lead referral that was made; what was decided stands."""

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.registered_by})


class ProposeAnew(Command, frozen=True, kw_only=True):
    """Proposes anew for open petitions that nobody has decided yet, one batch after the other, by id.

    Answers ``{"looked_at": n, "changed": n, "next": id or None}``; ``next`` is the ``after`` of the batch that follows.
    """

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "propose_anew"

    after: str | None = None


class LoadRoutingRules(Command, frozen=True, kw_only=True):
    """All rules of a county, in place of those before. Rules with a finding of UNKNOWN are refused as a whole."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "load_routing_rules"

    categories: list[Category]
    rules: list[RoutingRule]
    county_decides_from_return: int | None = None
