"""A recurrence is told in the words of the regulations."""

import pytest

from services.common.recurrence_words import sentence
from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest

KEEP, SKIP, PREVIOUS, NEXT, ONLY = HolidayPolicy

SAID = [
    ("FREQ=DAILY", SKIP, Rest.REST_DAYS, "每个工作日"),
    ("FREQ=DAILY", KEEP, Rest.REST_DAYS, "每天"),
    ("FREQ=DAILY", ONLY, Rest.REST_DAYS, "每个休息日"),
    ("FREQ=DAILY", ONLY, Rest.HOLIDAYS, "每个节假日（含调休）"),
    ("FREQ=DAILY", SKIP, Rest.HOLIDAYS, "每天，遇节假日停止一次"),
    ("FREQ=DAILY;INTERVAL=3", KEEP, Rest.REST_DAYS, "每 3 天，节假日照常"),
    ("FREQ=WEEKLY;BYDAY=WE", SKIP, Rest.REST_DAYS, "每周三，遇节假日停止一次"),
    ("FREQ=WEEKLY;BYDAY=TU,WE", NEXT, Rest.REST_DAYS, "每周二、周三，遇节假日顺延到后一个工作日"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", SKIP, Rest.REST_DAYS, "每周一至周五，遇节假日停止一次"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", SKIP, Rest.REST_DAYS, "每 2 周的周六，遇周末和节假日停止一次"),
    ("FREQ=MONTHLY;BYDAY=1FR", SKIP, Rest.REST_DAYS, "每月第一个星期五，遇节假日停止一次"),
    ("FREQ=MONTHLY;BYDAY=3SU", SKIP, Rest.HOLIDAYS, "每月第三个星期日，遇节假日停止一次"),
    ("FREQ=MONTHLY;BYDAY=-1MO", PREVIOUS, Rest.REST_DAYS, "每月最后一个星期一，遇节假日提前到前一个工作日"),
    ("FREQ=MONTHLY;BYDAY=MO", KEEP, Rest.REST_DAYS, "每月的每个星期一，节假日照常"),
    (
        "FREQ=MONTHLY;BYMONTHDAY=5,15,25",
        PREVIOUS,
        Rest.REST_DAYS,
        "每月 5 日、15 日、25 日，遇周末和节假日提前到前一个工作日",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", KEEP, Rest.REST_DAYS, "每月倒数第 1 天，节假日照常"),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", KEEP, Rest.REST_DAYS, "每 3 个月的 10 日，节假日照常"),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=15", KEEP, Rest.REST_DAYS, "每年 5 月 15 日，节假日照常"),
    ("FREQ=MONTHLY;BYMONTH=3,9;BYDAY=1MO", KEEP, Rest.REST_DAYS, "3、9 月每月第一个星期一，节假日照常"),
]


@pytest.mark.parametrize(("rrule", "holiday", "rest", "expected"), SAID)
def test_a_rule_reads_as_people_say_it(rrule: str, holiday: HolidayPolicy, rest: Rest, expected: str) -> None:
    assert sentence(Recurrence(rrule=rrule, holiday=holiday, rest=rest)) == expected


@pytest.mark.parametrize(
    "rrule",
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYYEARDAY=100", "FREQ=MONTHLY;BYDAY=-3FR"],
)
def test_what_has_no_phrase_is_told_as_the_standard_has_it(rrule: str) -> None:
    assert sentence(Recurrence(rrule=rrule, holiday=KEEP)) == f"按 {rrule}，节假日照常"
