"""What every message on the bus is made of: frozen structs, and enumerations that carry their Chinese label."""

from enum import Enum
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
"""Of legal days and of all hours that people name."""

ANYBODY = "*"
"""Among the logins that see a state: whoever sees it by his tenant and role."""

BARRED = "!"
"""Before a login: who is accused sees nothing of it, whatever his tenant and his rights (Art. 30)."""

BARRED_TENANT = "!@"
"""Before the code of a tenant: nobody of it sees it, were it the county office itself."""

EVERYBODY = frozenset({"*"})
"""The audience of what every tenant of the county may know: the directory, the duty tables."""


class Labelled(str, Enum):
    """An enumeration for people and machines: the value travels, the label is read.

    Members are written ``NAME = "NAME", "中文"``.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    def __str__(self) -> str:
        return str(self.value)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state of one aggregate, as a fact carries it.

    Fields that a newer sender added are ignored, so a consumer may be older than its sender.
    """

    fact_type: ClassVar[str]
    """``<service>.<kind>.v<n>``: the routing key below the county, and the end of the CloudEvents type."""

    @property
    def aggregate_id(self) -> str:
        """The id of the aggregate; within one county and type there is one newest version for it."""
        raise NotImplementedError

    @property
    def case_id(self) -> str | None:
        """The petition to which it belongs, on whose timeline its acts stand."""
        return None

    @property
    def on_timeline(self) -> bool:
        """Whether its acts stand on the timeline of ``case_id``."""
        return self.case_id is not None

    @property
    def audience(self) -> frozenset[str]:
        """Codes of the tenants that see it besides the county office; ``EVERYBODY`` for the whole county."""
        return frozenset()

    @property
    def named(self) -> frozenset[str] | None:
        """Logins that alone see it, besides users cleared for accusations; None where it is not restricted.

        ``ANYBODY`` among them stands for all; who stands after ``BARRED`` or ``BARRED_TENANT`` sees it never.
        """
        return None

    @property
    def confined(self) -> bool:
        """Whether it is for named and cleared people only, as an accusation is."""
        return self.named is not None and ANYBODY not in self.named


class OfCase(State, frozen=True, kw_only=True):
    """A state that belongs to one petition, and that nobody sees who may not see the petition."""

    petition_id: str
    restricted_to: list[str] | None = None
    """The petition's ``named``, sorted: who belongs to a case sees it or not, like the case (Art. 30)."""

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a state or of a command that has no life of its own."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks one service to do. A misspelt field is refused, not ignored."""

    service: ClassVar[str]
    """The service that carries it out."""
    method: ClassVar[str]
    """The entry point of that service."""


def builtins(struct: msgspec.Struct) -> Any:
    """The struct as plain JSON types, dates and instants as ISO 8601 text, sets in order so that equal is the same."""
    return msgspec.to_builtins(struct, order="deterministic")
