"""The floor, the vault and the numbers of intake."""

from alembic import op

from services.common.migrating import create_floor
from services.common.scope import VISIBLE, protect
from services.intake.model import metadata

revision = "intake_0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    create_floor(connection, "intake")
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("intake.petitioner", using=VISIBLE))
    for table in ("counter", "place", "imported"):
        connection.exec_driver_sql(protect(f"intake.{table}"))
    for column in ("number", "query_code"):
        connection.exec_driver_sql(
            f"CREATE UNIQUE INDEX petition_{column} ON intake.aggregate (county_id, (state ->> '{column}'))"
            " WHERE type = 'intake.petition.v1'"
        )
