"""Reporting periods: where they begin and end, and what they are compared with."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.circulars import PeriodKind, ReportingPeriod


def period(kind: PeriodKind, year: int, number: int = 1) -> ReportingPeriod:
    return ReportingPeriod(kind=kind, year=year, number=number)


@pytest.mark.parametrize(
    ("of", "first", "last", "label"),
    [
        (period(PeriodKind.MONTH, 2026, 2), "2026-02-01", "2026-02-28", "2026年2月"),
        (period(PeriodKind.MONTH, 2028, 2), "2028-02-01", "2028-02-29", "2028年2月"),
        (period(PeriodKind.MONTH, 2026, 12), "2026-12-01", "2026-12-31", "2026年12月"),
        (period(PeriodKind.QUARTER, 2026, 2), "2026-04-01", "2026-06-30", "2026年第二季度"),
        (period(PeriodKind.QUARTER, 2026, 4), "2026-10-01", "2026-12-31", "2026年第四季度"),
        (period(PeriodKind.HALF_YEAR, 2026, 1), "2026-01-01", "2026-06-30", "2026年上半年"),
        (period(PeriodKind.HALF_YEAR, 2026, 2), "2026-07-01", "2026-12-31", "2026年下半年"),
        (period(PeriodKind.YEAR, 2026), "2026-01-01", "2026-12-31", "2026年"),
    ],
)
def test_a_period_has_its_days_and_its_name(of: ReportingPeriod, first: str, last: str, label: str) -> None:
    assert (str(of.first), str(of.last), of.label) == (first, last, label)


def test_the_first_period_of_a_year_follows_the_last_of_the_year_before() -> None:
    assert period(PeriodKind.MONTH, 2026, 1).previous == period(PeriodKind.MONTH, 2025, 12)
    assert period(PeriodKind.QUARTER, 2026, 1).previous == period(PeriodKind.QUARTER, 2025, 4)
    assert period(PeriodKind.HALF_YEAR, 2026, 2).previous == period(PeriodKind.HALF_YEAR, 2026, 1)
    assert period(PeriodKind.YEAR, 2026).previous == period(PeriodKind.YEAR, 2026).last_year
    assert period(PeriodKind.MONTH, 2026, 6).last_year == period(PeriodKind.MONTH, 2025, 6)


@given(st.sampled_from(PeriodKind), st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_day_lies_in_exactly_one_period_of_a_kind_and_periods_touch(kind: PeriodKind, day: date) -> None:
    of_year = [period(kind, day.year, number) for number in range(1, 12 // kind.months + 1)]
    (held,) = [one for one in of_year if one.holds(day)]
    assert held.previous.last + timedelta(days=1) == held.first


@pytest.mark.parametrize(
    ("kind", "number"), [("MONTH", 13), ("QUARTER", 5), ("HALF_YEAR", 3), ("YEAR", 2), ("MONTH", 0)]
)
def test_a_period_that_there_is_not_is_refused_when_read(kind: str, number: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"kind": kind, "year": 2026, "number": number}, ReportingPeriod)


def test_a_period_holds_no_missing_day() -> None:
    assert not period(PeriodKind.YEAR, 2026).holds(None)
