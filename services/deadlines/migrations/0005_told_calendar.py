"""Which imported notices each county was told of."""

revision = "deadlines_0005"
down_revision = "deadlines_0004"


def upgrade() -> None:
    pass
