"""What changes between the stored clocks and the derived ones, and how the timeline tells it."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.contracts.acts import Act
from services.contracts.deadlines import Binding, Clock, ClockState, GrantedExtension, Obligation, clock_state
from services.deadlines.bounds import end_of
from services.deadlines.changes import changes


def clock(**changed: Any) -> Clock:
    base = Clock(
        id="c1",
        petition_id="p1",
        petition_number="2026-1",
        referral_id="r1",
        owner="jtj",
        obligation=Obligation.NOTICE,
        rule="xinfang-2022.notice",
        basis="《信访工作条例》第二十三条第三款",
        binding=Binding.LEGAL,
        legal=None,
        internal=None,
        starts_on=date(2026, 8, 5),
        due_on=date(2026, 8, 20),
        effective_due_on=date(2026, 8, 20),
        due_at=end_of(date(2026, 8, 20)),
        provisional=False,
        lapses=False,
        marks=[],
        met_on=None,
        cancelled=False,
        first_receiver="张三",
    )
    return msgspec.structs.replace(base, **changed)


GRANTED = GrantedExtension(id="e1", days=10, basis="第三十四条", granted_on=date(2026, 8, 19), reason="复杂")
LATER = {"effective_due_on": date(2026, 8, 24), "due_at": end_of(date(2026, 8, 24))}
AT = datetime(2026, 8, 5, 1, 20, tzinfo=UTC)
MINUTES = {"starts_at": AT, "due_at": datetime(2026, 8, 5, 1, 35, tzinfo=UTC)}

RUNNING = clock()
MET = clock(met_on=date(2026, 8, 7))
MET_LATE = clock(met_on=date(2026, 8, 21))
CANCELLED = clock(cancelled=True)
MOVED = clock(**LATER, provisional=True)
FIRM = clock(**LATER)
PAUSED = clock(paused_since=date(2026, 8, 10))
EXTENDED = clock(**LATER, extension=GRANTED)
OWNED = clock(case_owner="李四（副县长）")
EXPECTED = clock(expected_on=date(2026, 8, 20))
EXPECTED_LATE = clock(expected_on=date(2026, 8, 21))
BY_THE_MINUTE = clock(**MINUTES)
IN_TIME = clock(**MINUTES, met_on=date(2026, 8, 5), met_at=datetime(2026, 8, 5, 1, 30, tzinfo=UTC))
TOO_LATE = clock(**MINUTES, met_on=date(2026, 8, 5), met_at=datetime(2026, 8, 5, 1, 36, tzinfo=UTC))


@pytest.mark.parametrize(
    ("stored", "derived", "act", "remark"),
    [
        (None, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (None, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
        (None, CANCELLED, Act.CLOCK_CANCELLED, "不再计时"),
        (None, BY_THE_MINUTE, Act.CLOCK_OPENED, "2026-08-05 09:35 到期"),
        (RUNNING, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
        (RUNNING, MET_LATE, Act.CLOCK_MET, "2026-08-21 完成，期限 2026-08-20，已超期"),
        (BY_THE_MINUTE, IN_TIME, Act.CLOCK_MET, "2026-08-05 09:30 完成，期限 2026-08-05 09:35"),
        (BY_THE_MINUTE, TOO_LATE, Act.CLOCK_MET, "2026-08-05 09:36 完成，期限 2026-08-05 09:35，已超期"),
        (RUNNING, CANCELLED, Act.CLOCK_CANCELLED, "不再计时"),
        (RUNNING, MOVED, Act.CLOCK_CHANGED, "期限由 2026-08-20 变为 2026-08-24（暂定）"),
        (MOVED, FIRM, Act.CLOCK_CHANGED, "期限仍为 2026-08-24"),
        (RUNNING, PAUSED, Act.CLOCK_PAUSED, "2026-08-10 起中止计时"),
        (None, PAUSED, Act.CLOCK_PAUSED, "2026-08-10 起中止计时"),
        (PAUSED, FIRM, Act.CLOCK_CHANGED, "恢复计时，期限由 2026-08-20 变为 2026-08-24"),
        (RUNNING, EXTENDED, Act.CLOCK_CHANGED, "经批准延长 10 日，期限由 2026-08-20 变为 2026-08-24"),
        (RUNNING, OWNED, Act.CLOCK_CHANGED, "包案领导为李四（副县长），期限仍为 2026-08-20"),
        (OWNED, RUNNING, Act.CLOCK_CHANGED, "不再有包案领导，期限仍为 2026-08-20"),
        (None, EXPECTED, Act.CLOCK_OPENED, "2026-08-20 到期，预计 2026-08-20 办结"),
        (RUNNING, EXPECTED, Act.CLOCK_CHANGED, "预计 2026-08-20 办结，期限仍为 2026-08-20"),
        (
            EXPECTED,
            EXPECTED_LATE,
            Act.CLOCK_CHANGED,
            "预计 2026-08-21 办结，晚于期限，请提前办结或依法申请延期，期限仍为 2026-08-20",
        ),
        (EXPECTED_LATE, RUNNING, Act.CLOCK_CHANGED, "期限仍为 2026-08-20"),
        (MET, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (CANCELLED, RUNNING, Act.CLOCK_OPENED, "2026-08-20 到期"),
        (CANCELLED, MET, Act.CLOCK_MET, "2026-08-07 完成，期限 2026-08-20"),
    ],
)
def test_each_change_is_told_by_its_act(stored: Clock | None, derived: Clock, act: Act, remark: str) -> None:
    (change,) = changes(stored={"c1": stored} if stored else {}, derived=[derived])
    assert (change.clock, change.act) == (derived, act)
    assert change.remark == f"书面告知（《信访工作条例》第二十三条第三款）：{remark}"


@pytest.mark.parametrize("same", [RUNNING, MET, CANCELLED, PAUSED, EXTENDED])
def test_a_clock_that_stays_as_it_was_is_not_told_again(same: Clock) -> None:
    assert changes(stored={"c1": same}, derived=[same]) == []


@pytest.mark.parametrize("stored", [RUNNING, MET, PAUSED, clock(extendable_days=30)])
def test_a_clock_that_the_facts_no_longer_give_is_cancelled(stored: Clock) -> None:
    (change,) = changes(stored={"c1": stored}, derived=[])
    assert (change.clock, change.act) == (CANCELLED, Act.CLOCK_CANCELLED)


def test_a_clock_of_minutes_that_is_gone_is_cancelled_and_not_met() -> None:
    (change,) = changes(stored={"c1": IN_TIME}, derived=[])
    assert clock_state(change.clock, change.clock.due_at) is ClockState.CANCELLED
    assert change.clock.met_at is None


def test_a_clock_that_is_gone_stays_cancelled_and_is_told_once() -> None:
    assert changes(stored={"c1": CANCELLED}, derived=[]) == []


def test_changes_come_in_the_order_of_their_first_days() -> None:
    later = clock(id="a", starts_on=date(2026, 8, 7))
    assert [change.clock.id for change in changes(stored={}, derived=[later, RUNNING])] == ["c1", "a"]
