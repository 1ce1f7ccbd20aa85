"""Calendars hold turns and receptions, stay the same entry however they change, and never name a visitor."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import msgspec

from gateway.feeds.entries import SETTINGS, CalendarEntry, VersionedShift, of_announcements, of_shifts
from gateway.feeds.writing import entity_tag, written
from services.common.public_table import id_of
from services.contracts.actor import ActorRef
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.base import LEGAL_ZONE
from services.contracts.feeds import county_of_secret, feed_digest, feed_secret
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift

BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def shift(**changes: Any) -> Shift:
    base = Shift(
        id="s1",
        tenant="xfj",
        rule="nights",
        name="夜间值守",
        kind=ServiceKind.ON_CALL,
        mode=None,
        day=DAY,
        start=time(17, 30),
        end=time(8, 0),
        place="值班室；一楼",
        phone="0914-7000000",
        slot_minutes=None,
        seats=[
            SeatTaken(role=SeatRole.LEAD, member="m1", name="孙演示", post="局长"),
            SeatTaken(role=SeatRole.STAFF, member="m2", name="李演示", post="科员"),
        ],
    )
    return msgspec.structs.replace(base, **changes)


def announcement(leader: str | None, *, days: int = 0) -> Announcement:
    turn = AnnouncedTurn(
        shift="s1",
        day=DAY,
        start=time(8, 30),
        end=time(11, 30),
        leader=leader or "",
        post="副县长",
        portfolio=["农业农村"],
        place="接待大厅",
        mode="定点接访",
        phone=None,
    )
    made = Announcement(
        id="",
        tenant="xfj",
        first=FIRST,
        last=LAST,
        turns=[turn] if leader else [],
        published_at=datetime(2026, 11, 2, 2, tzinfo=UTC) + timedelta(days=days),
        published_by=BY,
    )
    return msgspec.structs.replace(made, id=id_of(made))


def public(*known: Announcement) -> list[CalendarEntry]:
    return of_announcements(known, county="611021", names={"xfj": "洛南县信访局"}, first=FIRST, last=LAST)


def events(entries: list[CalendarEntry]) -> list[Any]:
    body = written(entries, name="试", refresh=timedelta(minutes=30), now=NOW)
    calendar = icalendar.Calendar.from_ical(body)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    return list(calendar.walk("VEVENT"))


def test_a_night_watch_ends_on_the_next_day_in_legal_time() -> None:
    (event,) = events(of_shifts([VersionedShift(shift(), 3)], county="611021"))
    assert event.decoded("dtstart") == datetime(2026, 11, 25, 17, 30, tzinfo=LEGAL_ZONE)
    assert event.decoded("dtend") == datetime(2026, 11, 26, 8, 0, tzinfo=LEGAL_ZONE)
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == ("s1@611021.xinqiao", 2, "CONFIRMED")
    assert str(event["location"]) == "值班室；一楼"
    assert str(event["summary"]) == "夜间值守：孙演示、李演示"


def test_a_members_calendar_holds_his_own_turns_and_says_what_he_is_there() -> None:
    rows = [VersionedShift(shift(), 1), VersionedShift(shift(id="s2", seats=[]), 1)]
    (entry,) = of_shifts(rows, county="611021", member="m2")
    assert entry.summary == "夜间值守（值班人员）"


def test_a_cancelled_shift_stays_and_is_marked() -> None:
    (event,) = events(of_shifts([VersionedShift(shift(cancelled="停电"), 2)], county="611021"))
    assert str(event["status"]) == "CANCELLED"


def test_receptions_are_those_of_the_newest_publication_and_keep_their_uid() -> None:
    first, second, third = announcement("孙演示"), announcement("周演示", days=3), announcement(None, days=5)
    (one,), (two,), (three,) = public(first), public(second, first), public(first, second, third)
    assert [one.sequence, two.sequence, three.sequence] == [0, 1, 2]
    assert one.uid == two.uid == three.uid
    assert two.summary == "洛南县信访局领导接访：周演示"
    assert [one.cancelled, two.cancelled, three.cancelled] == [False, False, True]
    assert three.changed_at == third.published_at
    # Published again with nothing new about it: the entry is as it was.
    assert public(first, announcement("孙演示", days=1)) == [one]


def test_the_tag_changes_with_what_is_said_and_not_with_the_hour() -> None:
    first, second = public(announcement("孙演示")), public(announcement("孙演示"), announcement("周演示", days=3))
    assert entity_tag(first, name="试") == entity_tag(public(announcement("孙演示")), name="试")
    assert len({entity_tag(first, name="试"), entity_tag(second, name="试"), entity_tag(first, name="另")}) == 3


def test_an_address_tells_its_county_and_only_its_digest_is_kept() -> None:
    secret = feed_secret("611021", bytes(range(32)))
    assert county_of_secret(secret) == "611021"
    assert secret not in feed_digest(secret)
    for wrong in ("", "611021-", secret[:-1], f"{secret}A", secret.replace("-", "/", 1), "61102x" + secret[6:]):
        assert county_of_secret(wrong) is None, wrong


def test_the_window_lies_round_today() -> None:
    first, last = SETTINGS.window(DAY)
    assert first < DAY < last
