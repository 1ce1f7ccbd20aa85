"""What is watched, why clocks are counted anew, and the queue of what is to be."""

from alembic import op

from services.common.scope import protect
from services.deadlines.model import watch_metadata

revision = "deadlines_0002"
down_revision = "deadlines_0001"

EARLIER_CLOCKS = """
UPDATE deadlines.aggregate
SET state = jsonb_build_object('petition_number', '', 'binding', 'LEGAL', 'legal', NULL, 'internal', NULL,
    'due_at', ((state ->> 'effective_due_on')::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai',
    'marks', '[]'::jsonb, 'first_receiver', '') || state
WHERE type = 'deadlines.clock.v1' AND NOT state ? 'marks';

INSERT INTO deadlines.county SELECT DISTINCT county_id FROM deadlines.aggregate WHERE type = 'deadlines.clock.v1';
INSERT INTO deadlines.county_state (county_id, cause_done) SELECT code, 0 FROM deadlines.county;

INSERT INTO deadlines.recount_run (county_id, id, cause, petitions, started_at)
SELECT county_id, 'deadlines_0002', '期限计算方法升级', count(DISTINCT petition_id), now()
FROM deadlines.aggregate WHERE type = 'deadlines.clock.v1' GROUP BY county_id;
INSERT INTO deadlines.recount (county_id, petition_id, run_id, wanted)
SELECT DISTINCT county_id, petition_id, 'deadlines_0002', true
FROM deadlines.aggregate WHERE type = 'deadlines.clock.v1';
"""
"""Clocks of before can be read, lack what they are now explained with, and are not watched: each is counted anew."""


def upgrade() -> None:
    connection = op.get_bind()
    watch_metadata.create_all(connection)
    for table in ("watch", "county_state", "recount_run", "recount"):
        connection.exec_driver_sql(protect(f"deadlines.{table}"))
    # The service reads causes and never writes them: whoever loads a calendar or the law enters them.
    connection.exec_driver_sql(
        "ALTER TABLE deadlines.cause ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY deadlines_cause_read ON deadlines.cause FOR SELECT USING (true);"
    )
    connection.exec_driver_sql(EARLIER_CLOCKS)
