"""A year's notice that is imported: the year is firm, and every open clock that it touches is counted anew."""

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from deploy.local.instance import ROOT
from services.common.database import Database
from services.common.known_calendar import statutory_days
from services.contracts.acts import Act
from services.contracts.calendar import CalendarYear
from services.contracts.deadlines import Clock, Obligation
from services.contracts.intake import Petition
from services.contracts.routing import ReferralState
from services.deadlines.model import calendar_day, load_calendar
from services.deadlines.notices import BadNotice, Notice, parse_notice
from services.deadlines.seeding import apply_notice, seed
from tests.harness.instance import TestInstance
from tests.harness.waiting import eventually
from tests.service.told import Desk, nobody_else, petition, way_of_a_referral

NOTICES = ROOT / "tests" / "unit" / "deadlines" / "notices"
NUMBERS = itertools.count(970_001)
WHEN = datetime(2026, 12, 8, 1, 0, tzinfo=UTC)


class Office:
    """Who imports notices, with one county whose clocks reach into 2027."""

    def __init__(self, instance: TestInstance, desk: Desk, folder: Path) -> None:
        self.instance = instance
        self.desk = desk
        self.folder = folder

    def imports(self, notice: dict[str, Any]) -> str:
        file = self.folder / "通知.json"
        file.write_text(json.dumps(notice, ensure_ascii=False), "utf-8")
        return self.command("import", str(file))

    def command(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.operator", "calendar", *arguments],
            cwd=ROOT,
            env=self.instance.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def sweeper(self) -> Iterator[None]:
        with subprocess.Popen(
            [sys.executable, "-m", "services.deadlines.sweeper"],
            cwd=ROOT,
            env=self.instance.environ,
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                eventually(lambda: self.pulses() > 0, 30)
                yield
            finally:
                process.terminate()
                process.wait(30)

    def no_pulse(self) -> None:
        self.desk.one("DELETE FROM xq.heartbeat WHERE part = 'sweeper' RETURNING 1")

    def pulses(self) -> int:
        return int(self.desk.one("SELECT count(*) FROM xq.heartbeat WHERE part = 'sweeper'"))

    def causes(self) -> int:
        return int(self.desk.one("SELECT count(*) FROM deadlines.cause"))

    def calendar(self) -> list[tuple[Any, ...]]:
        with self.desk.admin.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.select(calendar_day).order_by(calendar_day.c.day))]


def as_seeded(admin: sa.Engine) -> None:
    """The calendar as a new installation has it; who keeps it in mind is told."""
    with admin.begin() as connection:
        connection.execute(sa.delete(calendar_day))
        seed(connection)


@contextmanager
def alone(admin: sa.Engine) -> Iterator[None]:
    """The counties of other tests in the same session are not counted meanwhile; they catch up afterwards."""
    with admin.begin() as connection:
        others = connection.execute(sa.text("DELETE FROM deadlines.county RETURNING code")).scalars().all()
    try:
        yield
    finally:
        with admin.begin() as connection:
            for code in others:
                connection.execute(
                    sa.text("INSERT INTO deadlines.county VALUES (:code) ON CONFLICT DO NOTHING"), {"code": code}
                )


@pytest.fixture
def office(instance: TestInstance, tmp_path: Path) -> Iterator[Office]:
    url = instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    admin = sa.create_engine(url)
    database = Database(service="deadlines", url=instance.settings.deadlines_database_url)
    with nobody_else(instance), alone(admin):
        office = Office(instance, Desk(database=database, admin=admin, county=str(next(NUMBERS))), tmp_path)
        office.no_pulse()
        yield office
        as_seeded(admin)
        for table, column in [("outbox", "county_id"), ("county", "code")]:
            office.desk.one(f"DELETE FROM deadlines.{table} WHERE {column} = :county RETURNING 1")
    database.engine.dispose()
    admin.dispose()


def made_up() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((NOTICES / "2027.json").read_text("utf-8"))
    return found


def handled_case(desk: Desk) -> Petition:
    """A case whose answer is due on 5 February 2027, New Year's Eve of that year."""
    item = petition(received_on=date(2026, 11, 30), registered_on=date(2026, 11, 30))
    referral = msgspec.structs.replace(
        way_of_a_referral(item, to="jtj")[2],
        state=ReferralState.ACCEPTED,
        sent_on=date(2026, 12, 1),
        received_on=date(2026, 12, 2),
        accepted_on=date(2026, 12, 7),
        due_on=None,
    )
    desk.keep(item, referral, now=WHEN)
    return item


def handling(desk: Desk, item: Petition) -> Clock:
    return desk.clocks(item.id)[str(Obligation.HANDLING)]


def test_a_notice_makes_its_year_firm_and_the_sweeper_counts_its_clocks_anew(office: Office) -> None:
    item = handled_case(office.desk)
    before = handling(office.desk, item)
    assert (before.effective_due_on, before.provisional) == (date(2027, 2, 11), True)
    with office.sweeper():
        said = office.imports(made_up())
        after = handling(office.desk, item)
    assert (after.due_on, after.effective_due_on, after.provisional) == (date(2027, 2, 5), date(2027, 2, 15), False)
    assert "已载入 2027 年放假安排，工作日历更新 367 天" in said
    assert "2026-12-27（调休上班）、2026-12-31（调休放假）" in said
    assert "已重新计算 1 件信访事项的" in said
    assert "1 个有变动" in said
    (changed,) = [fact for fact in office.desk.facts(Clock) if fact.subject == after.id and fact.version == 2]
    assert changed.act == Act.CLOCK_CHANGED
    assert changed.remark is not None
    assert "载入2027年节假日安排通知" in changed.remark
    assert not any(row[5] for row in office.calendar() if row[1].year == 2027)
    # The other parts are told of the years that are not what the libraries say, once.
    told = office.desk.facts(CalendarYear)
    assert [(fact.act, fact.state.year, fact.version) for fact in told] == [
        (Act.CALENDAR_TOLD, 2026, 1),
        (Act.CALENDAR_TOLD, 2027, 1),
    ]


def test_the_same_notice_again_changes_nothing(office: Office) -> None:
    office.imports(made_up())
    calendar, causes = office.calendar(), office.causes()
    assert "没有任何变化" in office.imports(made_up())
    assert "没有任何变化" in office.imports({**made_up(), "papers": []})
    assert (office.calendar(), office.causes()) == (calendar, causes)


def test_where_no_clock_is_touched_none_is_counted(office: Office) -> None:
    office.desk.keep(petition(received_on=date(2026, 8, 3)), now=WHEN)
    with office.sweeper():
        assert "没有未办结的期限受到影响" in office.imports(made_up())


def test_without_a_sweeper_the_clocks_are_counted_when_one_runs(office: Office) -> None:
    item = handled_case(office.desk)
    said = office.imports(made_up())
    assert "督办巡查（sweeper）没有运行" in said
    assert handling(office.desk, item).provisional
    with office.sweeper():
        eventually(lambda: not handling(office.desk, item).provisional, 30)


def test_a_notice_that_is_corrected_moves_the_clocks_once_more(office: Office) -> None:
    item = handled_case(office.desk)
    notice = made_up()
    with office.sweeper():
        office.imports(notice)
        notice["days"] = [day for day in notice["days"] if day["date"] not in ("2027-02-11", "2027-02-12")]
        said = office.imports(notice)
        assert handling(office.desk, item).effective_due_on == date(2027, 2, 11)
    assert "工作日历更新 2 天" in said
    told = [(fact.state.year, fact.version) for fact in office.desk.facts(CalendarYear)]
    assert told == [(2026, 1), (2027, 1), (2027, 2)]


def test_what_is_no_notice_changes_nothing(office: Office) -> None:
    calendar, causes = office.calendar(), office.causes()
    notice = made_up()
    file = office.folder / "坏.json"
    file.write_text(json.dumps({**notice, "days": [*notice["days"], notice["days"][0]]}), "utf-8")
    assert "重复列出" in office.command("import", str(file), code=1)
    file.write_text(
        json.dumps({"year": 2099, "days": [{"name": "元旦", "date": "2099-01-01", "isOffDay": True}]}), "utf-8"
    )
    assert "不相连" in office.command("import", str(file), code=1)
    assert (office.calendar(), office.causes()) == (calendar, causes)


def test_counting_for_anyone_knows_the_imported_notice(office: Office) -> None:
    office.imports(made_up())
    asked = ("due", "--start", "2026-12-07", "--length", "60", "--unit", "calendar_days")
    answer = json.loads(office.command(*asked))
    assert (answer["effective"], answer["provisional"]) == ("2027-02-15", False)
    shown = office.command("show", "2027")
    assert "来源：2027年节假日安排通知" in shown
    assert "暂定" not in shown
    assert "01-31 周日（春节）" in shown


def read(year: int) -> Notice:
    return parse_notice((NOTICES / f"{year}.json").read_bytes(), statutory_days=statutory_days)


def test_notices_of_past_years_change_no_working_day(office: Office) -> None:
    """Also in whichever order they come: the eve of 2023 was made a day off by the notice of 2023."""
    with office.desk.admin.connect() as connection:
        before = load_calendar(connection, since=date.min)
        for year in (2024, 2023, 2022, 2021, 2020):
            apply_notice(connection, read(year))
        after = load_calendar(connection, since=date.min)
        assert after.day(date(2022, 12, 31)).name == "元旦"
        assert [day for day in before.days if before.is_workday(day) != after.is_workday(day)] == []
        connection.rollback()


def test_a_seeding_leaves_imported_days_as_they_are(office: Office) -> None:
    office.imports(made_up())
    calendar = office.calendar()
    with office.desk.admin.begin() as connection:
        assert seed(connection) == 0
    assert office.calendar() == calendar


def test_a_notice_that_would_leave_a_gap_is_refused(office: Office) -> None:
    with office.desk.admin.connect() as connection, pytest.raises(BadNotice, match="不相连"):
        apply_notice(connection, msgspec.structs.replace(read(2024), year=2090))


def test_of_two_imports_at_once_one_changes_the_calendar(office: Office) -> None:
    changed: list[int] = []

    def work() -> None:
        with office.desk.admin.begin() as connection:
            changed.append(len(apply_notice(connection, read(2027))[0]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(changed) == [0, 0, 0, 367]
