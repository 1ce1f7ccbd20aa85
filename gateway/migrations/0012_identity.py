"""Sessions, lock-out, and accounts that administrators change."""

import sqlalchemy as sa
from alembic import op

from gateway.access import policies
from gateway.model import account, county, metadata, view_metadata

revision = "gateway_0012"
down_revision = "gateway_0011"

NEW = {
    county: ("first_passwords_stay",),
    account: (
        *("version", "origin", "listed", "must_change", "tries", "tries_since", "locked_until"),
        "last_signed_in_at",
    ),
}

# Until now every account in use was as the profile said. A policy binds the owner too: it is lifted for this.
LISTED = """
ALTER TABLE gateway.account NO FORCE ROW LEVEL SECURITY;
UPDATE gateway.account SET listed = jsonb_build_object(
  'tenant', tenant, 'kind', kind, 'name', name, 'roles', to_jsonb(roles), 'label', label) WHERE active;
ALTER TABLE gateway.account FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    for table, names in NEW.items():
        # A new database has them already: its tables were made from the model as it is now.
        there = {column["name"] for column in inspector.get_columns(table.name, schema=table.schema)}
        for name in names:
            if name not in there:
                column = sa.schema.CreateColumn(table.c[name]).compile(connection)
                connection.exec_driver_sql(f"ALTER TABLE {table.schema}.{table.name} ADD COLUMN {column}")
                if name == "listed":
                    connection.exec_driver_sql(LISTED)
    # The policies name every table of today.
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
