"""What was done, kept beside the states: ``services.common.history``."""

from alembic import op

from services.common import history

revision = "routing_0005"
down_revision = "routing_0004"


def upgrade() -> None:
    history.begin(op.get_bind(), "routing")
