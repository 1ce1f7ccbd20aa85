"""The days of every reception that the regulations name, by hand on the calendars of 2024 to 2026."""

from datetime import date

import pytest

from services.common.errors import InvalidInput
from services.common.known_calendar import library_calendar
from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest
from services.roster.recurring import check_recurrence, occurrences

CALENDAR = library_calendar()
SKIP, KEEP, PREVIOUS, NEXT = HolidayPolicy.SKIP, HolidayPolicy.KEEP, HolidayPolicy.PREVIOUS, HolidayPolicy.NEXT


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


CASES = [
    # RO-01, RO-16, RO-17: every working day; in February 2026 the 14th and the 28th are made up, 15-23 is off.
    ("every working day", "FREQ=DAILY", SKIP, "2026-02", "2 3 4 5 6 9 10 11 12 13 14 24 25 26 27 28"),
    ("every working day", "FREQ=DAILY", SKIP, "2026-10", "8 9 10 12 13 14 15 16 19 20 21 22 23 26 27 28 29 30"),
    # RO-34: round the clock.
    ("every day", "FREQ=DAILY", KEEP, "2026-02", " ".join(map(str, range(1, 29)))),
    # RO-06: 1st Friday, 3rd Wednesday; the 1st Friday of January, May and October 2026 is off.
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", SKIP, "2026-01", ""),
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", SKIP, "2026-05", ""),
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", NEXT, "2026-05", "6"),
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", NEXT, "2026-10", "8"),
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", SKIP, "2026-03", "6"),
    ("third Wednesday", "FREQ=MONTHLY;BYDAY=3WE", SKIP, "2026-02", ""),
    ("third Wednesday", "FREQ=MONTHLY;BYDAY=3WE", PREVIOUS, "2026-02", "14"),
    ("third Wednesday", "FREQ=MONTHLY;BYDAY=3WE", SKIP, "2026-11", "18"),
    # RO-10: every Wednesday; 30 September 2026 is worked, 7 October is not.
    ("Wednesdays", "FREQ=WEEKLY;BYDAY=WE", SKIP, "2026-09", "2 9 16 23 30"),
    ("Wednesdays", "FREQ=WEEKLY;BYDAY=WE", SKIP, "2026-10", "14 21 28"),
    # RO-08, RO-11: Mondays, and the last Monday of the month.
    ("Mondays", "FREQ=WEEKLY;BYDAY=MO", SKIP, "2026-05", "11 18 25"),
    ("last Monday", "FREQ=MONTHLY;BYDAY=-1MO", SKIP, "2026-11", "30"),
    ("last Monday", "FREQ=MONTHLY;BYDAY=-1MO", SKIP, "2025-10", "27"),
    # RO-12: the 5th, 15th, 25th, one day earlier where it is a holiday: 5 April 2026 lies in 清明 (4-6 off), the 25th is
    # a Saturday, and 5 May comes before its holiday (1-5 off).
    ("days ending in 5", "FREQ=MONTHLY;BYMONTHDAY=5,15,25", PREVIOUS, "2026-04", "3 15 24 30"),
    ("days ending in 5", "FREQ=MONTHLY;BYMONTHDAY=5,15,25", PREVIOUS, "2026-02", "5 14 25"),
    ("days ending in 5", "FREQ=MONTHLY;BYMONTHDAY=5,15,25", PREVIOUS, "2026-10", "15 23"),
    # RO-13: the secretary on the 15th, the head on the 25th.
    ("the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", NEXT, "2026-02", "24"),
    ("the 25th", "FREQ=MONTHLY;BYMONTHDAY=25", NEXT, "2026-09", "28"),
    # RO-14: city leaders Tuesday and Wednesday, townships and departments Thursday and Friday.
    ("Tuesday, Wednesday", "FREQ=WEEKLY;BYDAY=TU,WE", SKIP, "2026-06", "2 3 9 10 16 17 23 24 30"),
    ("Thursday, Friday", "FREQ=WEEKLY;BYDAY=TH,FR", SKIP, "2026-06", "4 5 11 12 18 25 26"),
    # RO-15: Friday of the first week; hospital leaders monthly.
    ("Friday of the first week", "FREQ=MONTHLY;BYDAY=1FR", SKIP, "2024-11", "1"),
    # The collisions of 2024 and 2025.
    ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", SKIP, "2024-05", ""),
    ("Wednesdays", "FREQ=WEEKLY;BYDAY=WE", SKIP, "2025-10", "15 22 29"),
    ("every working day", "FREQ=DAILY", SKIP, "2024-02", "1 2 4 5 6 7 8 9 18 19 20 21 22 23 26 27 28 29"),
]


@pytest.mark.parametrize(("name", "rrule", "holiday", "month", "expected"), CASES)
def test_the_days_of_a_month(name: str, rrule: str, holiday: HolidayPolicy, month: str, expected: str) -> None:
    assert days(rrule, month, holiday) == expected


@pytest.mark.parametrize(
    ("month", "expected"),
    # 15 February 2026 is in 春节; 20 September 2026 is worked for 国庆, and is a Sunday all the same.
    [("2026-02", ""), ("2026-03", "15"), ("2026-09", "20"), ("2026-11", "15")],
)
def test_a_sunday_by_design_stops_for_holidays_alone(month: str, expected: str) -> None:
    assert days("FREQ=MONTHLY;BYDAY=3SU", month, SKIP, Rest.HOLIDAYS) == expected


def test_a_campaign_ends_with_its_phase() -> None:
    found = occurrences(
        recurrence=Recurrence(rrule="FREQ=DAILY"),
        since=date(2026, 5, 5),
        until=date(2026, 5, 9),
        calendar=CALENDAR,
        first=date(2026, 5, 1),
        last=date(2026, 5, 31),
    )
    assert [str(each.day) for each in found] == ["2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09"]


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


@pytest.mark.parametrize("rrule", ["FREQ=MONTHLY;BYDAY=9XX", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;BYHOUR=9"])
def test_what_is_no_rule_of_days_is_refused(rrule: str) -> None:
    with pytest.raises(InvalidInput):
        check_recurrence(Recurrence(rrule=rrule))
