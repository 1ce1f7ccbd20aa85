"""Roster: who receives visitors on which day."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import EVERYBODY, Command, Part, State


class DutyTurn(Part, frozen=True, kw_only=True):
    """A leader's turn in the week."""

    weekday: Annotated[int, Meta(ge=1, le=7)]
    """ISO weekday: 1 Monday, 7 Sunday."""
    leader: str
    post: str
    place: str
    hours: str
    """As people read it, e.g. ``08:30-11:30``."""
    phone: str | None = None


class DutyTable(State, frozen=True, kw_only=True):
    """The weekly table of one tenant."""

    fact_type: ClassVar[str] = "roster.table.v1"

    tenant: str
    turns: list[DutyTurn]

    @property
    def aggregate_id(self) -> str:
        return self.tenant

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class DutyNote(State, frozen=True, kw_only=True):
    """Which leader was on duty, at the tenant that registered it, on the day a petition was registered."""

    fact_type: ClassVar[str] = "roster.duty_note.v1"

    petition_id: str
    tenant: str
    on: date
    turn: DutyTurn | None
    """None: nobody stood in the table for that day."""

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class LoadDutyTables(Command, frozen=True, kw_only=True):
    """The weekly tables of all tenants of a county; a tenant left out has nobody on duty."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "load_duty_tables"

    tables: list[DutyTable]
