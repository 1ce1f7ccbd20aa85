"""The roster's states get a table of their own; weekly duty tables, which shifts replace, go."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0011"
down_revision = "gateway_0010"

WEEKLY = "roster.table.v1"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
    # A policy binds the owner too: for this one statement it is lifted.
    connection.exec_driver_sql("ALTER TABLE gateway_view.shared_table NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"DELETE FROM gateway_view.shared_table WHERE type = '{WEEKLY}'")
    connection.exec_driver_sql("ALTER TABLE gateway_view.shared_table FORCE ROW LEVEL SECURITY")
