"""An index over the proposals that nobody has decided yet, which are proposed anew when the rules change."""

from alembic import op

revision = "routing_0004"
down_revision = "routing_0003"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "CREATE INDEX aggregate_undecided ON routing.aggregate (county_id, id)"
        " WHERE type = 'routing.proposal.v1' AND (state ->> 'decision') IS NULL"
    )
