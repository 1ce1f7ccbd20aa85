"""What the regulations want of the grassroots network (``network.toml``): groups, ages, terms, quotas, time limits."""

import tomllib
from datetime import timedelta
from pathlib import Path

import msgspec

from services.contracts.base import Part
from services.contracts.network import ItemLevel, NetworkRole

FILE = Path(__file__).with_name("network.toml")


class InspectorRules(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    group_size: int
    townships: int
    """That a group covers."""
    max_age: int
    """Full years, on the day of appointment."""
    months: int
    """For how long one is seconded at most."""
    basis: str


class OfficerRules(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    most: int
    """At once, of one unit."""
    basis: str


class QuotaRules(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    a_month: int
    """Items that each must send at least."""
    awards_a_year: int
    """How many are proposed for praise."""
    roles: frozenset[NetworkRole]
    basis: str


class LevelRule(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    level: ItemLevel
    acts: NetworkRole | None = None
    """Who acts at it besides the office; None: the office alone."""
    minutes: int
    """Since it has come there."""
    basis: str

    @property
    def limit(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class NetworkRules(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    inspectors: InspectorRules
    officers: OfficerRules
    quota: QuotaRules
    levels: list[LevelRule]
    sends: dict[NetworkRole, ItemLevel]
    """The lowest level to which each may send."""

    def at(self, level: ItemLevel) -> LevelRule:
        return next(rule for rule in self.levels if rule.level is level)


RULES = msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), NetworkRules)
