"""What waits for one subscriber: in order, the newest of each thing, and never more than a bound."""

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.changes import ChangeKind
from gateway.subscriptions.mailbox import Event, Mailbox, Told, TooSlow
from gateway.subscriptions.positions import Position

AT = datetime(2026, 6, 1, tzinfo=UTC)


def event(seq: int, petition: str, kind: ChangeKind = ChangeKind.CASE) -> Event:
    return Event(county="611021", kind=kind, position=Position(7, seq), at=AT, petition_id=petition)


async def taken(mailbox: Mailbox, count: int) -> list[tuple[str | None, int]]:
    events = [await mailbox.take() for _ in range(count)]
    return [(one.petition_id, one.position.seq) for one in events]


def test_what_came_first_is_taken_first() -> None:
    async def run() -> None:
        mailbox = Mailbox()
        mailbox.put([event(1, "a"), event(2, "b")])
        mailbox.put([event(3, "c")])
        assert await taken(mailbox, 3) == [("a", 1), ("b", 2), ("c", 3)]
        assert len(mailbox) == 0

    asyncio.run(run())


def test_of_one_thing_the_newest_alone_waits_and_places_only_go_up() -> None:
    async def run() -> None:
        mailbox = Mailbox()
        mailbox.put([event(1, "a"), event(2, "b"), event(3, "a")])
        mailbox.put([event(4, "c"), event(5, "b", ChangeKind.GONE)])
        assert await taken(mailbox, 3) == [("a", 3), ("c", 4), ("b", 5)]

    asyncio.run(run())


def test_who_waits_is_woken() -> None:
    async def run() -> None:
        mailbox = Mailbox()
        waiting = asyncio.create_task(mailbox.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        mailbox.put([event(1, "a")])
        assert (await asyncio.wait_for(waiting, 1)).position == Position(7, 1)

    asyncio.run(run())


def test_more_than_may_wait_drops_all_and_says_so() -> None:
    async def run() -> None:
        mailbox = Mailbox(bound=2)
        mailbox.put([event(number, f"p{number}") for number in range(3)])
        mailbox.put([event(9, "later")])
        assert len(mailbox) == 0
        with pytest.raises(TooSlow):
            await mailbox.take()

    asyncio.run(run())


def test_many_changes_of_few_things_never_overflow() -> None:
    async def run() -> None:
        mailbox = Mailbox(bound=2)
        for number in range(1000):
            mailbox.put([event(number, "ab"[number % 2])])
        assert await taken(mailbox, 2) == [("a", 998), ("b", 999)]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (None, Told.STARTED),
        (ChangeKind.CASE, Told.CHANGED),
        (ChangeKind.CLOCK, Told.CHANGED),
        (ChangeKind.GONE, Told.GONE),
    ],
)
def test_an_event_says_what_it_is(kind: ChangeKind | None, told: Told) -> None:
    assert Event(county="611021", kind=kind, position=Position(1, 0), at=AT).told is told
