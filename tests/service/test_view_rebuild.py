"""The view made anew from the services while people work, and what a comparison of two views notices."""

import asyncio
import random
import shutil
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
import sqlalchemy as sa
from amqp.exceptions import NotFound

from deploy.operator import view
from deploy.operator.view_rebuild import RebuildFailed, Rebuilt
from gateway.access import POLICY
from gateway.database import connect
from gateway.model import VIEW
from gateway.rebuilding import filling
from gateway.rebuilding.comparing import Table, compare
from gateway.rebuilding.following import QUEUE
from gateway.rebuilding.moving import ensure_view_schema
from gateway.rebuilding.schemas import NEXT, OLD
from services.common import history
from services.contracts.directory import Organisation
from tests.harness.broker import waiting
from tests.harness.platform import COUNTIES, Platform
from tests.journey.story import Walker, done, letter

CODE, SLUG = "990078", "chongjian"
PLACE = f"{CODE}101"
WRITERS = 3
LISTED = "query { petitions(first: 20) { totalCount nodes { id status timeline { act actorName remark } } } }"
# What the catalog says of a schema, without its name.
MADE_OF = """
SELECT 'policy', tablename, policyname, cmd || coalesce(qual, '') FROM pg_policies WHERE schemaname = %(schema)s
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL SELECT 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger AS t
  JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND NOT tgisinternal
UNION ALL SELECT 'table', relname, relkind::text, concat(relrowsecurity, relforcerowsecurity, relacl, reloptions)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND relkind IN ('r', 'v')
UNION ALL SELECT 'schema', '', '', nspacl::text FROM pg_namespace WHERE nspname = %(schema)s
UNION ALL SELECT 'column', table_name, column_name, concat(data_type, is_nullable, generation_expression)
  FROM information_schema.columns WHERE table_schema = %(schema)s
ORDER BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def county(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A county of its own: what other tests told the view alone, no service can tell again."""
    from deploy.operator import provision

    profile = tmp_path_factory.mktemp("county") / SLUG
    shutil.copytree(COUNTIES / "yanshi2", profile)
    for file in profile.iterdir():
        file.write_text(file.read_text("utf-8").replace("990001", CODE).replace("yanshi2", SLUG), "utf-8")
    provision.run(settings=platform.settings, profile=profile, logins_file=platform.logins_file)
    return platform


class Office:
    """The county office's clerk and a bureau's: each registers, hands over, returns and reads."""

    def __init__(self, platform: Platform) -> None:
        self.clerk = Walker(platform, platform.login("xfj", "CLERK", county=SLUG))
        self.bureau = Walker(platform, platform.login("zrzy", "CLERK", county=SLUG))
        self.cleared = Walker(platform, platform.login("xfj", "ACCUSATIONS", county=SLUG))

    def case(self, chance: random.Random) -> str:
        """Registers a case and carries it some steps; returns its id."""
        nature = chance.choice(["APPEAL", "APPEAL", "INQUIRY", "ACCUSATION"])
        anonymous = {"confidential": chance.random() < 0.2}
        given = letter(place=PLACE, nature=nature, category=None, **anonymous)
        petition: str = done(self.clerk.register(given))["petition"]["id"]
        if nature == "ACCUSATION":
            self.cleared.whole(petition)  # A reading, which the gateway itself tells.
        elif chance.random() < 0.8:
            to = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "zrzy"}]}
            referred = done(self.clerk.act("referPetition", "ReferPetitionInput", to))
            assert referred["petition"]
            (referral,) = self.clerk.whole(petition)["referrals"]
            given = {"referralId": referral["id"]}
            steps = (
                (self.bureau, "receiveReferral", "ReferralInput", given),
                (self.bureau, "objectToReferral", "ReasonInput", {**given, "reason": "不属于本单位职责"}),
                (
                    self.clerk,
                    "decideObjection",
                    "DecideObjectionInput",
                    {**given, "uphold": True, "reason": "同意退回"},
                ),
            )
            for user, mutation, type_, input_ in steps[: chance.randrange(4)]:
                done(user.act(mutation, type_, input_))
        return petition


class Work:
    """Several people who go on registering and reading until they are told to stop."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(WRITERS)]
        self.cases: list[str] = []
        self.failures: list[BaseException] = []

    def __enter__(self) -> "Work":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        chance = random.Random(number)
        try:
            office = Office(self._platform)
            while not self._stop.is_set():
                case = office.case(chance)
                self.cases.append(case)
                # What one has just done is there, whatever becomes of the view meanwhile.
                assert office.clerk.whole(case)["timeline"]
                self._platform.gql(office.clerk.client, LISTED)
        except BaseException as error:
            self.failures.append(error)


@pytest.fixture(scope="module")
def rebuilt(county: Platform) -> Iterator[tuple[Rebuilt, Work]]:
    """A rebuild among people who work; the view before it is kept."""
    office, chance = Office(county), random.Random(7)
    for _ in range(12):
        office.case(chance)
    with Work(county) as work:
        county.eventually(lambda: len(work.cases) >= WRITERS or work.failures)
        done = view.run(county.settings, keep=True)
        before = len(work.cases)
        county.eventually(lambda: len(work.cases) > before or work.failures)
    yield done, work
    with psycopg.connect(county.settings.admin_database_url) as admin:
        admin.execute(f"DROP SCHEMA IF EXISTS {OLD} CASCADE")


def test_a_view_made_anew_under_load_is_the_view_that_was(county: Platform, rebuilt: tuple[Rebuilt, Work]) -> None:
    result, work = rebuilt
    assert work.failures == []
    assert result.facts > 0
    tables = {table.name: table for table in result.counties[CODE]}
    assert [(table.name, table.differing) for table in tables.values() if not table.equal] == []
    filled = {name for name, table in tables.items() if table.after.rows > 0}
    assert {"petition", "petition_words", "private", "case_part", "clock", "timeline", "task", "tally"} <= filled
    assert {"roster_entry", "shared_table", "ended_referral"} <= filled
    # Nothing that was done meanwhile is missing, and the next act is shown as ever.
    office = Office(county)
    for case in (*work.cases, office.case(random.Random(1))):
        assert office.clerk.whole(case)["id"] == case


def test_the_new_schema_is_made_as_the_old_one_was(county: Platform, rebuilt: tuple[Rebuilt, Work]) -> None:
    with psycopg.connect(county.settings.admin_database_url) as admin:
        old, new = (
            [
                tuple(str(cell).replace(schema, "…") for cell in row)
                for row in admin.execute(MADE_OF, {"schema": schema})
            ]
            for schema in (OLD, VIEW)
        )
    assert old == new
    assert {"policy", "index", "trigger", "table", "column", "schema"} <= {row[0] for row in new}


def compared(platform: Platform) -> dict[str, Table]:
    async def run() -> dict[str, Table]:
        engine = connect(platform.settings.admin_database_url)
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            tables = await compare(connection, before=OLD, after=VIEW, county=CODE)
        await engine.dispose()
        return {table.name: table for table in tables}

    return asyncio.run(run())


def test_a_comparison_notices_a_changed_a_missing_and_an_extra_row(
    county: Platform, rebuilt: tuple[Rebuilt, Work]
) -> None:
    with psycopg.connect(county.settings.admin_database_url, autocommit=True) as admin:

        def one(query: str) -> Any:
            row = admin.execute(query).fetchone()
            assert row is not None
            return row[0]

        # What no case changes: the work went on after the new view was put in place.
        table, of = f"{OLD}.shared_table", f"county_id = '{CODE}' AND type = '{Organisation.fact_type}'"
        before = compared(county)["shared_table"]
        assert before.equal
        first, last = one(f"SELECT min(id) FROM {table} WHERE {of}"), one(f"SELECT max(id) FROM {table} WHERE {of}")
        admin.execute(f"UPDATE {table} SET visible_to = '{{x}}' WHERE {of} AND id = %s", (first,))
        admin.execute(f"UPDATE {table} SET id = 'zz' WHERE {of} AND id = %s", (last,))
    after = compared(county)["shared_table"]
    assert not after.equal
    # The number of rows says nothing: one is too many and one is missing.
    assert after.before.rows == after.after.rows == before.after.rows
    kind = Organisation.fact_type
    assert sorted(after.differing) == [f"changed {kind}/{first}", f"extra {kind}/{last}", f"missing {kind}/zz"]
    assert [line.split("：")[0].strip() for line in view.told([after])[1:]] == ["不同", "新视图中多出", "新视图中没有"]


def test_a_database_from_before_gets_the_schema_and_its_history(
    county: Platform, rebuilt: tuple[Rebuilt, Work]
) -> None:
    url = county.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(url)
    rows = sa.text(f"SELECT * FROM intake.history WHERE on_timeline AND county_id = '{CODE}' ORDER BY fact_id")
    policies = sa.text(
        "SELECT schemaname, policyname FROM pg_policies WHERE tablename = ANY(:names) AND schemaname <> :old"
    )
    with engine.connect() as connection:
        # As it was: the view among the gateway's own tables, policies named for them, and no history.
        for name in ("timeline", "ended_referral"):
            connection.execute(sa.text(f"ALTER POLICY {POLICY} ON {VIEW}.{name} RENAME TO gateway_{name}_scope"))
            connection.execute(sa.text(f"ALTER TABLE {VIEW}.{name} SET SCHEMA gateway"))
        before = [row._mapping for row in connection.execute(rows)]
        connection.execute(sa.text("DROP TABLE intake.history"))
        for _ in range(2):
            ensure_view_schema(connection)
        assert (
            connection.execute(policies, {"names": ["timeline", "ended_referral"], "old": OLD}).all()
            == [(VIEW, POLICY)] * 2
        )
        history.begin(connection, "intake")
        after = [row._mapping for row in connection.execute(rows)]
        connection.rollback()
    engine.dispose()
    assert len(before) >= len(after) > 0
    known = {row["fact_id"]: row for row in before}
    for row in after:
        # Its version and login the ledger knows as soon as the relay has carried it.
        told = {"version": 0, "login": ""} if row["version"] == 0 else {}
        assert {**known[row["fact_id"]], "trace": "", **told} == dict(row)
    assert any(row["version"] > 0 and row["login"] for row in after)


def test_a_rebuild_that_breaks_off_leaves_nothing_behind(county: Platform, rebuilt: tuple[Rebuilt, Work]) -> None:
    left = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)"
    with (
        patch.object(filling, "derive_cases", side_effect=ConnectionError("gone")),
        pytest.raises(RebuildFailed, match="原视图未受影响"),
    ):
        view.run(county.settings)
    with psycopg.connect(county.settings.admin_database_url) as admin:
        assert admin.execute(left, ([NEXT, OLD],)).fetchall() == []
    with pytest.raises(NotFound):
        waiting(county.settings.amqp_url, QUEUE)
    office = Office(county)
    case = office.case(random.Random(2))
    assert office.clerk.whole(case)["id"] == case
