"""What a county has set for its register: how it is reached, whom it serves, its own classes and limits."""

from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import TenantKind
from services.contracts.base import EVERYBODY, Command, Part, State
from services.contracts.intake import Nature

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Code = Annotated[str, Meta(min_length=1, max_length=60)]


class SmallGroup(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stricter limit for groups up to a size: a province's own, e.g. 3 of up to 10 (浙江)."""

    up_to: Annotated[int, Meta(ge=1)]
    most: Annotated[int, Meta(ge=1)]


class Representation(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many representatives a group may send in. The law's own bound stands with the law and is never exceeded."""

    most: Annotated[int, Meta(ge=1)]
    small_groups: list[SmallGroup] = []
    basis: Text


class LocalKind(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class of content that a tenant counts by, and the nature that it has by law (IN-14, IN-37)."""

    code: Code
    name: Text
    nature: Nature


class OpenHours(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    weekday: Annotated[int, Meta(ge=1, le=7)]
    """ISO weekday: 1 Monday, 7 Sunday."""
    hours: Annotated[str, Meta(pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}(,\d{2}:\d{2}-\d{2}:\d{2})*$")]


class TenantDesk(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tenant's register as the public knows it: Art. 18."""

    tenant: Code
    address: Text | None = None
    postcode: Annotated[str, Meta(pattern=r"^\d{6}$")] | None = None
    phone: Text | None = None
    email: Text | None = None
    website: Text | None = None
    hours: list[OpenHours] = []
    """Empty: not told. Online is always open."""
    scope: Text | None = None
    """What may be brought here (受理范围)."""
    local_kinds: list[LocalKind] = []
    takes_online: bool = False
    """The public page offers it as an addressee."""


class IntakeRules(State, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "intake.rules.v1"

    county: str
    representation: Representation | None = None
    """None: as the law says."""
    draft_days: Annotated[int, Meta(ge=1, le=90)] = 30
    """How long a citizen's draft is kept."""
    desks: list[TenantDesk] = []

    @property
    def aggregate_id(self) -> str:
        return self.county

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

    def desk(self, tenant: str) -> TenantDesk | None:
        return next((desk for desk in self.desks if desk.tenant == tenant), None)

    def takes_online(self, tenant: str, kind: TenantKind) -> bool:
        """Whether it takes what comes online; while the county has set no desk, its office does."""
        desk = self.desk(tenant)
        return desk.takes_online if desk is not None else not self.desks and kind is TenantKind.COUNTY


class LoadIntakeRules(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "load_intake_rules"

    rules: IntakeRules
