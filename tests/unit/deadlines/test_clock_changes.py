"""What changes between the stored clocks and the derived ones, and how the timeline tells it."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.contracts.acts import Act
from services.contracts.deadlines import Clock, Obligation
from services.deadlines.changes import changes


def clock(**changed: Any) -> Clock:
    base = Clock(
        id="c1",
        petition_id="p1",
        referral_id="r1",
        owner="jtj",
        obligation=Obligation.NOTICE,
        rule="xinfang-2022.notice",
        basis="《信访工作条例》第二十三条第三款",
        starts_on=date(2026, 8, 5),
        due_on=date(2026, 8, 20),
        effective_due_on=date(2026, 8, 20),
        provisional=False,
        lapses=False,
        met_on=None,
        cancelled=False,
    )
    return msgspec.structs.replace(base, **changed)


RUNNING = clock()
MET = clock(met_on=date(2026, 8, 7))
MET_LATE = clock(met_on=date(2026, 8, 21))
CANCELLED = clock(cancelled=True)
MOVED = clock(effective_due_on=date(2026, 8, 24), provisional=True)
FIRM = clock(effective_due_on=date(2026, 8, 24))


@pytest.mark.parametrize(
    ("stored", "derived", "act", "remark"),
    [
        (None, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (None, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
        (None, CANCELLED, Act.CLOCK_CANCELLED, "不再计时"),
        (RUNNING, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
        (
            RUNNING,
            MET_LATE,
            Act.CLOCK_MET,
            "2026-08-21 完成，期限 2026-08-20，已超期",
        ),
        (RUNNING, CANCELLED, Act.CLOCK_CANCELLED, "不再计时"),
        (
            RUNNING,
            MOVED,
            Act.CLOCK_CHANGED,
            "期限由 2026-08-20 变为 2026-08-24（暂定）",
        ),
        (MOVED, FIRM, Act.CLOCK_CHANGED, "期限仍为 2026-08-24"),
        (MET, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (CANCELLED, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (CANCELLED, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
    ],
)
def test_each_change_is_told_by_its_act(stored: Clock | None, derived: Clock, act: Act, remark: str) -> None:
    (change,) = changes(stored={"c1": stored} if stored else {}, derived=[derived])
    assert (change.clock, change.act) == (derived, act)
    assert change.remark == f"书面告知（《信访工作条例》第二十三条第三款）：{remark}"


@pytest.mark.parametrize("same", [RUNNING, MET, CANCELLED])
def test_a_clock_that_stays_as_it_was_is_not_told_again(same: Clock) -> None:
    assert changes(stored={"c1": same}, derived=[same]) == []


@pytest.mark.parametrize("stored", [RUNNING, MET])
def test_a_clock_that_the_facts_no_longer_give_is_cancelled(stored: Clock) -> None:
    (change,) = changes(stored={"c1": stored}, derived=[])
    assert (change.clock, change.act) == (CANCELLED, Act.CLOCK_CANCELLED)


def test_a_clock_that_is_gone_stays_cancelled_and_is_told_once() -> None:
    assert changes(stored={"c1": CANCELLED}, derived=[]) == []


def test_changes_come_in_the_order_of_their_first_days() -> None:
    later = clock(id="a", starts_on=date(2026, 8, 7))
    assert [change.clock.id for change in changes(stored={}, derived=[later, RUNNING])] == ["c1", "a"]
