"""What rises: by which thresholds, in which order, and what is counted."""

from datetime import date

import msgspec
import pytest
from sqlalchemy.dialects import postgresql

from gateway.trends import Count, Trend, TrendKind, counted, risen, span
from services.common.errors import InvalidInput
from services.contracts.rules import Regime

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 8)
REGIME = Regime(county="611021")


def count(now: int, before: int, key: str = "土地", kind: TrendKind = TrendKind.CATEGORY) -> Count:
    return Count(kind=kind, key=key, label=key, now=now, before=before)


def told(*counts: Count, **changes: int) -> list[Trend]:
    return risen(counts, first=FIRST, last=LAST, regime=msgspec.structs.replace(REGIME, **changes))


@pytest.mark.parametrize(
    ("now", "before", "rises"),
    [(3, 0, True), (2, 0, False), (6, 16, True), (5, 16, False), (3, 8, True), (15, 40, True), (14, 40, False)],
)
def test_a_week_is_held_against_the_mean_of_the_four_before(now: int, before: int, rises: bool) -> None:
    assert bool(told(count(now, before))) is rises


def test_the_thresholds_are_the_countys() -> None:
    assert told(count(2, 0), rising_least=2)
    assert not told(count(6, 16), rising_percent=51)
    assert told(count(6, 8), rising_spans=2)
    assert not told(count(6, 9), rising_spans=2)


def test_it_is_said_by_how_much() -> None:
    (found,) = told(count(7, 13))
    assert (found.count, found.mean, found.percent, found.first, found.last) == (7, 3.2, 115, FIRST, LAST)
    (new,) = told(count(4, 0))
    assert (new.mean, new.percent) == (0.0, None)


def test_the_most_striking_comes_first() -> None:
    found = told(count(60, 120, "many"), count(3, 0, "few"), count(9, 4, "nine"))
    assert [each.key for each in found] == ["nine", "many", "few"]
    alike = told(count(3, 0, "b"), count(3, 0, "a"), count(3, 0, "a", TrendKind.PLACE))
    assert [(each.kind, each.key) for each in alike] == [
        (TrendKind.CATEGORY, "a"),
        (TrendKind.CATEGORY, "b"),
        (TrendKind.PLACE, "a"),
    ]


@pytest.mark.parametrize(
    ("first", "last"), [(LAST, FIRST), (date(2026, 1, 1), date(2026, 12, 31)), (date(1, 1, 1), date(1, 1, 2))]
)
def test_days_in_the_wrong_order_or_too_many_are_refused(first: date, last: date) -> None:
    with pytest.raises(InvalidInput):
        span(first, last)


@pytest.mark.parametrize("kind", list(TrendKind))
def test_all_spans_are_counted_of_the_own_county_and_small_numbers_are_left_out(kind: TrendKind) -> None:
    query = counted(kind, county="611021", first=FIRST, last=LAST, regime=REGIME)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    for wanted in ("county_id = '611021'", ">= '2026-02-02'", "<= '2026-03-08'", "HAVING", ">= 3"):
        assert wanted in text
