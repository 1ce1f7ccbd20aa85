"""Whoever is accused sees nothing of the case: the policies know barred logins."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0003"
down_revision = "gateway_0002"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
