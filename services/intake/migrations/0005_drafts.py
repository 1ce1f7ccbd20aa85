"""Drafts, sealed: a row is seen by its author alone, whatever his colleagues are cleared for."""

from alembic import op

from services.common.scope import IN_COUNTY, protect
from services.intake.model import metadata

revision = "intake_0005"
down_revision = "intake_0004"

OWN = f"{IN_COUNTY} AND tenant = (SELECT xq.tenant()) AND login = (SELECT xq.login())"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("intake.draft", using=OWN, check=OWN))
