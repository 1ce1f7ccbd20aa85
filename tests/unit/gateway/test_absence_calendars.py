"""Calendars as people export them: all-day and timed events, series with exceptions, and what cannot be read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.absence_calendars import read_calendar
from gateway.absence_entries import Entries
from services.common.errors import InvalidInput
from services.contracts.roster_people import AbsenceKind

TODAY = date(2026, 11, 30)
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//")


def calendar(*events: str) -> str:
    return "\r\n".join([*HEAD, *(line for event in events for line in event.splitlines()), "END:VCALENDAR", ""])


def event(*lines: str, uid: str = "u1") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def read(*events: str) -> Entries:
    return read_calendar(calendar(*events), member="m", kind=AbsenceKind.LEAVE, today=TODAY)


def days(entries: Entries) -> list[tuple[str, str]]:
    return [(str(each.absence.first), str(each.absence.last)) for each in entries.found]


def refused(*events: str) -> str:
    with pytest.raises(InvalidInput) as error:
        read(*events)
    return error.value.message


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261204"), ("2026-12-01", "2026-12-03")),
        (("DTSTART;VALUE=DATE:20261201",), ("2026-12-01", "2026-12-01")),
        (("DTSTART;VALUE=DATE:20261201", "DURATION:P2D"), ("2026-12-01", "2026-12-02")),
        (("DTSTART:20261201T090000", "DTEND:20261201T110000"), ("2026-12-01", "2026-12-01")),
        # What ends at midnight does not touch the next day.
        (("DTSTART:20261201T090000", "DTEND:20261203T000000"), ("2026-12-01", "2026-12-02")),
        # Ten at night in London is the next morning in China.
        (("DTSTART:20261201T220000Z", "DTEND:20261201T230000Z"), ("2026-12-02", "2026-12-02")),
        (
            ("DTSTART;TZID=America/New_York:20261201T200000", "DTEND;TZID=America/New_York:20261201T210000"),
            ("2026-12-02", "2026-12-02"),
        ),
        (
            ("DTSTART;TZID=Asia/Shanghai:20261201T090000", "DTEND;TZID=Asia/Shanghai:20261202T090000"),
            ("2026-12-01", "2026-12-02"),
        ),
    ],
)
def test_an_event_is_the_days_that_it_touches_in_china(lines: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert days(read(event(*lines))) == [expected]


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("年假", AbsenceKind.LEAVE),
        ("赴市里出差", AbsenceKind.TRIP),
        ("县委党校培训", AbsenceKind.TRAINING),
        ("抽调专班", AbsenceKind.SECONDED),
        ("常务会议", AbsenceKind.MEETING),
        ("私事", AbsenceKind.LEAVE),
    ],
)
def test_what_kind_it_is_follows_from_its_words(summary: str, kind: AbsenceKind) -> None:
    (entry,) = read(event("DTSTART;VALUE=DATE:20261201", f"SUMMARY:{summary}")).found
    assert (entry.absence.kind, entry.absence.reason) == (kind, summary)


def test_a_series_is_expanded_with_its_exceptions() -> None:
    weekly = event("DTSTART;TZID=Asia/Shanghai:20261201T090000", "DTEND;TZID=Asia/Shanghai:20261201T100000",
                   "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Asia/Shanghai:20261208T090000")  # fmt: skip
    moved = event("RECURRENCE-ID;TZID=Asia/Shanghai:20261215T090000", "DTSTART;VALUE=DATE:20261217")
    gone = event("RECURRENCE-ID;TZID=Asia/Shanghai:20261222T090000", "DTSTART:20261222T090000", "STATUS:CANCELLED")
    entries = read(weekly, moved, gone)
    assert {each.absence.occurrence: str(each.absence.first) for each in entries.found} == {
        "2026-12-01": "2026-12-01", "2026-12-15": "2026-12-17", "2026-12-29": "2026-12-29",
    }  # fmt: skip
    assert {each.absence.uid for each in entries.found} == {"u1"}


def test_a_series_without_an_end_is_bounded_by_a_year() -> None:
    entries = read(event("DTSTART;VALUE=DATE:20200106", "RRULE:FREQ=MONTHLY;BYDAY=1MO"))
    first, last = days(entries)[0][0], days(entries)[-1][0]
    assert (first >= "2026-09-29", "2027-10-31" <= last <= "2027-12-01") == (True, True)


def test_an_event_that_is_called_off_is_told_as_such_and_one_marked_free_is_passed_over() -> None:
    entries = read(
        event("DTSTART;VALUE=DATE:20261201", "STATUS:CANCELLED"),
        event("DTSTART;VALUE=DATE:20261202", "TRANSP:TRANSPARENT", "SUMMARY:生日", uid="u2"),
        event("DTSTART;VALUE=DATE:20240101", uid="u3"),
    )
    assert [each.absence.cancelled for each in entries.found] == [True]
    assert [(each.line, each.reason) for each in entries.skipped] == [
        (9, "“生日”标为空闲，不算外出"), (15, "2024-01-01 至 2024-01-01 早已结束"),
    ]  # fmt: skip


def test_all_that_is_wrong_is_told_at_once_with_its_lines() -> None:
    with pytest.raises(InvalidInput) as error:
        read(
            event("DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261201"),
            event("SUMMARY:没有时间", uid="u2"),
            event("DTSTART;TZID=Mars/Base:20261201T090000", uid="u3"),
            event("DTSTART:昨天", uid="u4"),
        )
    messages = [problem.message for problem in error.value.problems]
    assert [message.split("：")[0] for message in messages] == ["第 4 行", "第 9 行", "第 13 行", "第 17 行"]
    assert "Mars/Base" in messages[2]


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=HOURLY", "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", "FREQ=DAILY;BYHOUR=9", "FREQ=NEVER", "FREQ=DAILY"),
        "FREQ=WEEKLY;INTERVAL=0",
    ],
)
def test_a_rule_that_cannot_be_expanded_is_refused_in_words(rule: str) -> None:
    assert "第 4 行" in refused(event("DTSTART;VALUE=DATE:20250101", f"RRULE:{rule}"))


def test_one_occurrence_without_its_series_is_refused() -> None:
    alone = event("RECURRENCE-ID;VALUE=DATE:20261201", "DTSTART;VALUE=DATE:20261203")
    assert "整个日程" in refused(alone)


@pytest.mark.parametrize("text", ["", "不是日历", calendar(), "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_calendar(text, member="m", kind=AbsenceKind.LEAVE, today=TODAY)


LINES = (
    *("DTSTART:20261201T090000", "DTSTART:20261201T090000Z", "DTSTART;VALUE=DATE:20261201", "DTEND:20261201"),
    *("RRULE:FREQ=WEEKLY", "RRULE:X", "EXDATE:20261208", "RDATE:20261209", "RECURRENCE-ID:1", "UID:second"),
    *("DURATION:P1D", "DURATION:-P1D", "STATUS:CANCELLED", "SUMMARY:会议", "CATEGORIES:出差,会议", "TRANSP:OPAQUE"),
)


@given(st.text(max_size=200), st.lists(st.sampled_from(LINES), max_size=6))
def test_whatever_is_written_is_read_or_refused_with_words(noise: str, lines: list[str]) -> None:
    for text in (calendar(event(*lines)), calendar(event(*lines)) + noise, noise):
        try:
            found = read_calendar(text, member="m", kind=AbsenceKind.LEAVE, today=TODAY).found
        except InvalidInput:
            continue
        assert all(each.absence.first <= each.absence.last for each in found)
