"""What may show who wrote a confidential petition is not for everybody who sees the case."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata

revision = "gateway_0005"
down_revision = "gateway_0004"


def upgrade() -> None:
    connection = op.get_bind()
    # The policies name every table of today.
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
