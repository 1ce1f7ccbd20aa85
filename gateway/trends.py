"""What rises (CC-05): classes of content, places and matters of which more came in some days than in the spans of as
many days before them. Counted from the view, so each reads of what he sees; what rose is said by a pure function."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from gateway.model import petition
from services.common.errors import InvalidInput
from services.contracts.base import Labelled
from services.contracts.directory import TOWNSHIP_DIGITS
from services.contracts.rules import Regime

LONGEST_DAYS = 92
"""Of a span, so that nobody compares years by mistake."""


class TrendKind(Labelled):
    CATEGORY = "CATEGORY", "内容分类"
    PLACE = "PLACE", "属地乡镇（街道）"
    MATTER = "MATTER", "信访事项"


@dataclass(frozen=True)
class Count:
    """How many came in the span, and in all the spans before it together."""

    kind: TrendKind
    key: str
    """The class, the township's code, or the matter's id."""
    label: str
    """Of a matter the title of its first item in these days; otherwise the key."""
    now: int
    before: int


@dataclass(frozen=True)
class Trend:
    kind: TrendKind
    key: str
    label: str
    count: int
    mean: float
    """Of a span before it."""
    percent: int | None
    """By how much the count is above the mean; None where nothing came before."""
    first: date
    last: date


def span(first: date, last: date) -> timedelta:
    """Raises ``InvalidInput`` for days in the wrong order or too many."""
    if last < first:
        raise InvalidInput(f"起始日期 {first} 晚于截止日期 {last}，请核对", field="from")
    days = (last - first).days + 1
    if days > LONGEST_DAYS:
        raise InvalidInput(f"一次最多比较 {LONGEST_DAYS} 天，请缩短起止日期", field="from")
    if first.year < 2000 or last.year > 2100:
        raise InvalidInput("年份应在 2000 到 2100 之间", field="from")
    return timedelta(days=days)


def counted(kind: TrendKind, *, county: str, first: date, last: date, regime: Regime) -> sa.Select[Any]:
    """Rows ``key, label, now, before`` of what came at least as often as the county's threshold."""
    c = petition.c
    begin = first - span(first, last) * regime.rising_spans
    now, before = (sa.func.count().filter(part) for part in (c.received_on >= first, c.received_on < first))
    keys: dict[TrendKind, sa.ColumnElement[str]] = {
        TrendKind.CATEGORY: c.category,
        # Written out: a bound number would be another expression in GROUP BY.
        TrendKind.PLACE: sa.func.left(c.place, sa.literal_column(str(TOWNSHIP_DIGITS))),
        TrendKind.MATTER: c.matter_id,
    }
    titles = sa.func.array_agg(aggregate_order_by(c.title, c.received_on, c.id), type_=ARRAY(sa.Text))
    key = keys[kind]
    label = titles[1] if kind is TrendKind.MATTER else sa.func.min(key)
    where = [c.county_id == county, c.received_on >= begin, c.received_on <= last, key.is_not(None)]
    if kind is TrendKind.PLACE:
        # A matter of the whole county lies in no township.
        where.append(sa.func.length(c.place) >= TOWNSHIP_DIGITS)
    return (
        sa.select(key.label("key"), label.label("label"), now.label("now"), before.label("before"))
        .where(*where)
        .group_by(key)
        .having(now >= regime.rising_least)
    )


def risen(counts: Iterable[Count], *, first: date, last: date, regime: Regime) -> list[Trend]:
    """What rose by the county's thresholds, the most striking first: that which lies the most standard deviations of
    a count (its root) above its mean."""
    found = []
    for each in counts:
        mean = each.before / regime.rising_spans
        if each.now < regime.rising_least or each.now * 100 < mean * (100 + regime.rising_percent):
            continue
        percent = round((each.now - mean) / mean * 100) if mean else None
        found.append(
            Trend(
                kind=each.kind, key=each.key, label=each.label, count=each.now, mean=round(mean, 1), percent=percent,
                first=first, last=last,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (-(each.count - each.mean) / sqrt(max(each.mean, 1)), each.kind, each.key))
