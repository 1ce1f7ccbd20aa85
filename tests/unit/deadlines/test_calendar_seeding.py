"""The days that seed the calendar: whole, firm where a notice is out, computed and said to be so where none is."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.common.known_calendar import COMPUTED, NOTICES, horizon, known_days
from services.common.workdays import Calendar, CalendarDay, DayKind, calendar_of, due
from services.contracts.deadlines import Unit
from services.deadlines.seeding import _replaces

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def seeded() -> Calendar:
    return calendar_of(known_days(last_year=horizon()))


def working(calendar: Calendar, year: int, *, weekend: bool) -> set[str]:
    """Weekend days of the year that are worked, or weekdays that are not, as ``MM-DD``."""
    return {
        f"{day:%m-%d}"
        for day in calendar.days
        if day.year == year and (day.isoweekday() > 5) == weekend and calendar.is_workday(day) == weekend
    }


def test_every_day_from_2004_to_the_horizon_is_there(seeded: Calendar) -> None:
    days = sorted(seeded.days)
    assert days[0] == date(2004, 1, 1)
    assert days[-1] == date(horizon(), 12, 31)
    assert len(days) == (days[-1] - days[0]).days + 1


def test_a_ninety_day_period_from_today_lies_inside(seeded: Calendar) -> None:
    assert max(seeded.days) > date.today() + timedelta(days=365)  # noqa: DTZ011 - guards the horizon as years pass


def test_2026_is_as_its_notice_says(seeded: Calendar) -> None:
    assert working(seeded, 2026, weekend=True) == {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}
    assert working(seeded, 2026, weekend=False) == {
        *("01-01", "01-02"),
        *(f"02-{day}" for day in (16, 17, 18, 19, 20, 23)),
        *("04-06", "05-01", "05-04", "05-05", "06-19", "09-25"),
        *(f"10-{day:02}" for day in (1, 2, 5, 6, 7)),
    }


def test_the_days_of_2020_that_were_changed_in_mid_holiday_are_the_changed_ones(seeded: Calendar) -> None:
    """The Spring Festival break was lengthened to 2 February after it had begun."""
    assert [seeded.is_workday(date(2020, 1, 31) + timedelta(days=n)) for n in range(4)] == [False, False, False, True]


def test_a_december_day_that_the_next_years_notice_swapped_is_known(seeded: Calendar) -> None:
    assert seeded.is_workday(date(2018, 12, 29))
    assert seeded.day(date(2018, 12, 31)) == CalendarDay(
        day=date(2018, 12, 31), kind=DayKind.SWAPPED, name="元旦", source=NOTICES, provisional=False
    )


def test_years_with_a_notice_are_firm_and_later_ones_provisional(seeded: Calendar) -> None:
    provisional = {day.day.year for day in seeded.days.values() if day.provisional}
    firm = {day.day.year for day in seeded.days.values() if not day.provisional}
    assert {2004, 2026} <= firm
    assert provisional == set(range(max(firm) + 1, horizon() + 1))
    assert not firm & provisional


def test_a_year_without_notice_rests_on_its_statutory_days(seeded: Calendar) -> None:
    day = max(seeded.days).replace(month=10, day=1)
    assert seeded.day(day) == CalendarDay(
        day=day, kind=DayKind.HOLIDAY, name="国庆节", source=COMPUTED, provisional=True
    )
    assert not any(each.kind is DayKind.MAKEUP for each in seeded.days.values() if each.provisional)


def test_an_item_accepted_in_late_2026_is_due_provisionally(seeded: Calendar) -> None:
    found = due(start=date(2026, 12, 3), length=60, unit=Unit.CALENDAR_DAYS, calendar=seeded, roll_forward=True)
    assert found.nominal == date(2027, 2, 1)
    assert found.provisional


def test_counting_clocks_never_asks_the_libraries() -> None:
    """A library raises or guesses for a year without notice; what counts clocks knows the table alone."""
    asked = "import sys, services.deadlines.cases; print({'chinese_calendar', 'holidays'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "set()"


NEW_YEAR = CalendarDay(day=date(2027, 1, 4), kind=DayKind.MAKEUP, name="元旦", source=NOTICES, provisional=False)
GUESSED = CalendarDay(day=date(2027, 1, 4), kind=DayKind.WORKDAY, name=None, source=COMPUTED, provisional=True)
IMPORTED = CalendarDay(
    day=date(2027, 1, 4), kind=DayKind.WORKDAY, name=None, source="国务院办公厅通知", provisional=False
)
OLDER = CalendarDay(
    day=date(2027, 1, 4), kind=DayKind.WORKDAY, name=None, source="chinesecalendar 1.0", provisional=False
)


@pytest.mark.parametrize(
    ("fresh", "stored", "replaced"),
    [
        (NEW_YEAR, None, True),
        (NEW_YEAR, GUESSED, True),
        (NEW_YEAR, OLDER, True),
        (NEW_YEAR, NEW_YEAR, False),
        (NEW_YEAR, IMPORTED, False),
        (GUESSED, NEW_YEAR, False),
        (GUESSED, IMPORTED, False),
        (GUESSED, GUESSED, False),
    ],
)
def test_a_firm_day_replaces_a_guess_and_no_guess_replaces_a_firm_day(
    fresh: CalendarDay, stored: CalendarDay | None, replaced: bool
) -> None:
    assert _replaces(fresh, stored) is replaced
