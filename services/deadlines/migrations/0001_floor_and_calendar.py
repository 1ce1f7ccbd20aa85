"""The floor, and the working-day calendar with its days."""

from alembic import op

from services.common.migrating import create_floor
from services.deadlines.model import metadata
from services.deadlines.seeding import seed

revision = "deadlines_0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    create_floor(connection, "deadlines")
    metadata.create_all(connection)
    # The service reads the calendar and never writes it. The tables have no county: every county counts by them.
    connection.exec_driver_sql(
        "ALTER TABLE deadlines.calendar_day ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY deadlines_calendar_day_read ON deadlines.calendar_day FOR SELECT USING (true);"
    )
    seed(connection)
