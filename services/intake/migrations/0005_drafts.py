"""Drafts, sealed."""

revision = "intake_0005"
down_revision = "intake_0004"


def upgrade() -> None:
    pass
