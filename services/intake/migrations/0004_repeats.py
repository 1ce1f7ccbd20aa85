"""By what repeats and joint matters are found."""

revision = "intake_0004"
down_revision = "intake_0003"


def upgrade() -> None:
    pass
