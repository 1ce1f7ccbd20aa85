"""``./xinqiao migrate``: database roles, schemas and policies, and the queues of the bus."""

from pathlib import Path
from urllib.parse import urlsplit

import click
import sqlalchemy as sa

from gateway.model import VIEW
from gateway.rebuilding.moving import ensure_view_schema
from services.common import migrating, settings, topology
from services.contracts.topology import SERVICES
from services.deadlines.recounting import enter_law
from services.deadlines.rules import LAW_DIRECTORY, NORMS_DIRECTORY
from services.deadlines.seeding import seed

ROOT = Path(__file__).parents[2]
MIGRATIONS = {name: ROOT / "services" / name / "migrations" for name in SERVICES} | {
    "gateway": ROOT / "gateway" / "migrations"
}
LEDGER_MIGRATIONS = ROOT / "services" / "common" / "ledger_migrations"


def run(config: settings.Settings) -> None:
    """Brings database and broker to what this version needs. Safe to repeat, and by several at once."""
    engine = sa.create_engine(config.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrating.LOCK_KEY})
            for part in (*MIGRATIONS, "relay"):
                password = urlsplit(getattr(config, f"{part}_database_url")).password or ""
                migrating.ensure_role(connection, role=migrating.role_of(part), password=password)
            migrating.ensure_scope(connection)
            connection.exec_driver_sql(
                "GRANT SELECT, INSERT, UPDATE ON xq.heartbeat TO xq_relay, xq_gateway, xq_deadlines, xq_roster"
            )
            ensure_view_schema(connection)
            for schema, migrations in MIGRATIONS.items():
                migrating.upgrade(connection, schema=schema, migrations=migrations)
                migrating.grant(connection, schema=schema)
            migrating.grant_tables(connection, schema=VIEW, role=migrating.role_of("gateway"))
            # It belongs to no part: its own migrations say who may do what.
            migrating.upgrade(connection, schema="ledger", migrations=LEDGER_MIGRATIONS)
            seed(connection)
            enter_law(connection, files=[*LAW_DIRECTORY.glob("*.toml"), *NORMS_DIRECTORY.glob("*.toml")])
    finally:
        engine.dispose()
    topology.declare(amqp_url=config.amqp_url, retry_delays_seconds=config.retry_delays_seconds)


@click.command(help="建立或升级数据库结构与消息队列（可重复执行）")
def command() -> None:
    parts = [f"{part}_database_url" for part in (*MIGRATIONS, "relay")]
    try:
        config = settings.load("amqp_url", "admin_database_url", *parts)
    except settings.SettingsError as error:
        raise click.ClickException(str(error)) from error
    run(config)
    click.echo("数据库结构与消息队列已是最新。")
