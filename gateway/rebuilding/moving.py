"""Databases that are older than the view's own schema: their view moves there before any migration speaks of it."""

import sqlalchemy as sa

from gateway.access import POLICY
from gateway.model import VIEW, view_metadata, views

SCHEMA_BEFORE = "gateway"


def ensure_view_schema(connection: sa.Connection) -> None:
    """Makes the schema, and moves there what of the view still stands in the gateway's. Safe to repeat."""
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {VIEW}")
    query = sa.text(
        "SELECT c.relname, c.relkind = 'v' FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = :schema AND c.relname = ANY(:names)"
    )
    names = [table.name for of_view in (view_metadata, views) for table in of_view.sorted_tables]
    for name, is_view in connection.execute(query, {"schema": SCHEMA_BEFORE, "names": names}).all():
        kind = "VIEW" if is_view else "TABLE"
        connection.exec_driver_sql(f"ALTER {kind} {SCHEMA_BEFORE}.{name} SET SCHEMA {VIEW}")
        if not is_view:
            # Under its old name it would stand beside the policy of today, and either one lets a row through.
            before = f"{SCHEMA_BEFORE}_{name}_scope"
            connection.exec_driver_sql(f"ALTER POLICY {before} ON {VIEW}.{name} RENAME TO {POLICY}")
