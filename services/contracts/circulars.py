"""Circulars (通报): what the county office tells everybody about a period. Deadlines numbers and keeps them."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Command, Labelled, Part, State

Line = Annotated[str, Meta(max_length=2000)]
MONTHS_A_YEAR = 12


class PeriodKind(Labelled):
    """How often there is a circular: monthly, quarterly, half-yearly, yearly."""

    MONTH = "MONTH", "月"
    QUARTER = "QUARTER", "季度"
    HALF_YEAR = "HALF_YEAR", "半年"
    YEAR = "YEAR", "年"

    @property
    def months(self) -> int:
        return {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}[self]


class ReportingPeriod(Part, frozen=True, kw_only=True, order=True):
    """A month, quarter, half-year or year. ``number`` counts within the year from 1; of a year it is 1.

    Raises ``ValueError`` for a number that the year does not have.
    """

    kind: PeriodKind
    year: Annotated[int, Meta(ge=2000, le=2100)]
    number: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self._a_year:
            raise ValueError(f"a year has no {self.kind} {self.number}")

    @property
    def _a_year(self) -> int:
        return MONTHS_A_YEAR // self.kind.months

    @property
    def first(self) -> date:
        return date(self.year, (self.number - 1) * self.kind.months + 1, 1)

    @property
    def last(self) -> date:
        following = self.number * self.kind.months
        return date(self.year + following // MONTHS_A_YEAR, following % MONTHS_A_YEAR + 1, 1) - timedelta(days=1)

    @property
    def previous(self) -> "ReportingPeriod":
        """The period just before, for 环比."""
        if self.number > 1:
            return ReportingPeriod(kind=self.kind, year=self.year, number=self.number - 1)
        return ReportingPeriod(kind=self.kind, year=self.year - 1, number=self._a_year)

    @property
    def last_year(self) -> "ReportingPeriod":
        """The same period of the year before, for 同比."""
        return ReportingPeriod(kind=self.kind, year=self.year - 1, number=self.number)

    @property
    def label(self) -> str:
        """As people say it: ``2026年6月``, ``2026年第二季度``, ``2026年上半年``, ``2026年``."""
        names = {
            PeriodKind.MONTH: f"{self.number}月",
            PeriodKind.QUARTER: f"第{'一二三四'[(self.number - 1) % 4]}季度",
            PeriodKind.HALF_YEAR: "上半年" if self.number == 1 else "下半年",
            PeriodKind.YEAR: "",
        }
        return f"{self.year}年{names[self.kind]}"

    def holds(self, day: date | None) -> bool:
        if day is None:
            return False
        first, last = _days(self)
        return first <= day <= last


@lru_cache(maxsize=64)
def _days(period: ReportingPeriod) -> tuple[date, date]:
    """Kept, because an indicator asks once for each case."""
    return period.first, period.last


class CircularTable(Part, frozen=True, kw_only=True):
    title: Line
    columns: list[Line]
    rows: list[list[Line]]
    note: Line | None = None


class CircularSection(Part, frozen=True, kw_only=True):
    heading: Line
    paragraphs: list[Line]
    tables: list[CircularTable] = []


class Circular(State, frozen=True, kw_only=True):
    """One issued circular, frozen as it was issued. It holds numbers and names of units, no case and no person."""

    fact_type: ClassVar[str] = "deadlines.circular.v1"

    id: str
    number: str
    """``洛南县信通〔2026〕1号``: the place in the year's series, which has no gaps."""
    year: int
    """Of the series: the year of issue."""
    sequence: int
    period: ReportingPeriod
    title: str
    issuer: str
    """In whose name it goes out: the office, the two general offices, or committee and government."""
    office: str
    """Code of the tenant that issued it."""
    computed_at: datetime
    """The instant of which its numbers tell."""
    sections: list[CircularSection]
    remarks: str | None
    issued_on: date
    issued_by: ActorRef
    withdrawn_on: date | None = None
    withdrawn_because: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class IssueCircular(Command, frozen=True, kw_only=True):
    """Issues what the gateway computed from the view for the actor, word for word."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "issue_circular"

    period: ReportingPeriod
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    issuer: Annotated[str, Meta(min_length=1, max_length=200)]
    computed_at: datetime
    sections: Annotated[list[CircularSection], Meta(min_length=1, max_length=20)]
    remarks: Annotated[str, Meta(max_length=5000)] | None = None


class WithdrawCircular(Command, frozen=True, kw_only=True):
    """Takes a circular back. It keeps its number, and is shown as withdrawn."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "withdraw_circular"

    circular_id: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
