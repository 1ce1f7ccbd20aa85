"""Roster keeps duty tables and duty notes as aggregates: the floor is all it needs."""

from alembic import op

from services.common.migrating import create_floor

revision = "roster_0001"
down_revision = None


def upgrade() -> None:
    create_floor(op.get_bind(), "roster")
