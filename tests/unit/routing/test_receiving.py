"""Bodies merge, split and end: nothing new goes to them, and who took over is named (Art. 24)."""

from datetime import timedelta

import pytest

from services.common.errors import InvalidInput
from services.routing.receiving import OrganisationEnded, check_takes, heirs
from tests.unit.routing.made import TODAY
from tests.unit.routing.rules_made import body, directory_of

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
COUNTY = directory_of(
    body("old", until=YESTERDAY, successors=["newer"]),
    body("newer", until=YESTERDAY, successors=["left", "right"]),
    body("left"),
    body("right"),
    body("gone", until=YESTERDAY),
    body("coming", since=TOMORROW, successors=["left"]),
    body("last-day", since=TODAY, until=TODAY),
    body("closed", active=False),
    body("circle", until=YESTERDAY, successors=["circle"]),
)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("left", ["left"]),
        ("last-day", ["last-day"]),
        ("old", ["left", "right"]),
        ("gone", []),
        ("coming", []),
        ("nobody", []),
        ("circle", []),
    ],
)
def test_who_goes_on_with_its_functions(code: str, found: list[str]) -> None:
    assert heirs(code, COUNTY, TODAY) == found


def test_what_has_ended_is_refused_with_the_names_of_those_who_took_over() -> None:
    with pytest.raises(OrganisationEnded, match=r"left单位（left）、right单位（right）承接.*第二十四条") as refused:
        check_takes(code="old", directory=COUNTY, day=TODAY, field="to")
    assert refused.value.field == "to"


def test_what_ended_without_a_successor_is_for_the_county_to_assign() -> None:
    with pytest.raises(OrganisationEnded, match="请报县委、县政府指定"):
        check_takes(code="gone", directory=COUNTY, day=TODAY, field="to")


def test_what_does_not_exist_yet_is_refused_with_its_first_day() -> None:
    with pytest.raises(OrganisationEnded, match=f"自 {TOMORROW} 起设立"):
        check_takes(code="coming", directory=COUNTY, day=TODAY, field="to")


@pytest.mark.parametrize("code", ["nobody", "closed"])
def test_what_is_not_in_the_directory_is_wrong_input(code: str) -> None:
    with pytest.raises(InvalidInput, match="不在本县机构名录中"):
        check_takes(code=code, directory=COUNTY, day=TODAY, field="to")


def test_on_its_last_day_a_body_still_takes() -> None:
    assert check_takes(code="last-day", directory=COUNTY, day=TODAY, field="to").code == "last-day"
