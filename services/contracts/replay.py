"""What a service tells of itself again: its newest states and its history, page by page, for a view that is made anew.

Asked by the platform alone. A page begins after the last id of the one before; what is told while pages are read comes
over the bus, as always.
"""

from datetime import datetime
from typing import ClassVar, cast

import msgspec

from services.contracts.base import Command, Part
from services.contracts.topology import SERVICES

PAGE = 500


class ReplayStates(Command, frozen=True, kw_only=True):
    """Answered by a list of ``ToldState``; empty where there are no more."""

    method: ClassVar[str] = "replay_states"

    type: str
    after: str = ""
    limit: int = PAGE


class ReplayHistory(Command, frozen=True, kw_only=True):
    """Of what stands on timelines. Answered by a list of ``ToldAct``; empty where there are no more."""

    method: ClassVar[str] = "replay_history"

    after: str = ""
    limit: int = PAGE


def states_of(service: str, *, type: str, after: str) -> ReplayStates:
    return cast(ReplayStates, _STATES[service](type=type, after=after))


def history_of(service: str, *, after: str) -> ReplayHistory:
    return cast(ReplayHistory, _HISTORY[service](after=after))


_STATES = {
    service: msgspec.defstruct(
        "ReplayStates", [], bases=(ReplayStates,), namespace={"service": service}, frozen=True, kw_only=True
    )
    for service in SERVICES
}
_HISTORY = {
    service: msgspec.defstruct(
        "ReplayHistory", [], bases=(ReplayHistory,), namespace={"service": service}, frozen=True, kw_only=True
    )
    for service in SERVICES
}


class ToldState(Part, frozen=True, kw_only=True, array_like=True):
    """The newest state of an aggregate."""

    id: str
    version: int
    petition: str | None
    state: str
    """As JSON."""


class ToldAct(Part, frozen=True, kw_only=True, array_like=True):
    """A row of a case's timeline."""

    fact_id: str
    petition_id: str
    at: datetime
    act: str
    type: str
    subject: str
    tenant: str
    actor_name: str
    remark: str | None
