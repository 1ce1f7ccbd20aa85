"""The petitions of one matter are found together."""

from alembic import op

revision = "gateway_0010"
down_revision = "gateway_0009"


def upgrade() -> None:
    connection = op.get_bind()
    # A new database has both already: its tables were made from the model as it is now.
    connection.exec_driver_sql(
        "ALTER TABLE gateway_view.petition ADD COLUMN IF NOT EXISTS matter_id text NOT NULL"
        " GENERATED ALWAYS AS (coalesce(state #>> '{matter,first_id}', id)) STORED"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS petition_matter ON gateway_view.petition (county_id, matter_id, received_on)"
    )
