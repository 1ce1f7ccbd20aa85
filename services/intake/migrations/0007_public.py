"""What citizens have saved and not yet handed in."""

from alembic import op

from services.common.scope import protect
from services.intake.model import metadata

revision = "intake_0007"
down_revision = "intake_0006"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("intake.submission"))
