"""The watch knows the day on which a clock's owner expects to be done."""

from alembic import op

revision = "deadlines_0004"
down_revision = "deadlines_0003"


def upgrade() -> None:
    # A database that is made anew has the column from its first migration of the watch.
    op.execute("ALTER TABLE deadlines.watch ADD COLUMN IF NOT EXISTS expected_on date")
