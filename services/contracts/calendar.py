"""The working calendar as far as no library knows it: the days of holiday notices that were imported."""

from datetime import date
from typing import ClassVar

from services.contracts.base import EVERYBODY, Part, State


class ToldDay(Part, frozen=True, kw_only=True):
    day: date
    kind: str
    """A ``DayKind``."""
    name: str | None
    source: str
    provisional: bool


class CalendarYear(State, frozen=True, kw_only=True):
    """Every day of one year as deadlines counts it, told where it is not what the libraries say."""

    fact_type: ClassVar[str] = "deadlines.calendar.v1"

    year: int
    days: list[ToldDay]

    @property
    def aggregate_id(self) -> str:
        return str(self.year)

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY
