"""Hidden conflicts (矛盾纠纷) that villages and townships look for and list: small ones stay in the village."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, State

Text = Annotated[str, Meta(max_length=2000)]

SEARCH_DUTY = "conflict-search"
"""The office duty of the month (``services.contracts.office``) with which a tenant says that it has searched, also
where it found nothing."""


class ConflictState(Labelled):
    OPEN = "OPEN", "化解中"
    SOLVED = "SOLVED", "已化解"
    RAISED = "RAISED", "已上报"
    """Given to the county office, with what was tried; it or the tenant solves it."""
    TAKEN_BACK = "TAKEN_BACK", "已撤销"


class Conflict(State, frozen=True, kw_only=True):
    """One conflict of the monthly search (排查). It names nobody: who is meant is known where it is handled."""

    fact_type: ClassVar[str] = "routing.conflict.v1"

    id: str
    tenant: str
    place: str
    place_name: str
    category: str | None
    found_on: date
    people: int
    title: str
    description: str
    handler: str
    """Who in the tenant answers for it."""
    state: ConflictState
    raised_on: date | None = None
    tried: str | None = None
    """What was tried before it was raised."""
    ended_on: date | None = None
    """The day on which it was solved or taken back."""
    outcome: str | None = None
    """How it was solved, or why it was taken back."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordConflict(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "record_conflict"

    place: str
    category: Annotated[str, Meta(max_length=100)] | None = None
    found_on: date
    people: Annotated[int, Meta(ge=1, le=100_000)]
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Text
    handler: Annotated[str, Meta(min_length=1, max_length=60)]


class EndConflict(Command, frozen=True, kw_only=True):
    """Solved, raised to the county office, or taken back."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "end_conflict"

    conflict_id: str
    state: ConflictState
    on: date
    outcome: Text
    """How it was solved, what was tried before it is raised, or why it is taken back."""
