"""The sweep against a real database: each level told once and only once, oldest first, whoever works and dies."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.common.database import Transaction
from services.contracts.actor import ActorRef
from services.contracts.acts import Act
from services.contracts.deadlines import Clock, Level, level_of
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.reminders import Alert
from services.deadlines.cases import recount
from services.deadlines.sweeper import Sweeper
from services.deadlines.sweeping import sweep, sweep_all
from tests.harness.waiting import eventually
from tests.service.told import MOMENT, RULES, Desk, petition, way_of_a_referral

LATER = datetime(2027, 8, 1, tzinfo=UTC)
"""When everything of the cases below is long past."""


def open_cases(desk: Desk, count: int) -> None:
    """Cases received on different days, each with the clocks of a petition that nobody has handed on."""
    desk.keep(
        *(petition(received_on=date(2026, 8, 3) + timedelta(days=number % 40)) for number in range(count)),
        now=datetime(2026, 7, 1, tzinfo=UTC),
    )


def expected(desk: Desk, now: datetime) -> Counter[tuple[str, Level]]:
    """Every level that every open clock has passed, each once."""
    with desk.database.begin(desk.actor, trace="test") as tx:
        clocks = [each.state for each in tx.all(Clock)]
    return Counter((clock.id, mark.level) for clock in clocks if clock.open for mark in clock.marks if mark.at <= now)


def told(desk: Desk) -> Counter[tuple[str, Level]]:
    return Counter((fact.state.clock_id, fact.state.level) for fact in desk.facts(Alert))


def check_order(facts: list[Any]) -> None:
    instants = [fact.state.since for fact in facts]
    assert instants == sorted(instants)
    check_versions(facts)


def check_versions(facts: list[Any]) -> None:
    """Of each clock the versions follow each other without a gap, in the order of the levels."""
    by_clock: dict[str, list[Any]] = {}
    for fact in facts:
        by_clock.setdefault(fact.subject, []).append(fact)
    for own in by_clock.values():
        assert [fact.version for fact in own] == list(range(1, len(own) + 1))
        assert [fact.state.since for fact in own] == sorted(fact.state.since for fact in own)


def test_a_clock_is_told_when_it_reaches_a_level_and_not_before(desk: Desk) -> None:
    item = petition()
    desk.keep(item)
    clock = desk.clocks(item.id)["TRANSFER"]
    first = clock.marks[0]
    sweep_all(desk.database, county=desk.county, now=first.at - timedelta(microseconds=1))
    assert told(desk)[clock.id, first.level] == 0
    sweep_all(desk.database, county=desk.county, now=first.at)
    (fact,) = [fact for fact in desk.facts(Alert) if fact.subject == clock.id]
    assert (fact.version, fact.act, fact.state.since) == (1, Act.CLOCK_WARNED, first.at)
    assert fact.remark == f"转送交办：{first.level.label}（{clock.effective_due_on} 到期）"
    assert fact.time == first.at
    assert level_of(clock, first.at) is fact.state.level


def test_missed_nights_are_caught_up_in_order_over_all_clocks_and_each_level_once(desk: Desk) -> None:
    open_cases(desk, 60)
    swept = sweep_all(desk.database, county=desk.county, now=LATER, limit=7)
    wanted = expected(desk, LATER)
    facts = desk.facts(Alert)
    assert told(desk) == wanted
    assert set(wanted.values()) == {1}
    assert swept.levels == len(facts) == sum(wanted.values())
    assert (swept.oldest, swept.newest) == (facts[0].state.since, facts[-1].state.since)
    check_order(facts)
    assert {fact.act for fact in facts} == {Act.CLOCK_WARNED, Act.CLOCK_OVERDUE}
    assert sweep_all(desk.database, county=desk.county, now=LATER).levels == 0


def test_night_after_night_gives_what_one_night_gives(desk: Desk) -> None:
    open_cases(desk, 30)
    night = datetime(2026, 8, 1, 18, tzinfo=UTC)
    while night < LATER:
        sweep_all(desk.database, county=desk.county, now=night)
        assert told(desk) == expected(desk, night)
        night += timedelta(days=9)


def test_of_five_thousand_due_at_once_none_is_skipped(desk: Desk) -> None:
    open_cases(desk, 1700)
    assert sum(expected(desk, LATER).values()) > 5000
    sweep_all(desk.database, county=desk.county, now=LATER, limit=1000)
    facts = desk.facts(Alert)
    assert told(desk) == expected(desk, LATER)
    check_order(facts)


def test_two_sweepers_at_once_tell_each_level_once(desk: Desk) -> None:
    open_cases(desk, 400)
    start = threading.Barrier(2)
    done: list[int] = []

    def work() -> None:
        start.wait()
        levels = 0
        # One that finds everything in the other's hands looks again, as the process does every second.
        while expected(desk, LATER) != told(desk):
            levels += sweep_all(desk.database, county=desk.county, now=LATER, limit=50).levels
        done.append(levels)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(done) == 2
    assert min(done) > 0
    assert told(desk) == expected(desk, LATER)
    assert sum(done) == sum(told(desk).values())
    check_versions(desk.facts(Alert))


def test_a_sweep_that_dies_in_the_middle_has_told_nothing_and_the_next_tells_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_cases(desk, 40)
    sweep(desk.database, county=desk.county, now=LATER, limit=10)
    before = told(desk)
    tell_many = Transaction.tell_many

    def dies(self: Transaction, entries: Any) -> Any:
        tell_many(self, entries)
        raise ConnectionError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "tell_many", dies)
        with pytest.raises(ConnectionError):
            sweep(desk.database, county=desk.county, now=LATER, limit=10)
    assert told(desk) == before
    sweep_all(desk.database, county=desk.county, now=LATER)
    assert told(desk) == expected(desk, LATER)
    check_order(desk.facts(Alert))


def test_a_clock_that_is_met_tells_no_more(desk: Desk) -> None:
    item = petition()
    sent = way_of_a_referral(item, to="jtj")[0]
    desk.keep(item)
    transfer = desk.clocks(item.id)["TRANSFER"]
    sweep_all(desk.database, county=desk.county, now=transfer.marks[0].at)
    desk.keep(sent, now=transfer.marks[0].at + timedelta(hours=1))
    assert desk.clocks(item.id)["TRANSFER"].met_on == sent.sent_on
    sweep_all(desk.database, county=desk.county, now=LATER)
    assert [level for clock_id, level in told(desk) if clock_id == transfer.id] == [transfer.marks[0].level]


def handling(desk: Desk) -> tuple[Clock, Callable[..., None]]:
    """The handling clock of an accepted case, and what extends it."""
    item = petition()
    accepted = way_of_a_referral(item, to="jtj")[2]
    desk.keep(item, accepted)
    clock = desk.clocks(item.id)["HANDLING"]

    def extend(*, now: datetime) -> None:
        by = ActorRef(tenant="jtj", user="head", name="主任")
        extension = Extension(
            id="extension-" + clock.id,
            petition_id=item.id,
            clock_id=clock.id,
            tenant="jtj",
            days=30,
            reason="案情复杂",
            state=ExtensionState.APPROVED,
            requested_on=clock.effective_due_on,
            requested_by=by,
            decided_on=clock.effective_due_on,
            decided_by=by,
        )
        with desk.database.begin(desk.actor, trace="test", now=now) as tx:
            tx.record(extension, act=Act.EXTENSION_APPROVED)
            recount(tx, petition_id=item.id, rules=RULES)

    return clock, extend


def levels(desk: Desk, clock_id: str) -> list[Level]:
    return [fact.state.level for fact in desk.facts(Alert) if fact.subject == clock_id]


def test_an_extension_sets_the_levels_anew(desk: Desk) -> None:
    clock, extend = handling(desk)
    on_last_day = next(mark.at for mark in clock.marks if mark.level is Level.DUE_TODAY) + timedelta(hours=9)
    sweep_all(desk.database, county=desk.county, now=on_last_day)
    before = levels(desk, clock.id)
    assert before[-1] is Level.DUE_TODAY
    extend(now=on_last_day)
    longer = desk.clocks(clock.petition_id)["HANDLING"]
    assert longer.due_at > clock.due_at
    sweep_all(desk.database, county=desk.county, now=on_last_day)
    assert levels(desk, clock.id) == before, "what has passed of the longer period was told already"
    sweep_all(desk.database, county=desk.county, now=LATER)
    anew = [mark.level for mark in longer.marks if mark.at > on_last_day]
    assert Level.DUE_TODAY in anew
    assert levels(desk, clock.id) == before + anew
    check_versions([fact for fact in desk.facts(Alert) if fact.subject == clock.id])


def test_a_period_that_becomes_shorter_in_hindsight_tells_the_rest(desk: Desk) -> None:
    item = petition()
    desk.keep(item)
    clock = desk.clocks(item.id)["TRANSFER"]
    now = clock.marks[0].at + timedelta(hours=1)
    sweep_all(desk.database, county=desk.county, now=now)
    told_first = levels(desk, clock.id)
    earlier = msgspec.structs.replace(item, received_on=date(2026, 7, 1))
    desk.keep(earlier, now=now, version=2)
    shorter = desk.clocks(item.id)["TRANSFER"]
    assert level_of(shorter, now) is Level.TO_COUNTY
    sweep_all(desk.database, county=desk.county, now=now)
    assert levels(desk, clock.id) == told_first + [mark.level for mark in shorter.marks[len(told_first) :]]


def test_another_county_is_not_touched(desk: Desk) -> None:
    other = Desk(database=desk.database, admin=desk.admin, county="989999")
    open_cases(desk, 3)
    open_cases(other, 3)
    sweep_all(desk.database, county=desk.county, now=LATER)
    assert told(desk) == expected(desk, LATER)
    assert told(other) == Counter()


def test_a_recount_and_a_sweep_of_the_same_clock_wait_for_each_other(desk: Desk) -> None:
    """A recount that began before the sweep's commit must not set back what the sweep has told."""
    item = petition()
    desk.keep(item)
    changed = msgspec.structs.replace(item, received_on=date(2026, 8, 4))
    swept = threading.Event()

    def work() -> None:
        sweep_all(desk.database, county=desk.county, now=LATER)
        swept.set()

    thread = threading.Thread(target=work, daemon=True)
    with desk.database.begin(desk.actor, trace="test", now=LATER) as tx:
        tx.keep(changed, version=2, fact_id="x")
        recount(tx, petition_id=item.id, rules=RULES)
        thread.start()
        # The rows are locked: the sweep leaves them alone and does not wait.
        assert swept.wait(20)
    thread.join(20)
    assert told(desk) == Counter()
    sweep_all(desk.database, county=desk.county, now=LATER)
    assert told(desk) == expected(desk, LATER)


def test_the_relay_is_woken_by_a_sweep(desk: Desk) -> None:
    open_cases(desk, 1)
    with desk.admin.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.autocommit = True
        raw.execute("LISTEN xq_outbox")
        sweep_all(desk.database, county=desk.county, now=LATER)
        notice = next(iter(raw.notifies(timeout=10, stop_after=1)))
    assert notice.payload == "deadlines"


def test_the_moment_is_the_callers(desk: Desk) -> None:
    open_cases(desk, 2)
    assert sweep_all(desk.database, county=desk.county, now=MOMENT - timedelta(days=60)).levels == 0
    sweep_all(desk.database, county=desk.county, now=LATER)
    assert {fact.time for fact in desk.facts(Alert)} == {LATER}


def test_a_county_whose_data_are_wrong_keeps_no_other_waiting(desk: Desk) -> None:
    other = Desk(database=desk.database, admin=desk.admin, county=f"99{desk.county[2:]}")
    for each in (desk, other):
        each.keep(petition(received_on=date(2026, 1, 5)))
    desk.one("UPDATE deadlines.watch SET levels[1] = 'NO_SUCH_LEVEL' WHERE county_id = :county RETURNING 1")
    sweeper = Sweeper(database=desk.database, rules=RULES)
    thread = threading.Thread(target=sweeper.run)
    thread.start()
    try:
        eventually(lambda: other.facts(Alert), 30)
        assert thread.is_alive()
    finally:
        sweeper.stop()
        thread.join(30)
        other.one("DELETE FROM deadlines.outbox WHERE county_id = :county RETURNING 1")
        other.one("DELETE FROM deadlines.county WHERE code = :county RETURNING 1")
    assert desk.facts(Alert) == []


def test_a_right_that_lapses_is_told_as_lapsed_and_not_as_a_warning(desk: Desk) -> None:
    item = petition()
    desk.keep(item, way_of_a_referral(item, to="jtj")[1])
    objection = desk.clocks(item.id)["OBJECTION"]
    sweep_all(desk.database, county=desk.county, now=LATER)
    told_of_it = [(fact.state.level, fact.act) for fact in desk.facts(Alert) if fact.subject == objection.id]
    assert told_of_it == [(Level.DUE_TODAY, Act.CLOCK_WARNED), (Level.LAPSED, Act.CLOCK_LAPSED)]
