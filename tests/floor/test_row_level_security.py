"""The wall in the database: every table behind a policy, and no way round it for a service."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from gateway.model import VIEW
from services.common.settings import Settings
from services.contracts.topology import SERVICES
from tests.harness.instance import TestInstance
from tests.harness.platform import Platform

PARTS = (*SERVICES, "gateway")
SCHEMAS = {part: (part,) for part in SERVICES} | {"gateway": ("gateway", VIEW)}

# Reference data that belongs to no county, each with why.
WITHOUT_COUNTY = {
    ("gateway", "county"): "the list of counties, read before an actor is known",
    ("deadlines", "calendar_day"): "the national calendar",
    ("deadlines", "cause"): "why the clocks of every county are counted anew",
    ("deadlines", "county"): "the counties for which the sweeper works, read before there is an actor",
    ("roster", "county"): "the counties for which the watcher works, read before there is an actor",
    ("xq", "heartbeat"): "signs of life of the parts",
}
# What a part may read of another schema, with why.
READS = {("gateway", "ledger", "entry"): "an auditor of the county office asks for it, and its policy knows him alone"}

TABLES = """
SELECT n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid),
       EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'county_id' AND NOT a.attisdropped)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_%' AND c.relname <> 'migration'
"""


@pytest.fixture
def admin(instance: TestInstance) -> Iterator[psycopg.Connection]:
    with psycopg.connect(instance.settings.admin_database_url) as connection:
        yield connection


def url(settings: Settings, part: str) -> str:
    found: str = getattr(settings, f"{part}_database_url")
    return found


def test_every_table_has_a_county_and_a_forced_policy(admin: psycopg.Connection) -> None:
    rows = admin.execute(TABLES).fetchall()
    assert len(rows) > 20
    for schema, table, enabled, forced, policies, has_county in rows:
        if (schema, table) in WITHOUT_COUNTY:
            assert not has_county
            continue
        assert has_county, f"{schema}.{table} has no county_id and no entry in WITHOUT_COUNTY"
        assert enabled, f"{schema}.{table} has no row-level security"
        assert forced, f"{schema}.{table} does not force it on its owner"
        assert policies, f"{schema}.{table} has no policy"


def test_a_table_without_a_policy_would_be_found(admin: psycopg.Connection) -> None:
    admin.execute("CREATE TABLE intake.forgotten (county_id text PRIMARY KEY)")
    found = {(row[0], row[1]): row for row in admin.execute(TABLES)}
    admin.rollback()
    assert found["intake", "forgotten"][2:5] == (False, False, 0)


def test_the_county_leads_every_primary_key(admin: psycopg.Connection) -> None:
    first_columns = admin.execute(
        """SELECT n.nspname, c.relname, a.attname FROM pg_index i
           JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
           WHERE i.indisprimary AND n.nspname = ANY(%s)""",
        ([schema for of_part in SCHEMAS.values() for schema in of_part],),
    ).fetchall()
    # The outbox is a queue: the relay reads it in the order of its sequence, over all counties.
    others = {
        (schema, table)
        for schema, table, column in first_columns
        if column != "county_id" and (schema, table) not in WITHOUT_COUNTY and table not in {"outbox", "migration"}
    }
    assert others == set()


@pytest.mark.parametrize("part", [*PARTS, "relay"])
def test_no_part_owns_or_bypasses_anything(admin: psycopg.Connection, part: str) -> None:
    role = admin.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, oid FROM pg_roles WHERE rolname = %s",
        (f"xq_{part}",),
    ).fetchone()
    assert role is not None
    assert role[:4] == (False, False, False, False)
    owned = admin.execute("SELECT count(*) FROM pg_class WHERE relowner = %s", (role[4],)).fetchone()
    assert owned == (0,)


@pytest.mark.parametrize("part", PARTS)
def test_a_query_that_names_no_actor_raises(platform: Platform, admin: psycopg.Connection, part: str) -> None:
    tables = [
        (row[0], row[1])
        for row in admin.execute(TABLES)
        if row[0] in SCHEMAS[part] and (row[0], row[1]) not in WITHOUT_COUNTY
    ]
    assert tables
    raised = 0
    with psycopg.connect(url(platform.settings, part), autocommit=True) as connection:
        for schema, table in tables:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            if admin.execute(query).fetchone() == (0,):
                continue  # PostgreSQL asks a policy when it meets the first row.
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no actor"):
                connection.execute(query)
            raised += 1
    assert raised >= 1


PASSING = {"gateway_view.task", "gateway_view.tally", "gateway.change", "gateway.oidc_ticket"}
"""What goes by itself: what is done, counts that were folded, changes that were told, tickets that were taken."""


@pytest.mark.parametrize("part", PARTS)
def test_nothing_can_be_deleted_and_no_other_schema_read(
    instance: TestInstance, admin: psycopg.Connection, part: str
) -> None:
    with psycopg.connect(url(instance.settings, part), autocommit=True) as connection:
        for schema, table, *_ in admin.execute(TABLES).fetchall():
            if schema == "xq":
                continue
            name = sql.Identifier(schema, table)
            if f"{schema}.{table}" in PASSING and part == "gateway":
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
                connection.execute(sql.SQL("DELETE FROM {}").format(name))
            if schema not in SCHEMAS[part] and (part, schema, table) not in READS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
                    connection.execute(sql.SQL("SELECT 1 FROM {}").format(name))


def test_the_scope_ends_with_its_transaction(platform: Platform) -> None:
    with psycopg.connect(platform.settings.gateway_database_url) as connection:
        with connection.transaction():
            for name, value in (
                ("county", "611021"),
                ("tenant", "x"),
                ("user", "x"),
                ("scope", "all"),
                ("cleared", "yes"),
            ):
                connection.execute("SELECT set_config(%s, %s, true)", (f"xq.{name}", value))
            assert connection.execute("SELECT count(*) > 0 FROM gateway_view.shared_table").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no actor"):
            connection.execute("SELECT count(*) FROM gateway_view.shared_table")


def test_another_county_sees_no_row(platform: Platform) -> None:
    with psycopg.connect(platform.settings.gateway_database_url) as connection, connection.transaction():
        for name, value in (
            ("county", "990001"),
            ("tenant", "xfj"),
            ("user", "x"),
            ("scope", "all"),
            ("cleared", "yes"),
        ):
            connection.execute("SELECT set_config(%s, %s, true)", (f"xq.{name}", value))
        for table in ("shared_table", "petition", "case_part", "timeline", "private", "account"):
            query = sql.SQL("SELECT count(*) FROM {} WHERE county_id = '611021'").format(
                sql.Identifier("gateway" if table == "account" else VIEW, table)
            )
            assert connection.execute(query).fetchone() == (0,)
