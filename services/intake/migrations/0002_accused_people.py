"""Whoever is accused sees nothing of the case: the policy knows barred logins."""

from alembic import op

from services.common.migrating import protect_states
from services.common.scope import VISIBLE, protect

revision = "intake_0002"
down_revision = "intake_0001"


def upgrade() -> None:
    connection = op.get_bind()
    protect_states(connection, "intake")
    connection.exec_driver_sql(protect("intake.petitioner", using=VISIBLE))
