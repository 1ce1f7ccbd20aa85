"""The view and the accounts."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
