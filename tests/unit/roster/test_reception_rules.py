"""Who is checked a week before, how long a group has, and how many of it come in."""

from datetime import date

import pytest

from services.common.errors import InvalidInput
from services.contracts.receptions import BookingWay
from services.roster.reception_rules import RULES, is_checked_first, representatives_of, slots_for

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("way", "day", "first"),
    [
        (BookingWay.CLERK, date(2026, 12, 8), True),
        (BookingWay.CLERK, date(2026, 12, 7), False),
        (BookingWay.PHONE, date(2026, 12, 20), True),
        (BookingWay.EMAIL, date(2026, 12, 8), True),
        (BookingWay.EMAIL, date(2026, 12, 7), False),
        (BookingWay.ONLINE, date(2026, 12, 2), True),
        (BookingWay.DEFERRED, date(2026, 12, 20), False),
        (BookingWay.WALK_IN, TODAY, False),
    ],
)
def test_a_week_before_and_online_the_office_decides_first(way: BookingWay, day: date, first: bool) -> None:
    assert RULES.precheck_days == 7
    assert is_checked_first(way=way, day=day, today=TODAY) is first


def test_a_group_has_more_slots_but_not_more_than_there_are() -> None:
    assert [slots_for(people=people, most=8) for people in (1, 4, 5, 40)] == [1, 1, 2, 2]
    assert slots_for(people=5, most=1) == 1
    assert slots_for(people=5, most=0) == 1


def test_of_a_group_at_most_five_come_in_by_the_law() -> None:
    assert representatives_of(people=1, given=None, on=TODAY) is None
    assert representatives_of(people=5, given=None, on=TODAY) is None
    assert representatives_of(people=30, given=None, on=TODAY) == 5
    assert representatives_of(people=30, given=3, on=TODAY) == 3
    with pytest.raises(InvalidInput, match=r"第二十条第三款.*不得超过 5 人"):
        representatives_of(people=30, given=6, on=TODAY)
    with pytest.raises(InvalidInput, match="不能多于 2 人"):
        representatives_of(people=2, given=3, on=TODAY)
