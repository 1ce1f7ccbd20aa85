"""What was published is decoded once in a process, and never for whoever does not see it."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from gateway import announced
from gateway.reading import ViewReader
from gateway.reading_lists import ANNOUNCEMENTS
from services.contracts.actor import ActorRef
from services.contracts.announcements import Announcement
from services.contracts.public import public_actor

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def published(id: str, hour: int) -> Announcement:
    return Announcement(
        id=id,
        tenant="xfj",
        first=FIRST,
        last=LAST,
        turns=[],
        published_at=datetime(2026, 10, 20, hour, tzinfo=UTC),
        published_by=ActorRef(tenant="xfj", user="clerk", name="窗口"),
    )


class Reader:
    """Stands for the view of one county: answers from a list and counts what is decoded."""

    def __init__(self, *there: Announcement, county: str = "611021") -> None:
        self.actor = public_actor(county)
        self.there = {each.id: each for each in there}
        self.decoded: list[str] = []

    async def of_days(self, listed: Any, **given: Any) -> list[str]:
        assert listed is announced.IDS
        return list(self.there)

    async def find(self, listed: Any, id: str) -> Announcement:
        assert listed is ANNOUNCEMENTS
        self.decoded.append(id)
        return self.there[id]


def asked(reader: Reader) -> list[str]:
    found = asyncio.run(announced.announcements(cast(ViewReader, reader), first=FIRST, last=LAST))
    return [each.id for each in found]


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announced, "READ", type(announced.READ)())


def test_what_is_superseded_is_not_decoded_for_each_who_asks() -> None:
    old, new = published("old", 1), published("new", 2)
    assert asked(Reader(old)) == ["old"]
    later = Reader(old, new)
    assert (asked(later), later.decoded) == (["new", "old"], ["new"])
    again = Reader(old, new)
    assert (asked(again), again.decoded) == (["new", "old"], [])


def test_what_another_county_published_is_not_shown() -> None:
    asked(Reader(published("old", 1)))
    elsewhere = Reader(county="611022")
    assert asked(elsewhere) == []
    same_id = Reader(published("old", 3), county="611022")
    asked(same_id)
    assert same_id.decoded == ["old"]


def test_no_more_is_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announced, "MOST_READ", 1)
    both = Reader(published("old", 1), published("new", 2))
    assert (asked(both), len(announced.READ)) == (["new", "old"], 1)
