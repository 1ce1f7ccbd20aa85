"""Bringing a schema to its newest form: roles, the floor's tables and policies, then the service's own migrations.

Run by an administrator of the database; services connect as roles that own nothing and bypass nothing.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from services.common import history
from services.common.scope import FUNCTIONS, VISIBLE, protect
from services.common.tables import floor_tables

RELAY_ROLE = "xq_relay"
LOCK_KEY = 7_610_021
"""Advisory lock under which one migration runs at a time."""


def role_of(part: str) -> str:
    return f"xq_{part}"


def ensure_role(connection: sa.Connection, *, role: str, password: str) -> None:
    """Creates the login role, or gives it the password that the settings hold."""
    exists = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
    verb = "ALTER" if exists else "CREATE"
    literal = connection.execute(sa.text("SELECT quote_literal(:password)"), {"password": password}).scalar_one()
    connection.exec_driver_sql(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS PASSWORD {literal}"
    )


def ensure_scope(connection: sa.Connection) -> None:
    """The functions that policies read, and the heartbeat table of the parts that answer no call."""
    connection.exec_driver_sql(FUNCTIONS)
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS xq.heartbeat"
        " (part text PRIMARY KEY, at timestamptz NOT NULL, pending bigint NOT NULL)"
    )
    # Since when the oldest of what is pending has waited; nothing where nothing waits, or nobody says.
    connection.exec_driver_sql("ALTER TABLE xq.heartbeat ADD COLUMN IF NOT EXISTS oldest_at timestamptz")
    connection.exec_driver_sql("GRANT USAGE ON SCHEMA xq TO PUBLIC")


def create_floor(connection: sa.Connection, schema: str) -> None:
    """The tables of ``floor_tables`` with their policies; called by each service's first migration."""
    floor_tables(schema).metadata.create_all(connection)
    protect_states(connection, schema)
    history.begin(connection, schema)
    connection.exec_driver_sql(protect(f"{schema}.command_log"))
    protect_outbox(connection, schema)


def protect_outbox(connection: sa.Connection, schema: str) -> None:
    """The relay carries every county's messages and sees nothing else of any county."""
    connection.exec_driver_sql(protect(f"{schema}.outbox"))
    connection.exec_driver_sql(
        f"DROP POLICY IF EXISTS {schema}_outbox_relay ON {schema}.outbox;"
        f"CREATE POLICY {schema}_outbox_relay ON {schema}.outbox TO {RELAY_ROLE} USING (true);"
        f"GRANT USAGE ON SCHEMA {schema} TO {RELAY_ROLE};"
        f"GRANT SELECT, DELETE, UPDATE (attempts) ON {schema}.outbox TO {RELAY_ROLE};"
    )


def protect_states(connection: sa.Connection, schema: str) -> None:
    """Puts the floor's states behind the policy of ``VISIBLE``; called again by a migration when that changes."""
    for table in ("aggregate", "kept_fact"):
        connection.exec_driver_sql(protect(f"{schema}.{table}", using=VISIBLE))


def upgrade(connection: sa.Connection, *, schema: str, migrations: Path) -> None:
    """Runs the migrations in ``migrations`` that the schema has not had."""
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    config = _config(migrations)
    config.attributes.update(connection=connection, schema=schema)
    command.upgrade(config, "head")


def revisions(migrations: Path) -> list[str]:
    """Of a folder of migrations, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config(migrations)).walk_revisions()]


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(migrations))
    config.set_main_option("path_separator", "newline")
    return config


def grant(connection: sa.Connection, *, schema: str) -> None:
    """Gives the part whose schema it is what it needs of it: to read, to add and to change, and never to delete."""
    grant_tables(connection, schema=schema, role=role_of(schema))
    connection.exec_driver_sql(
        f"REVOKE INSERT, UPDATE ON {schema}.migration FROM {role_of(schema)};"
        f"REVOKE UPDATE ON {schema}.history FROM {role_of(schema)};"
    )


def grant_tables(connection: sa.Connection, *, schema: str, role: str) -> None:
    connection.exec_driver_sql(
        f"GRANT USAGE ON SCHEMA {schema} TO {role};"
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO {role};"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};"
    )
