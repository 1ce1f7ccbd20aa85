"""Whoever is accused sees nothing of the case: the policy knows barred logins."""

from alembic import op

from services.common.migrating import protect_states

revision = "roster_0002"
down_revision = "roster_0001"


def upgrade() -> None:
    connection = op.get_bind()
    protect_states(connection, "roster")
