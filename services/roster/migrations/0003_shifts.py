"""Shifts replace the weekly tables: those go, and what is looked up by tenant and day gets its index."""

from alembic import op

revision = "roster_0003"
down_revision = "roster_0002"


def upgrade() -> None:
    connection = op.get_bind()
    # A policy binds the owner too: for this one statement it is lifted.
    connection.exec_driver_sql("ALTER TABLE roster.aggregate NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql("DELETE FROM roster.aggregate WHERE type = 'roster.table.v1'")
    connection.exec_driver_sql("ALTER TABLE roster.aggregate FORCE ROW LEVEL SECURITY")
    for field in ("tenant", "day", "shift"):
        # Columns, and no index over the expressions: under a policy PostgreSQL evaluates ``->>`` only after it, and so
        # by no index, since the operator may tell of what it saw (is not LEAKPROOF).
        connection.exec_driver_sql(
            f"ALTER TABLE roster.aggregate ADD COLUMN IF NOT EXISTS of_{field} text"
            f" GENERATED ALWAYS AS (state ->> '{field}') STORED"
        )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS aggregate_of_tenant ON roster.aggregate (county_id, type, of_tenant, of_day)"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS aggregate_of_shift ON roster.aggregate (county_id, type, of_shift)"
    )
