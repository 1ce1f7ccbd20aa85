"""Whoever is accused sees nothing of the case: the policy knows barred logins."""

from alembic import op

from services.common.migrating import protect_states

revision = "deadlines_0003"
down_revision = "deadlines_0002"


def upgrade() -> None:
    connection = op.get_bind()
    protect_states(connection, "deadlines")
