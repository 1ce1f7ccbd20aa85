"""What changed in the view, for those who follow it: rows that go again after some days."""

from alembic import op

from gateway.access import policies
from gateway.model import metadata

revision = "gateway_0016"
down_revision = "gateway_0015"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
    # Nothing else of this schema may be deleted by the gateway; these rows say nothing that the view does not.
    connection.exec_driver_sql("GRANT DELETE ON gateway.change TO xq_gateway")
