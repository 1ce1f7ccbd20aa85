"""Keys of machines, orders of other systems, and what a sign-in by an outside issuer keeps while it lasts."""

from alembic import op

from gateway.adapters.model import outside_order
from gateway.api_keys.model import api_key
from gateway.oidc.model import oidc_ticket
from services.common.scope import protect

revision = "gateway_0013"
down_revision = "gateway_0012"


def upgrade() -> None:
    connection = op.get_bind()
    # These alone: other tables of the model may come with later migrations.
    for table in (api_key, oidc_ticket, outside_order):
        table.create(connection, checkfirst=True)
        connection.exec_driver_sql(protect(table.fullname))
    # A ticket is taken by deleting it, so that it is good once.
    connection.exec_driver_sql("GRANT DELETE ON gateway.oidc_ticket TO xq_gateway")
