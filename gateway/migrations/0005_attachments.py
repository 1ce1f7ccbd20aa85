"""What may show who wrote a confidential petition is not for everybody who sees the case."""

from alembic import op

from gateway.access import policies

revision = "gateway_0005"
down_revision = "gateway_0004"


def upgrade() -> None:
    connection = op.get_bind()
    for statements in policies():
        connection.exec_driver_sql(statements)
