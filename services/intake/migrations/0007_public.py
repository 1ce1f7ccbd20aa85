"""What citizens have saved and not yet handed in."""

revision = "intake_0007"
down_revision = "intake_0006"


def upgrade() -> None:
    pass
