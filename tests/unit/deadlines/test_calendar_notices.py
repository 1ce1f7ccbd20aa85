"""A year's notice as it is published: read wholly, or refused with the place and what to do."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.common.known_calendar import horizon, known_days, statutory_days
from services.common.workdays import Calendar, DayKind, calendar_of
from services.deadlines.notices import BadNotice, Notice, parse_notice

NOTICES = Path(__file__).parent / "notices"
PUBLISHED = [2020, 2021, 2022, 2023, 2024]


def published(year: int) -> Notice:
    return parse_notice((NOTICES / f"{year}.json").read_bytes(), statutory_days=statutory_days)


@pytest.fixture(scope="module")
def seeded() -> Calendar:
    return calendar_of(known_days(last_year=horizon()))


def all_days(years: Iterable[int]) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n)
        for year in years
        for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


def test_every_day_of_2020_to_2024_is_in_the_calendar_as_the_notices_say(seeded: Calendar) -> None:
    """Read here without our parser, so that both cannot err alike."""
    listed: dict[str, bool] = {}
    for year in PUBLISHED:
        for item in json.loads((NOTICES / f"{year}.json").read_text("utf-8"))["days"]:
            listed[item["date"]] = not item["isOffDay"]
    days = all_days(PUBLISHED)
    differing = [day for day in days if seeded.is_workday(day) != listed.get(day.isoformat(), day.isoweekday() <= 5)]
    assert differing == []
    assert len(days) == 1827


@pytest.mark.parametrize("year", PUBLISHED)
def test_a_notice_as_it_is_read_differs_from_the_calendar_in_no_day(year: int, seeded: Calendar) -> None:
    notice = published(year)
    read = calendar_of(notice.days)
    assert set(all_days([year])) <= set(read.days)
    differing = [day for day in read.days if read.is_workday(day) != seeded.is_workday(day)]
    assert differing == []
    assert notice.kept == {}
    assert notice.year == 2020 or not notice.worked_anyway
    assert not any(day.provisional for day in notice.days)


def test_a_december_day_stands_in_the_next_years_notice() -> None:
    eve = date(2022, 12, 31)
    assert calendar_of(published(2022).days).day(eve).kind is DayKind.WEEKEND
    told = calendar_of(published(2023).days)
    assert (told.day(eve).kind, told.day(eve).name) == (DayKind.HOLIDAY, "元旦")
    assert min(told.days) == eve
    assert date(2022, 12, 30) not in told.days


def test_a_holiday_that_was_lengthened_while_it_ran_is_read_as_lengthened() -> None:
    """The notice names the Monday from which work went on, which is no make-up day."""
    notice = published(2020)
    told = calendar_of(notice.days)
    assert notice.worked_anyway == (date(2020, 2, 3),)
    assert told.day(date(2020, 2, 3)).kind is DayKind.WORKDAY
    assert [told.is_workday(date(2020, 1, 31) + timedelta(days=n)) for n in range(4)] == [False, False, False, True]


def test_swapped_days_are_told_from_holidays() -> None:
    told = calendar_of(published(2027).days)
    kinds = {day: told.day(date.fromisoformat(day)).kind for day in ("2027-02-06", "2027-02-11", "2027-02-20")}
    assert kinds == {"2027-02-06": DayKind.HOLIDAY, "2027-02-11": DayKind.SWAPPED, "2027-02-20": DayKind.MAKEUP}
    assert told.day(date(2027, 2, 11)).reason == "春节（调休）"
    assert told.day(date(2027, 3, 6)).kind is DayKind.WEEKEND
    assert told.day(date(2027, 3, 8)).kind is DayKind.WORKDAY
    assert told.day(date(2027, 3, 8)).source == "2027年节假日安排通知 虚构的通知，仅供测试"


def test_a_statutory_holiday_that_is_left_out_stays_off_and_is_told() -> None:
    whole = json.loads((NOTICES / "2027.json").read_text("utf-8"))
    whole["days"] = [item for item in whole["days"] if item["name"] not in ("中秋节", "劳动节")]
    notice = parse_notice(json.dumps(whole).encode(), statutory_days=statutory_days)
    assert notice.kept == {date(2027, 9, 15): "中秋节", date(2027, 5, 1): "劳动节", date(2027, 5, 2): "劳动节"}
    told = calendar_of(notice.days)
    assert not told.is_workday(date(2027, 9, 15))
    assert told.is_workday(date(2027, 5, 3)), "where a weekend's holiday is made up is the notice's choice"


NEW_YEAR = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}


def notice_of(*days: dict[str, Any], **top: Any) -> bytes:
    return json.dumps({"year": 2027, "papers": [], "days": [NEW_YEAR, *days], **top}, ensure_ascii=False).encode()


def without(field: str) -> bytes:
    whole = json.loads(notice_of())
    del whole[field]
    return json.dumps(whole).encode()


def day(**changed: Any) -> dict[str, Any]:
    return {"name": "元旦", "date": "2027-01-02", "isOffDay": True, **changed}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是有效的 JSON"),
        (b'{"year": 2027,\n "days": [}', "第 2 行"),
        ("{".encode("utf-16"), "UTF-8"),
        (b"[]", "最外层"),
        (without("year"), "缺少 year"),
        (without("days"), "缺少 days"),
        (notice_of(days=[]), "列表为空"),
        (notice_of(days={}), "缺少 days"),
        (notice_of(year="2027"), "year 应是"),
        (notice_of(year=True), "year 应是"),
        (notice_of(year=20270), "year 应是"),
        (notice_of(papers="http://www.gov.cn"), "papers"),
        (notice_of(papers=[1]), "papers"),
        (notice_of(day=[]), "不认识的字段 day"),
        (notice_of(day(), day()), "第 3 项：日期 2027-01-02 重复"),
        (notice_of(day(date="2027-01-01")), "重复"),
        (notice_of(day(date="2026-11-30")), "远在 2027 年之外"),
        (notice_of(day(date="2028-02-01")), "远在 2027 年之外"),
        (notice_of(day(date="2027-02-30")), "第 2 项：date 应是存在的日期"),
        (notice_of(day(date="20270102")), "应写作 2027-01-02"),
        (notice_of(day(date=20270102)), "date 应是"),
        (notice_of(day(date=None)), "而不是 空"),
        (notice_of(day(name=" ")), "缺少 name"),
        (notice_of(day(name=None)), "缺少 name"),
        (notice_of(day(isOffDay="true")), "isOffDay 应是"),
        (notice_of(day(isOffDay=None)), "isOffDay 应是"),
        (notice_of(day(isOffday=True)), "不认识的字段 isOffday"),
        (json.dumps({"year": 2027, "days": ["2027-01-01"]}).encode(), "第 1 项：应是"),
    ],
)
def test_what_is_no_notice_is_refused_with_the_place(content: bytes, words: str) -> None:
    with pytest.raises(BadNotice, match=words):
        parse_notice(content, statutory_days=statutory_days)


def test_days_of_the_months_beside_the_year_are_taken() -> None:
    notice = parse_notice(
        notice_of(day(date="2026-12-31"), day(date="2028-01-31"), day(date="2026-12-27", isOffDay=False)),
        statutory_days=statutory_days,
    )
    beside = [each.day.isoformat() for each in notice.days if each.day.year != 2027]
    assert beside == ["2026-12-27", "2026-12-31", "2028-01-31"]
    assert len(notice.days) == 365 + 3


def test_the_published_form_with_its_schema_and_mark_is_read() -> None:
    content = b"\xef\xbb\xbf" + notice_of(**{"$schema": "https://example.org/schema.json", "$id": "x"})
    assert parse_notice(content, statutory_days=statutory_days).year == 2027
