"""Up to which cause each county was told of the calendar."""

from alembic import op

revision = "deadlines_0005"
down_revision = "deadlines_0004"


def upgrade() -> None:
    # A database that is made anew has the column from its first migration of the watch. What was imported before is
    # told to every county once: none has seen a cause.
    op.execute("ALTER TABLE deadlines.county_state ADD COLUMN IF NOT EXISTS calendar_told bigint NOT NULL DEFAULT 0")
