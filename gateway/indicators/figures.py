"""A number and the lists that it is made of. No number here is stored: each is the length of its list, or follows
from the days that stand in it. A list is sorted into buckets by a function of its entry, so buckets cannot overlap
and nothing can be left out."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import chain

import msgspec

from services.contracts.base import Labelled


class Measure(Labelled):
    COUNT = "COUNT", "件（次）"
    RATE = "RATE", "百分比"
    DAYS = "DAYS", "天"


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that was counted: a case, or a clock, a rating, a supervision of it."""

    case_id: str
    subject_id: str
    tenant: str | None = None
    """Code of the tenant to whose account it goes."""
    due_on: date | None = None
    done_on: date | None = None
    days: int | None = None


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    entries: tuple[Entry, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What a number should reach (``least``) or keep to (``most``)."""

    least: Fraction | None = None
    most: Fraction | None = None

    def missed_by(self, value: Fraction) -> bool:
        return (self.least is not None and value < self.least) or (self.most is not None and value > self.most)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    definition: str
    measure: Measure
    buckets: tuple[Bucket, ...]
    numerator_of: frozenset[str]
    """Names of the buckets that make the numerator."""
    empty: str
    """Why there is no value where the denominator is empty."""
    longest: bool = False
    """Of days: the longest and not the mean."""
    target: Target | None = None

    @property
    def denominator(self) -> tuple[Entry, ...]:
        """All that was looked at, bucket by bucket."""
        return tuple(chain.from_iterable(bucket.entries for bucket in self.buckets))

    @property
    def numerator(self) -> tuple[Entry, ...]:
        return tuple(chain.from_iterable(bucket.entries for bucket in self.buckets if bucket.name in self.numerator_of))

    @property
    def value(self) -> Fraction | None:
        """A number of things, a share of one, or days; None where the denominator is empty."""
        counted = self.numerator
        if self.measure is Measure.COUNT:
            return Fraction(len(counted))
        if self.measure is Measure.RATE:
            whole = sum(len(bucket.entries) for bucket in self.buckets)
            return Fraction(len(counted), whole) if whole else None
        days = [entry.days for entry in counted if entry.days is not None]
        if not days:
            return None
        return Fraction(max(days)) if self.longest else Fraction(sum(days), len(days))

    @property
    def value_text(self) -> str:
        return shown(self.value, self.measure)

    @property
    def alarm(self) -> str | None:
        """What is wrong with the value; None where it keeps to its target or has none."""
        if self.target is None or self.value is None or not self.target.missed_by(self.value):
            return None
        if self.target.least is not None and self.value < self.target.least:
            return f"{self.name} {self.value_text}，未达到 {shown(self.target.least, self.measure)} 的目标"
        return f"{self.name} {self.value_text}，超过 {shown(self.target.most, self.measure)} 的上限"

    def bucket(self, name: str) -> Bucket | None:
        return next((bucket for bucket in self.buckets if bucket.name == name), None)


def shown(value: Fraction | None, measure: Measure) -> str:
    """``93.3%``, ``12``, ``41.5 天``; a dash where there is no value. Halves are rounded up, as people do."""
    if value is None:
        return "—"
    if measure is Measure.COUNT:
        return str(int(value))
    scaled = value * 100 if measure is Measure.RATE else value
    exact = Decimal(scaled.numerator) / Decimal(scaled.denominator)
    text = f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP)}"
    return f"{text}%" if measure is Measure.RATE else f"{text} 天"


def change(now: Fraction | None, before: Fraction | None, measure: Measure) -> str:
    """How a value moved: points of a share, percent of a number, days of days."""
    if now is None or before is None:
        return "无可比数据"
    if now == before:
        return "持平"
    word = "上升" if now > before else "下降"
    by = abs(now - before)
    if measure is Measure.RATE:
        return f"{word} {shown(by, Measure.RATE).removesuffix('%')} 个百分点"
    if measure is Measure.DAYS:
        return f"{word} {shown(by, Measure.DAYS)}"
    return f"{word} {shown(by / before, Measure.RATE)}" if before else f"增加 {int(by)}（基数为 0）"


def sort_into(names: Sequence[str], entries: Iterable[tuple[str, Entry]]) -> tuple[Bucket, ...]:
    """Buckets in the order of ``names``; raises ``KeyError`` for an entry whose bucket is not among them."""
    found: dict[str, list[Entry]] = {name: [] for name in names}
    for name, entry in entries:
        found[name].append(entry)
    return tuple(Bucket(name=name, entries=tuple(held)) for name, held in found.items())


def count(*, code: str, name: str, definition: str, buckets: tuple[Bucket, ...], most: int | None = None) -> Indicator:
    """How many there are; its buckets say of what kinds."""
    return Indicator(
        code=code,
        name=name,
        definition=definition,
        measure=Measure.COUNT,
        buckets=buckets,
        numerator_of=frozenset(bucket.name for bucket in buckets),
        empty="",
        target=None if most is None else Target(most=Fraction(most)),
    )


def rate(
    *,
    code: str,
    name: str,
    definition: str,
    buckets: tuple[Bucket, ...],
    counting: Collection[str],
    empty: str,
    target: Target | None = None,
) -> Indicator:
    """The share of some buckets in all of them."""
    return Indicator(
        code=code,
        name=name,
        definition=definition,
        measure=Measure.RATE,
        buckets=buckets,
        numerator_of=frozenset(counting),
        empty=empty,
        target=target,
    )


def days(
    *, code: str, name: str, definition: str, buckets: tuple[Bucket, ...], empty: str, longest: bool = False
) -> Indicator:
    return Indicator(
        code=code,
        name=name,
        definition=definition,
        measure=Measure.DAYS,
        buckets=buckets,
        numerator_of=frozenset(bucket.name for bucket in buckets),
        empty=empty,
        longest=longest,
    )


def of_tenant(indicator: Indicator, tenant: str) -> Indicator:
    """The part of an indicator that goes to one tenant's account."""
    keep: Callable[[Entry], bool] = lambda entry: entry.tenant == tenant  # noqa: E731
    buckets = tuple(
        Bucket(name=bucket.name, entries=tuple(filter(keep, bucket.entries))) for bucket in indicator.buckets
    )
    return msgspec.structs.replace(indicator, buckets=buckets)
