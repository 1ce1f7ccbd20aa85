"""Who read an accusation: what is noted already, and what waits for the relay."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata, view_metadata
from services.common.migrating import protect_outbox

revision = "gateway_0008"
down_revision = "gateway_0007"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
    protect_outbox(connection, "gateway")
