"""The counties for which the watcher works."""

from alembic import op

from services.roster.watching import metadata

revision = "roster_0005"
down_revision = "roster_0004"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    # A policy binds the owner too: for this one statement it is lifted.
    connection.exec_driver_sql("ALTER TABLE roster.kept_fact NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(
        "INSERT INTO roster.county SELECT DISTINCT county_id FROM roster.kept_fact"
        " WHERE type = 'routing.organisation.v1' ON CONFLICT DO NOTHING"
    )
    connection.exec_driver_sql("ALTER TABLE roster.kept_fact FORCE ROW LEVEL SECURITY")
