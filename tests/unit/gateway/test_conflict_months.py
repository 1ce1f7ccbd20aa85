"""The months of the search for conflicts: where a conflict counts, and whether a township has searched."""

from datetime import date

import pytest

from gateway.conflict_months import ConflictDays, conflict_months, months
from services.common.errors import InvalidInput
from services.contracts.circulars import PeriodKind, ReportingPeriod

TODAY = date(2026, 11, 22)


def month(number: int, year: int = 2026) -> ReportingPeriod:
    return ReportingPeriod(kind=PeriodKind.MONTH, year=year, number=number)


def test_every_month_counts_of_which_a_day_is_asked_for_and_none_of_the_future() -> None:
    found = months(first=date(2025, 11, 30), last=date(2026, 2, 1), today=TODAY)
    assert found == [month(11, 2025), month(12, 2025), month(1), month(2)]
    assert months(first=date(2026, 11, 1), last=date(2027, 3, 1), today=TODAY) == [month(11)]
    assert months(first=date(2026, 12, 1), last=date(2026, 12, 31), today=TODAY) == []


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 2, 1), date(2026, 1, 31)), (date(2024, 10, 31), date(2026, 11, 1))]
)
def test_days_in_the_wrong_order_and_too_many_months_are_refused(first: date, last: date) -> None:
    with pytest.raises(InvalidInput):
        months(first=first, last=last, today=TODAY)
    assert len(months(first=date(2024, 12, 31), last=date(2026, 11, 1), today=TODAY)) == 24


CONFLICTS = [
    ConflictDays("a", date(2026, 8, 31), None, None),
    ConflictDays("a", date(2026, 9, 1), None, date(2026, 9, 30)),
    ConflictDays("a", date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 2)),
    ConflictDays("slj", date(2026, 10, 5), None, None),
]


def test_a_conflict_counts_in_the_months_in_which_it_was_found_raised_and_solved() -> None:
    rows = conflict_months(
        conflicts=CONFLICTS,
        tenants=["a", "b"],
        periods=[month(9), month(10), month(11)],
        recorded={("b", month(10)), ("a", month(11))},
    )
    found = {
        (one.tenant, one.period.number): (one.found, one.solved, one.raised, one.open, one.searched) for one in rows
    }
    assert found == {
        ("a", 9): (2, 1, 0, 2, True),
        ("b", 9): (0, 0, 0, 0, False),
        ("slj", 9): (0, 0, 0, 0, False),
        ("a", 10): (0, 0, 1, 1, False),
        # Nothing found, but the search was recorded as done.
        ("b", 10): (0, 0, 0, 0, True),
        # No township, shown because it found something.
        ("slj", 10): (1, 0, 0, 1, True),
        ("a", 11): (0, 1, 0, 1, True),
        ("b", 11): (0, 0, 0, 0, False),
        ("slj", 11): (0, 0, 0, 1, False),
    }
    assert [one.period.number for one in rows] == sorted(one.period.number for one in rows)
