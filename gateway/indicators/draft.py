"""The parts of a drafted circular: who issues it, text, and tables whose numbers open into their lists."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from gateway.indicators.comparing import Compared
from gateway.indicators.figures import Entry, Indicator
from services.contracts.circulars import CircularSection, CircularTable, PeriodKind, ReportingPeriod
from services.contracts.directory import Organisation


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    entries: tuple[Entry, ...] | None = None
    """The list behind a number; None in a cell of mere text."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    columns: list[str]
    rows: list[list[Cell]]
    note: str | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    heading: str
    paragraphs: list[str]
    tables: list[Table] = []


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    period: ReportingPeriod
    title: str
    issuer: str
    computed_at: datetime
    sections: list[Section]

    def frozen(self) -> list[CircularSection]:
        """As it goes out: the words and numbers, without the lists."""
        return [
            CircularSection(
                heading=section.heading,
                paragraphs=section.paragraphs,
                tables=[
                    CircularTable(
                        title=table.title,
                        columns=table.columns,
                        rows=[[cell.text for cell in row] for row in table.rows],
                        note=table.note,
                    )
                    for table in section.tables
                ],
            )
            for section in self.sections
        ]


def county_of(office: Organisation) -> str:
    """``洛南县信访局`` -> ``洛南县``: what stands before the office's short name."""
    return office.name.removesuffix(office.short_name) or office.name


def issuer(kind: PeriodKind, office: Organisation) -> str:
    """In whose name it goes out: the office, the two general offices, or committee and government."""
    county = county_of(office)
    if kind is PeriodKind.MONTH:
        return office.name
    if kind is PeriodKind.QUARTER:
        return f"中共{county}委办公室、{county}人民政府办公室"
    return f"中共{county}委、{county}人民政府"


def words(text: str) -> Cell:
    return Cell(text=text)


def number(entries: Iterable[Entry]) -> Cell:
    """How many there are, opening into them."""
    held = tuple(entries)
    return Cell(text=str(len(held)), entries=held)


def value(indicator: Indicator) -> Cell:
    """The value, opening into the numerator."""
    return Cell(text=indicator.value_text, entries=indicator.numerator)


def numbers_table(title: str, figures: Sequence[Compared], *, note: str | None = None) -> Table:
    """One row for each indicator: its value with what it is made of, and how it moved."""
    return Table(
        title=title,
        columns=["指标", "本期", "分子", "分母", "环比", "同比"],
        rows=[
            [
                words(one.now.name),
                value(one.now),
                number(one.now.numerator),
                number(one.now.denominator),
                words(one.to_previous),
                words(one.to_last_year),
            ]
            for one in figures
        ],
        note=note,
    )


def buckets_table(title: str, kind: str, compared: Compared, *, note: str | None = None) -> Table:
    """One row for each bucket that is not empty, and their sum, beside the other two periods."""
    rows = []
    for bucket in compared.now.buckets:
        before = [
            len(found.entries) if (found := other.bucket(bucket.name)) else 0
            for other in (compared.previous, compared.last_year)
        ]
        if bucket.entries or any(before):
            rows.append([words(bucket.name), number(bucket.entries), *(words(str(size)) for size in before)])
    total = [
        words("合计"),
        value(compared.now),
        words(compared.previous.value_text),
        words(compared.last_year.value_text),
    ]
    return Table(title=title, columns=[kind, "本期", "上期", "上年同期"], rows=[*rows, total], note=note)
