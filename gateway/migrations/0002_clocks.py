"""Clocks, supervisions and reminders get tables of their own.

The clocks that stood among the other parts of a case are of an older shape: they are dropped here, and deadlines
tells every clock anew.
"""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0002"
down_revision = "gateway_0001"


def upgrade() -> None:
    connection = op.get_bind()
    # The policy binds the table's owner as well, who has no county; ``policies`` puts it back.
    connection.exec_driver_sql("ALTER TABLE gateway_view.case_part NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql("DELETE FROM gateway_view.case_part WHERE type = 'deadlines.clock.v1'")
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
