"""The directory, which routing keeps: who there is in the county, and who answers for what."""

from typing import ClassVar

from services.contracts.actor import TenantKind
from services.contracts.base import EVERYBODY, Command, Part, State


class PlaceRef(Part, frozen=True, kw_only=True):
    code: str
    """Division code: 9 digits a township, 12 a village."""
    name: str


class Organisation(State, frozen=True, kw_only=True):
    """A tenant of the county and what it answers for."""

    fact_type: ClassVar[str] = "routing.organisation.v1"

    code: str
    kind: TenantKind
    name: str
    short_name: str
    number_prefix: str
    """What its petition numbers begin with; unique within the county."""
    superior: str | None
    """Code of the organ above it; none for the county office."""
    responsibilities: list[str]
    places: list[PlaceRef]
    """A township's own place first, then its villages; empty for others."""
    phone: str | None
    active: bool

    @property
    def aggregate_id(self) -> str:
        return self.code

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class LoadDirectory(Command, frozen=True, kw_only=True):
    """The whole directory of a county: what is missing from it becomes inactive, nothing is deleted."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "load_directory"

    organisations: list[Organisation]
