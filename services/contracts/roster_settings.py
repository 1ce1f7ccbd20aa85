"""What a tenant's roster rests on: its rules and its quotas, each whole."""

from typing import ClassVar

from services.contracts.base import EVERYBODY, Part, State
from services.contracts.roster_rules import (
    Quota,
    ServiceRule,
)


class RosterQuotas(State, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "roster.quotas.v1"

    tenant: str
    quotas: list[Quota]

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class LoadedProfile(Part, frozen=True, kw_only=True):
    """What the county profile named when it was loaded last; the office may have changed things since."""

    digest: str
    """SHA-256 of what it said of the tenant, in hexadecimal."""
    members: list[str]
    """Ids; who is left out of the next profile ends his service."""
    rules: list[str]
    """Ids, likewise."""


class RosterRules(State, frozen=True, kw_only=True):
    """All regular services of one tenant, ended ones too."""

    fact_type: ClassVar[str] = "roster.rules.v1"

    tenant: str
    rules: list[ServiceRule]
    loaded: LoadedProfile | None = None

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY
