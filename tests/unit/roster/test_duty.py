"""Who is on duty is decided by the weekday of the legal day; loading tells what it changed and nothing else."""

from datetime import date

import pytest

from services.common.errors import InvalidInput
from services.contracts.roster import DutyTable, DutyTurn
from services.roster.duty import changed_tables, check_tables, turn_on


def turn(weekday: int, leader: str = "演示·甲") -> DutyTurn:
    return DutyTurn(weekday=weekday, leader=leader, post="局长", place="接待室", hours="08:30-12:00")


MONDAY_AND_SUNDAY = DutyTable(tenant="xfj", turns=[turn(1, "演示·甲"), turn(7, "演示·乙")])


@pytest.mark.parametrize(
    ("day", "leader"),
    [
        (date(2026, 11, 23), "演示·甲"),  # a Monday
        (date(2026, 11, 29), "演示·乙"),  # a Sunday
        (date(2026, 11, 24), None),
    ],
)
def test_the_turn_follows_the_weekday(day: date, leader: str | None) -> None:
    found = turn_on(MONDAY_AND_SUNDAY, day)
    assert (found.leader if found else None) == leader


def test_nobody_is_on_duty_without_a_table() -> None:
    assert turn_on(None, date(2026, 11, 23)) is None


def test_only_what_differs_is_changed() -> None:
    zrzy, jw = DutyTable(tenant="zrzy", turns=[turn(1)]), DutyTable(tenant="jw", turns=[turn(2)])
    moved = DutyTable(tenant="jw", turns=[turn(3)])
    assert changed_tables(stored={"zrzy": zrzy, "jw": jw}, wanted=[moved, zrzy]) == [moved]
    assert changed_tables(stored={}, wanted=[zrzy, jw]) == [zrzy, jw]
    assert changed_tables(stored={"zrzy": zrzy, "jw": jw}, wanted=[zrzy, jw]) == []


def test_a_tenant_left_out_has_nobody_on_duty_and_is_emptied_once() -> None:
    zrzy, empty = DutyTable(tenant="zrzy", turns=[turn(1)]), DutyTable(tenant="zrzy", turns=[])
    assert changed_tables(stored={"zrzy": zrzy}, wanted=[]) == [empty]
    assert changed_tables(stored={"zrzy": empty}, wanted=[]) == []


def test_two_tables_of_one_tenant_are_refused() -> None:
    with pytest.raises(InvalidInput, match="单位 xfj 的值班表出现了 2 次"):
        check_tables([MONDAY_AND_SUNDAY, MONDAY_AND_SUNDAY])


def test_two_leaders_on_one_day_are_refused() -> None:
    with pytest.raises(InvalidInput, match="单位 xfj 星期 1 有 2 名值班领导"):
        check_tables([DutyTable(tenant="xfj", turns=[turn(1), turn(1, "演示·乙")])])
