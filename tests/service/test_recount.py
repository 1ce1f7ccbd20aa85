"""What changes the counting itself: a notice, another law, another regime. The cases touched are counted anew."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.common.database import Transaction
from services.common.workdays import OutsideCalendar
from services.contracts.acts import Act
from services.contracts.deadlines import Clock
from services.contracts.fact import Fact
from services.contracts.intake import Petition
from services.contracts.routing import Closure
from services.contracts.rules import LocalHoliday, Regime, Warnings
from services.deadlines import recounting
from services.deadlines.cases import RULES_LOCK, recount, recount_many
from services.deadlines.model import calendar_day, cause, load_calendar
from services.deadlines.recounting import drain, enqueue_unfinished, enter_causes, enter_law
from services.deadlines.sweeping import sweep_all
from tests.harness.waiting import eventually
from tests.service.told import RULES, Desk, petition, way_of_a_referral

NOW = datetime(2029, 6, 1, 1, 0, tzinfo=UTC)
FIRST, LAST = date(2029, 6, 15), date(2029, 6, 29)
"""Days of a year whose notice is not out, two weeks of working days."""
WHY = "载入2029年节假日安排通知"


def received(**changes: Any) -> Petition:
    return petition(
        **{"received_on": date(2029, 6, 1), "registered_on": date(2029, 6, 1), "registered_at": NOW} | changes
    )


@contextmanager
def notice(desk: Desk) -> Iterator[None]:
    """The two weeks become firm and days off, as an import would make them; afterwards they are what they were."""
    own = (calendar_day.c.day >= FIRST, calendar_day.c.day <= LAST)
    with desk.admin.begin() as connection:
        before = [dict(row._mapping) for row in connection.execute(sa.select(calendar_day).where(*own))]
        off = {"kind": "HOLIDAY", "name": "节日", "source": "test", "provisional": False}
        connection.execute(sa.update(calendar_day).where(*own).values(off))
        enter(connection)
    try:
        yield
    finally:
        with desk.admin.begin() as connection:
            connection.execute(sa.delete(calendar_day).where(*own))
            connection.execute(sa.insert(calendar_day), before)
            enter(connection)


def enter(connection: sa.Connection) -> None:
    connection.execute(sa.insert(cause).values(kind="notice", first=FIRST, last=LAST, text=WHY))


def work_off(desk: Desk) -> None:
    enter_causes(desk.database, county=desk.county)
    while drain(desk.database, county=desk.county, rules=RULES) is not None:
        pass


def runs(desk: Desk) -> list[Any]:
    query = "SELECT * FROM deadlines.recount_run WHERE county_id = :county ORDER BY id"
    with desk.admin.connect() as connection:
        return list(connection.execute(sa.text(query), {"county": desk.county}))


def clock_facts(desk: Desk, petition_id: str) -> list[Fact[Clock]]:
    return [fact for fact in desk.facts(Clock) if fact.petition == petition_id]


def fresh(desk: Desk, petition_id: str) -> dict[str, Clock]:
    """What a county that never knew another calendar counts for the same case."""
    other = Desk(database=desk.database, admin=desk.admin, county=str(int(desk.county) + 5000))
    with desk.database.begin(desk.actor, trace="test") as tx:
        item = tx.kept(Petition, petition_id)
    assert item is not None
    other.keep(item.state, now=NOW)
    return other.clocks(petition_id)


def test_a_notice_counts_every_open_clock_that_it_touches_anew_and_records_each_change(desk: Desk) -> None:
    touched = received()
    before_it = received(received_on=date(2029, 3, 1))
    answered = received()
    desk.keep(touched, before_it, answered, way_of_a_referral(answered, to="jtj")[0], now=NOW)
    old = desk.clocks(touched.id)["TRANSFER"]
    untouched = desk.clocks(before_it.id)
    assert old.provisional
    with notice(desk):
        work_off(desk)
        new = desk.clocks(touched.id)["TRANSFER"]
        assert new.effective_due_on > old.effective_due_on
        assert desk.clocks(touched.id) == fresh(desk, touched.id)
        fact = next(fact for fact in reversed(clock_facts(desk, touched.id)) if fact.subject == new.id)
        assert (fact.version, fact.act, fact.state) == (2, Act.CLOCK_CHANGED, new)
        assert str(old.effective_due_on) in (fact.remark or "")
        assert (fact.remark or "").endswith(f"（{WHY}）")
        assert desk.clocks(before_it.id) == untouched
        (run,) = runs(desk)
        changed = [each for each in desk.facts(Clock) if (each.remark or "").endswith(f"（{WHY}）")]
        assert (run.cause, run.changed) == (WHY, len(changed))
        assert run.finished_at is not None
        work_off(desk)
        assert len(runs(desk)) == 1
    work_off(desk)
    assert desk.clocks(touched.id)["TRANSFER"] == old


def test_a_moved_clock_is_told_by_its_new_levels(desk: Desk) -> None:
    item = received()
    desk.keep(item, now=NOW)
    old = desk.clocks(item.id)["TRANSFER"]
    with notice(desk):
        work_off(desk)
        new = desk.clocks(item.id)["TRANSFER"]
        assert [mark.at for mark in new.marks] != [mark.at for mark in old.marks]
        query = "SELECT level_at FROM deadlines.watch WHERE county_id = :county AND clock_id = :clock"
        assert desk.one(query, clock=new.id) == [mark.at for mark in new.marks]
    work_off(desk)


def test_a_fact_that_comes_right_after_the_notice_is_counted_by_it(desk: Desk) -> None:
    before, after = received(), received()
    desk.keep(before, now=NOW)
    with notice(desk):
        desk.keep(after, now=NOW)
        new = desk.clocks(after.id)["TRANSFER"].effective_due_on
        assert new > desk.clocks(before.id)["TRANSFER"].effective_due_on
    work_off(desk)
    assert desk.clocks(after.id)["TRANSFER"].effective_due_on < new


def test_a_clock_that_was_being_counted_by_the_old_calendar_is_not_missed(desk: Desk) -> None:
    first, item = received(), received()
    desk.keep(first, now=NOW)
    entered = threading.Event()

    def enter_all() -> None:
        enter_causes(desk.database, county=desk.county)
        entered.set()

    thread = threading.Thread(target=enter_all, daemon=True)
    with ExitStack() as changed:
        with desk.database.begin(desk.actor, trace="test", now=NOW) as tx:
            tx.keep(item, version=1, fact_id="x")
            recount(tx, petition_id=item.id, rules=RULES)
            old = {each.state.effective_due_on for each in tx.of_petition(Clock, item.id)}
            changed.enter_context(notice(desk))
            thread.start()
            eventually(lambda: waits(desk), 20, what="the causes wait for the count")
            assert not entered.is_set()
        thread.join(20)
        assert entered.is_set()
        work_off(desk)
        assert {clock.effective_due_on for clock in desk.clocks(item.id).values()} != old
        assert desk.clocks(item.id) == fresh(desk, item.id)
    work_off(desk)


def waits(desk: Desk) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'xq_deadlines' AND wait_event = 'advisory'"
    return bool(desk.one(query))


def load(desk: Desk, regime: Regime) -> int:
    """As the command does once it has checked the regime."""
    with desk.database.begin(desk.actor, trace="test", now=NOW) as tx:
        tx.lock(RULES_LOCK)
        stored = tx.find(Regime, desk.county)
        tx.record(regime, act=Act.REGIME_CHANGED, base=stored.version if stored else 0)
        return enqueue_unfinished(tx, why="本县期限规定变更")


def test_a_changed_regime_gives_the_changed_clocks(desk: Desk) -> None:
    item, closed = received(), received()
    closure = Closure(petition_id=closed.id, closed_on=date(2029, 6, 1), closed_by="xfj")
    historical = received(historical=True)
    desk.keep(item, closed, historical, way_of_a_referral(closed, to="jtj")[3], closure, now=NOW)
    old = desk.clocks(item.id)["TRANSFER"]
    warnings = Warnings(shares=(10, 20, 30), county_after_days=9)
    holiday = LocalHoliday(day=old.effective_due_on, name="本地节日")
    load(desk, Regime(county=desk.county, warnings=[warnings], holidays=[holiday]))
    assert desk.clocks(item.id)["TRANSFER"] == old, "until the queue is worked off"
    work_off(desk)
    new = desk.clocks(item.id)["TRANSFER"]
    assert new.effective_due_on > old.effective_due_on
    assert new.marks[0].at < old.marks[0].at
    assert desk.clocks(historical.id) == {}
    (run,) = runs(desk)
    assert run.changed > 0
    load(desk, Regime(county=desk.county))
    work_off(desk)
    assert desk.clocks(item.id)["TRANSFER"] == old


def test_two_workers_share_the_queue_and_count_each_case_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 5)
    monkeypatch.setattr(recounting, "CANDIDATES", 20)
    items = [received() for _ in range(60)]
    desk.keep(*items, now=NOW)
    waiting = load(desk, Regime(county=desk.county, warnings=[Warnings(shares=(10, 20, 30))]))
    assert waiting == 60
    threads = [threading.Thread(target=work_off, args=(desk,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    work_off(desk)
    (run,) = runs(desk)
    versions = [fact.version for item in items for fact in clock_facts(desk, item.id)]
    assert max(versions) == 2
    assert versions.count(2) == run.changed > 0
    assert run.finished_at is not None


def test_a_worker_that_dies_loses_no_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 4)
    items = [received() for _ in range(10)]
    desk.keep(*items, now=NOW)
    load(desk, Regime(county=desk.county, warnings=[Warnings(shares=(10, 20, 30))]))
    drain(desk.database, county=desk.county, rules=RULES)
    record_many = Transaction.record_many

    def dies(self: Transaction, entries: Any) -> Any:
        record_many(self, entries)
        raise ConnectionError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "record_many", dies)
        with pytest.raises(ConnectionError):
            drain(desk.database, county=desk.county, rules=RULES)
    work_off(desk)
    for item in items:
        assert desk.clocks(item.id) == counted(desk, item.id)
    assert all(run.finished_at is not None for run in runs(desk))


def counted(desk: Desk, petition_id: str) -> dict[str, Clock]:
    """The case counted once more, by itself: nothing changes any more."""
    with desk.database.begin(desk.actor, trace="again", now=NOW) as tx:
        recount(tx, petition_id=petition_id, rules=RULES)
        assert tx.facts == []
    return desk.clocks(petition_id)


def test_one_case_beyond_the_calendar_does_not_hold_up_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [received() for _ in range(5)]
    desk.keep(*items, now=NOW)
    load(desk, Regime(county=desk.county, warnings=[Warnings(shares=(10, 20, 30))]))
    with desk.admin.connect() as connection:
        calendar = load_calendar(connection, since=date(2029, 1, 1))
    beyond, whole = items[2].id, recount_many

    def some(tx: Transaction, *, petition_ids: Any, **rest: Any) -> Any:
        if beyond in petition_ids:
            raise OutsideCalendar(day=date.max, calendar=calendar)
        return whole(tx, petition_ids=petition_ids, **rest)

    monkeypatch.setattr(recounting, "recount_many", some)
    work_off(desk)
    for item in items:
        versions = {fact.version for fact in clock_facts(desk, item.id)}
        assert versions == ({1} if item.id == beyond else {1, 2})


def test_law_files_that_changed_are_entered_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "law.toml"
    with desk.admin.connect() as connection, connection.begin() as transaction:
        file.write_text("a", "utf-8")
        assert enter_law(connection, files=[file])
        assert not enter_law(connection, files=[file])
        file.write_text("b", "utf-8")
        assert enter_law(connection, files=[file])
        newest = connection.execute(sa.select(cause).order_by(cause.c.id.desc()).limit(1)).one()
        assert (newest.kind, newest.first, newest.last) == ("law", date.min, date.max)
        transaction.rollback()


def test_another_law_counts_unfinished_cases_anew_and_leaves_finished_ones(desk: Desk) -> None:
    item, historical = received(), received(historical=True)
    desk.keep(item, historical, now=NOW)
    with desk.admin.begin() as connection:
        values = {"kind": "law", "first": date.min, "last": date.max, "text": "法规更新"}
        entered = connection.execute(sa.insert(cause).values(values).returning(cause.c.id)).scalar_one()
    enter_causes(desk.database, county=desk.county)
    assert [run.petitions for run in runs(desk)] == [1]
    query = "SELECT cause_done FROM deadlines.county_state WHERE county_id = :county"
    assert desk.one(query) == entered
    work_off(desk)
    assert [run.changed for run in runs(desk)] == [0]


def test_a_new_county_does_not_count_for_what_was_before_it(desk: Desk) -> None:
    desk.keep(received(), now=NOW)
    assert enter_causes(desk.database, county=desk.county) == 0
    assert runs(desk) == []


def test_clocks_of_before_the_watch_are_counted_anew_and_watched(desk: Desk) -> None:
    """What the migration finds in a database of the version before."""
    item = received()
    desk.keep(item, now=NOW)
    clock = desk.clocks(item.id)["TRANSFER"]
    kept = "id petition_id referral_id owner obligation rule basis starts_on due_on effective_due_on provisional lapses"
    old = {
        key: value for key, value in msgspec.to_builtins(clock).items() if key in {*kept.split(), "met_on", "cancelled"}
    }
    migration = import_module("services.deadlines.migrations.0002_watch")
    with desk.admin.begin() as connection:
        change = "UPDATE deadlines.aggregate SET state = CAST(:state AS jsonb) WHERE id = :id"
        connection.execute(sa.text(change), {"state": msgspec.json.encode(old).decode(), "id": clock.id})
        others = "county_id <> :county"
        connection.execute(sa.text(f"DELETE FROM deadlines.watch WHERE NOT {others}"), {"county": desk.county})
        for table in ("county_state", "recount", "recount_run"):
            connection.execute(sa.text(f"DELETE FROM deadlines.{table}"))
        connection.execute(sa.text("DELETE FROM deadlines.county"))
        connection.exec_driver_sql(migration.EARLIER_CLOCKS)
    work_off(desk)
    assert desk.clocks(item.id)["TRANSFER"] == clock
    sweep_all(desk.database, county=desk.county, now=clock.marks[-1].at)
    assert desk.one("SELECT told FROM deadlines.watch WHERE clock_id = :id", id=clock.id) == len(clock.marks)
