"""The series of opinions' numbers."""

from alembic import op

from services.common.scope import protect
from services.routing.model import metadata

revision = "routing_0003"
down_revision = "routing_0002"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("routing.answer_counter"))
