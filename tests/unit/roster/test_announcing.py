"""The public is told in time, and a published day is not changed at its door."""

from datetime import UTC, date, datetime, time

import msgspec
import pytest

from services.contracts.actor import ActorRef
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.roster.announcing import (
    AnnouncedTooLate,
    ChangedTooLate,
    changes,
    check_change,
    check_publication,
    public_on,
)

BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")


def turn(day: date, leader: str = "孙演示", shift: str = "") -> AnnouncedTurn:
    return AnnouncedTurn(
        shift=shift or f"s{day}",
        day=day,
        start=time(8, 30),
        end=time(11, 30),
        leader=leader,
        post="副县长",
        portfolio=["农业农村"],
        place="接待大厅",
        mode="定点接访",
        phone=None,
    )


def table(*turns: AnnouncedTurn, at: datetime = datetime(2026, 11, 1, tzinfo=UTC)) -> Announcement:
    return Announcement(
        id="xfj.2026-11-02",
        tenant="xfj",
        first=date(2026, 11, 2),
        last=date(2026, 11, 30),
        turns=list(turns),
        published_at=at,
        published_by=BY,
    )


def test_a_table_is_published_a_week_before_its_first_day() -> None:
    check_publication(turns=[turn(date(2026, 11, 30))], today=date(2026, 11, 23))
    with pytest.raises(AnnouncedTooLate, match="2026-12-01"):
        check_publication(turns=[turn(date(2026, 11, 30))], today=date(2026, 11, 24))


def test_a_change_two_days_ahead_is_told_in_words() -> None:
    day = date(2026, 11, 25)
    before, after = table(turn(day)), [turn(day, leader="周演示")]
    words = check_change(before=before, after=after, today=date(2026, 11, 23))
    assert words == "2026-11-25 领导由 孙演示 改为 周演示"
    with pytest.raises(ChangedTooLate, match="2026-11-26"):
        check_change(before=before, after=after, today=date(2026, 11, 24))


def test_a_turn_that_is_dropped_or_added_late_is_a_late_change() -> None:
    day = date(2026, 11, 25)
    for before, after in (([turn(day)], []), ([], [turn(day)])):
        with pytest.raises(ChangedTooLate):
            check_change(before=table(*before), after=after, today=date(2026, 11, 24))


def test_what_did_not_change_may_be_published_again_at_any_time() -> None:
    day = date(2026, 11, 25)
    assert check_change(before=table(turn(day)), after=[turn(day)], today=day) == ""
    assert changes(before=[turn(day)], after=[turn(day)]) == []


def test_a_moved_turn_counts_by_the_nearer_of_its_days() -> None:
    before = table(turn(date(2026, 11, 25), shift="s"))
    after = [turn(date(2026, 12, 9), shift="s")]
    with pytest.raises(ChangedTooLate):
        check_change(before=before, after=after, today=date(2026, 11, 24))


def test_the_version_of_a_past_day_is_proved() -> None:
    first = table(turn(date(2026, 11, 25)))
    second = msgspec.structs.replace(
        table(turn(date(2026, 11, 25), leader="周演示")), published_at=datetime(2026, 11, 20, 8, tzinfo=UTC)
    )
    assert public_on([second, first], date(2026, 10, 31)) is None
    assert public_on([second, first], date(2026, 11, 19)) is first
    assert public_on([second, first], date(2026, 11, 20)) is second
