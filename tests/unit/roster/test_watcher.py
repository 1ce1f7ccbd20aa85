"""What is wrong with one tenant's table keeps nothing else waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

import pytest

from services.common.database import Database
from services.contracts.roster_commands import PlanReport
from services.roster import watcher
from services.roster.watching import Mark

MARK = Mark(date(2026, 11, 22), 1, 1)


class Transactions:
    """Stands for the database: remembers which of them ended well."""

    def __init__(self) -> None:
        self.ended: list[list[str]] = []

    @contextmanager
    def begin(self, _actor: object) -> Iterator[Any]:
        transaction = Hand()
        yield transaction
        self.ended.append(transaction.done)


class Hand:
    def __init__(self) -> None:
        self.done: list[str] = []

    def lock_free(self, whats: list[str], *, limit: int) -> list[str]:
        return whats[:limit]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Transactions:
    def plan_tenant(tx: Hand, *, tenant: str) -> PlanReport:
        if tenant == "broken":
            raise RuntimeError("no such rule")
        tx.done.append(f"planned {tenant}")
        return PlanReport(
            tenant=tenant, first=MARK.today, last=MARK.today, planned=0, added=0, removed=0, moved=[], empty=[],
            fairness={}, coverage_percent=100,
        )  # fmt: skip

    def watch_posts(tx: Hand, *, tenant: str, now: object) -> int:
        assert now
        tx.done.append(f"watched {tenant}")
        return 0

    def judge_again(tx: Hand, tenant: str) -> int:
        tx.done.append(f"judged {tenant}")
        return 0

    for name, instead in {
        "watched_counties": lambda _database: ["611021"],
        "marks": lambda _tx: {"broken": MARK, "zrzy": MARK},
        "plan_tenant": plan_tenant,
        "watch_posts": watch_posts,
        "judge_again": judge_again,
    }.items():
        monkeypatch.setattr(watcher, name, instead)
    monkeypatch.setattr(watcher.Watcher, "_beat", lambda _self: None)
    return Transactions()


def test_a_table_that_cannot_be_planned_is_watched_all_the_same(database: Transactions) -> None:
    found = watcher.Watcher(database=cast(Database, database))
    found.round(posts=True)
    assert [each for each in database.ended if each] == [
        ["watched broken"],
        ["judged broken"],
        ["planned zrzy"],
        ["watched zrzy"],
        ["judged zrzy"],
    ]


def test_what_could_not_be_planned_waits_for_the_next_look_at_the_posts(database: Transactions) -> None:
    found = watcher.Watcher(database=cast(Database, database))
    found.round(posts=True)
    database.ended.clear()
    found.round(posts=False)
    assert [each for each in database.ended if each] == []
    found.round(posts=True)
    assert [each for each in database.ended if each] == [
        ["watched broken"],
        ["judged broken"],
        ["watched zrzy"],
        ["judged zrzy"],
    ]
