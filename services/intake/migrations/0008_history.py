"""What was done, kept beside the states: ``services.common.history``."""

from alembic import op

from services.common import history

revision = "intake_0008"
down_revision = "intake_0007"


def upgrade() -> None:
    history.begin(op.get_bind(), "intake")
