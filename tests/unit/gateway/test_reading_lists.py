"""What of the roster's states a question for days finds, and by what the database finds it."""

from datetime import date
from typing import Any

import pytest

from gateway import reading_lists
from gateway.reading_lists import Listed
from gateway.rows import roster_row
from services.contracts.roster_base import OnRoster
from tests.unit.gateway.reception_cases import shift, visit

DAY = date(2026, 11, 2)
ONE_DAY = ("SHIFTS", "SUBSTITUTIONS", "POST_ALERTS", "APPOINTMENTS", "DUTY_LOGS", "EVALUATIONS")
SPANS = ("MEMBERS", "ABSENCES", "ANNOUNCEMENTS", "FILINGS", "NETWORK_POSTS", "INFORMATION", "INTERESTS")


def asked(listed: Listed[Any]) -> list[str]:
    return [str(each) for each in listed.touches(DAY, DAY)]


@pytest.mark.parametrize("name", ONE_DAY)
def test_what_is_about_one_day_is_found_by_the_index_of_days_alone(name: str) -> None:
    found = asked(getattr(reading_lists, name))
    assert found == ["gateway_view.roster_entry.day <= :day_1", "gateway_view.roster_entry.day >= :day_1"]


@pytest.mark.parametrize("name", SPANS)
def test_what_goes_on_for_days_is_found_by_its_end(name: str) -> None:
    found = asked(getattr(reading_lists, name))
    assert found == ["gateway_view.roster_entry.day <= :day_1", "gateway_view.roster_entry.last >= :last_1"]


def test_an_appointment_stands_under_its_number_and_nothing_else_does() -> None:
    reception = shift(2)
    visitor = visit(reception, id="0193a1b2-0000-7000-8000-0000deadbeef")
    rows: list[OnRoster] = [visitor, reception]
    assert [roster_row(each)["number"] for each in rows] == ["DEADBEEF", None]
    assert [roster_row(each)["day"] == roster_row(each)["last"] for each in rows] == [True, True]
