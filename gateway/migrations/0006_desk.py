"""Urgent reports and what the desk writes down get tables of their own."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0006"
down_revision = "gateway_0005"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
