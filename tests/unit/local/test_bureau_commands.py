"""What ``./xinqiao bureau`` and ``status`` say of the bureaus' queues."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.operator.broker_accounts import nothing_is_lost
from deploy.operator.bureau_queues import BureauQueue, age_words, unread_line

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def queue(tenant: str, messages: int, *, consumers: int = 0, days: int | None = None) -> BureauQueue:
    oldest = None if days is None else NOW - timedelta(days=days, minutes=5)
    return BureauQueue(f"bureau.611021.{tenant}", "611021", tenant, messages, consumers, oldest)


def test_the_most_and_the_oldest_unread_are_told() -> None:
    line = unread_line([queue("lyj", 3, days=9), queue("slj", 40, days=2), queue("wlj", 0)], now=NOW)
    assert line is not None
    assert "2 个单位有未读消息" in line
    assert "最多的 bureau.611021.slj 有 40 条，最早的已等 9 天" in line
    assert "消息一直保留" in line


def test_a_system_that_reads_and_an_empty_queue_are_nothing_to_tell() -> None:
    assert unread_line([queue("lyj", 7, consumers=1), queue("wlj", 0)], now=NOW) is None


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-3), "0 分钟"),
        (timedelta(minutes=59, seconds=59), "59 分钟"),
        (timedelta(hours=23, minutes=59), "23 小时"),
        (timedelta(days=1), "1 天"),
    ],
)
def test_an_age_is_said_in_its_largest_whole_unit(age: timedelta, words: str) -> None:
    assert age_words(age) == words


def test_no_message_is_given_up_by_any_version_of_the_broker() -> None:
    for version in ((3, 10, 8), (3, 13, 7), (4, 1, 0)):
        policy = nothing_is_lost(vhost="/", version=version)
        definition = policy["definition"]
        assert definition["dead-letter-strategy"] == "at-least-once"
        assert not {"max-length", "max-length-bytes", "message-ttl", "expires"} & definition.keys()
        # Version 4 gives up after 20 returns unless it is told otherwise; version 3 knows no such word.
        assert definition.get("delivery-limit") == (-1 if version >= (4,) else None)
