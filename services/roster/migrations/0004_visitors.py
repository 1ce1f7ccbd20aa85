"""Visitors of receptions, sealed."""

revision = "roster_0004"
down_revision = "roster_0003"


def upgrade() -> None:
    pass
