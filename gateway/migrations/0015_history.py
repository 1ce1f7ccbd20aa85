"""What the gateway itself told (readings, accounts, keys), kept as the services keep theirs."""

from alembic import op

from services.common import history

revision = "gateway_0015"
down_revision = "gateway_0014"


def upgrade() -> None:
    history.begin(op.get_bind(), "gateway")
