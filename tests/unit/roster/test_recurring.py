"""A rule expanded and held against the calendar, by hand on the calendars of 2024 to 2026."""

from datetime import date
from time import process_time

import pytest

from services.common.errors import InvalidInput
from services.common.known_calendar import library_calendar
from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest
from services.roster.recurring import check_recurrence, occurrences

CALENDAR = library_calendar()
KEEP, SKIP, PREVIOUS, NEXT, ONLY = HolidayPolicy


def days(rrule: str, month: str, holiday: HolidayPolicy = SKIP, rest: Rest = Rest.REST_DAYS) -> str:
    """The days of a month, as one reads them on a wall calendar."""
    year, number = map(int, month.split("-"))
    first = date(year, number, 1)
    last = date(year + number // 12, number % 12 + 1, 1).replace(day=1)
    found = occurrences(
        recurrence=Recurrence(rrule=rrule, holiday=holiday, rest=rest),
        since=date(2024, 1, 1),
        until=None,
        calendar=CALENDAR,
        first=first,
        last=date.fromordinal(last.toordinal() - 1),
    )
    return " ".join(str(each.day.day) for each in found)


# What the regulations name stands in the profile's examples (tests/unit/profile/test_roster_examples.py).
CASES = [
    # The 1st Friday of May and October 2026 is off, the 3rd Wednesday of February too.
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", NEXT, "2026-05", "6"),
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", NEXT, "2026-10", "8"),
    ("third Wednesday", "FREQ=MONTHLY;BYDAY=3WE", PREVIOUS, "2026-02", "14"),
    ("every second Monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", KEEP, "2024-01", "1 15 29"),
    ("weekends", "FREQ=WEEKLY;BYDAY=SA,SU", ONLY, "2026-02", "1 7 8 15 21 22"),
]


@pytest.mark.parametrize(("name", "rrule", "holiday", "month", "expected"), CASES)
def test_the_days_of_a_month(name: str, rrule: str, holiday: HolidayPolicy, month: str, expected: str) -> None:
    assert days(rrule, month, holiday) == expected


def test_a_moved_day_says_from_where_and_why() -> None:
    (found,) = occurrences(
        recurrence=Recurrence(rrule="FREQ=MONTHLY;BYMONTHDAY=1", holiday=PREVIOUS),
        since=date(2024, 1, 1),
        until=None,
        calendar=CALENDAR,
        first=date(2026, 4, 28),
        last=date(2026, 4, 30),
    )
    assert (found.day, found.nominal, found.because) == (date(2026, 4, 30), date(2026, 5, 1), "劳动节")


SINCE = date(2026, 2, 1)


@pytest.mark.parametrize("rrule", ["FREQ=MONTHLY;BYDAY=9XX", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;BYHOUR=9"])
def test_what_is_no_rule_of_days_is_refused(rrule: str) -> None:
    with pytest.raises(InvalidInput):
        check_recurrence(Recurrence(rrule=rrule), since=SINCE)


@pytest.mark.parametrize("interval", ["0", "367", "-1", "9" * 100, "A"])
def test_an_interval_that_leads_nowhere_is_refused_before_anything_is_expanded(interval: str) -> None:
    with pytest.raises(InvalidInput, match="1 至 366"):
        check_recurrence(Recurrence(rrule=f"FREQ=DAILY;INTERVAL={interval}"), since=SINCE)


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=200",
        "FREQ=YEARLY;BYWEEKNO=10;BYMONTH=12",
        "FREQ=YEARLY;BYMONTH=13",
        # Only from this first day: every twelfth month is a February.
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30",
    ],
)
def test_a_rule_without_a_day_is_refused(rrule: str) -> None:
    with pytest.raises(InvalidInput, match="没有任何一天"):
        check_recurrence(Recurrence(rrule=rrule), since=SINCE)


def test_a_day_that_never_comes_is_not_looked_for_to_the_end_of_time() -> None:
    begun = process_time()
    with pytest.raises(InvalidInput, match="没有任何一天"):
        check_recurrence(Recurrence(rrule="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), since=SINCE)
    assert process_time() - begun < 8


@pytest.mark.parametrize(
    ("rrule", "since"),
    [
        ("FREQ=YEARLY", date(2024, 2, 29)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", SINCE),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", date(2026, 3, 1)),
        ("FREQ=DAILY;INTERVAL=366", date(1, 1, 1)),
    ],
)
def test_a_rare_day_is_a_day(rrule: str, since: date) -> None:
    check_recurrence(Recurrence(rrule=rrule), since=since)
