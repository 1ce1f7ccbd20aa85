"""The series of the desk and its papers."""

revision = "intake_0006"
down_revision = "intake_0005"


def upgrade() -> None:
    pass
