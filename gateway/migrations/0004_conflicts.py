"""The conflict log (矛盾纠纷) gets a table of its own."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0004"
down_revision = "gateway_0003"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
