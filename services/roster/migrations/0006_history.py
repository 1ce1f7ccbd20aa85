"""What was done, kept beside the states: ``services.common.history``."""

from alembic import op

from services.common import history

revision = "roster_0006"
down_revision = "roster_0005"


def upgrade() -> None:
    history.begin(op.get_bind(), "roster")
