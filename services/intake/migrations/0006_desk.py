"""The series of the desk and its papers."""

from alembic import op

from services.common.scope import protect
from services.intake.model import metadata

revision = "intake_0006"
down_revision = "intake_0005"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("intake.document_counter"))
