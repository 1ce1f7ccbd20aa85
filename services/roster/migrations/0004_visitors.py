"""Visitors of receptions, sealed."""

from alembic import op

from services.common.scope import VISIBLE, protect
from services.roster.model import metadata

revision = "roster_0004"
down_revision = "roster_0003"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("roster.visitor", using=VISIBLE))
