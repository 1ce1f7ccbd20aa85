"""People with all that is said of them, and texts as they were written."""

revision = "intake_0003"
down_revision = "intake_0002"


def upgrade() -> None:
    pass
