"""People with all that is said of them, and texts as they were written."""

from alembic import op

from services.common.scope import VISIBLE, protect
from services.intake.model import metadata

revision = "intake_0003"
down_revision = "intake_0002"

HIDE_ACCUSERS = """
UPDATE intake.petitioner AS person SET confidential = true, visible_to = ARRAY[item.state ->> 'registered_by']
FROM intake.aggregate AS item
WHERE item.county_id = person.county_id AND item.type = 'intake.petition.v1' AND item.id = person.petition_id
  AND item.state ->> 'nature' = 'ACCUSATION' AND NOT person.confidential
"""
"""Whoever holds an accusation no longer knows its author, also of one that was registered before."""


def upgrade() -> None:
    connection = op.get_bind()
    # A new database has them already: its tables were made from the model as it is now.
    connection.exec_driver_sql(
        "ALTER TABLE intake.petitioner"
        " ADD COLUMN IF NOT EXISTS role text NOT NULL DEFAULT 'PETITIONER',"
        " ADD COLUMN IF NOT EXISTS details bytea,"
        " ADD COLUMN IF NOT EXISTS name_digest bytea"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS petitioner_name ON intake.petitioner (county_id, name_digest)"
    )
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("intake.original", using=VISIBLE))
    # The owner reads every county for once. The same transaction puts him behind the policies again.
    for table in ("aggregate", "petitioner"):
        connection.exec_driver_sql(f"ALTER TABLE intake.{table} NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(HIDE_ACCUSERS)
    for table in ("aggregate", "petitioner"):
        connection.exec_driver_sql(f"ALTER TABLE intake.{table} FORCE ROW LEVEL SECURITY")
