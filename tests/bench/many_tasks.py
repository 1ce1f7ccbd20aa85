"""What is to do in the county of ``many_cases``, as ``gateway.work.tasks`` would have found it, written by SQL."""

import sqlalchemy as sa

from gateway.work.tallying import FOLD

# Where a case stands follows from the clocks that run: each obligation is done by one act of one tenant.
STAND = """
CREATE TEMP TABLE standing AS
SELECT DISTINCT ON (p.id) p.id, p.named, p.registered_by, c.owner, c.obligation, c.effective_due_on AS due_on,
  CASE c.obligation WHEN 'TRANSFER' THEN 'REFER' WHEN 'NOTICE' THEN 'ACCEPT' WHEN 'HANDLING' THEN 'ANSWER'
    WHEN 'DELIVERY' THEN 'DELIVER' ELSE 'CLOSE' END AS kind, hashtext(p.id) AS h
FROM gateway_view.petition AS p
LEFT JOIN gateway_view.clock AS c ON c.county_id = p.county_id AND c.petition_id = p.id AND c.open
  AND c.obligation IN ('TRANSFER', 'NOTICE', 'HANDLING', 'DELIVERY')
WHERE p.county_id = :county AND p.status <> 'CLOSED'
ORDER BY p.id, c.effective_due_on
"""
# Of every twentieth one does not take it and it comes back; every fiftieth waits for a review.
CHANGED = """
UPDATE standing SET kind = CASE WHEN h % 20 = 0 THEN 'REFER_ANEW' WHEN h % 50 = 1 THEN 'DECIDE_REVIEW' ELSE kind END
"""
TASKS = """
INSERT INTO gateway_view.task (county_id, id, petition_id, tenant, roles, kind, subject, due_on, since, visible_to,
  named)
SELECT :county, md5('task' || id)::uuid::text, id, tenant, ARRAY['CLERK', 'HANDLER', 'HEAD'], kind, id,
  coalesce(due_on, date '9999-12-31'), now(), ARRAY[tenant], named
FROM (SELECT *, CASE WHEN kind IN ('REFER', 'REFER_ANEW', 'CLOSE') THEN registered_by ELSE owner END AS tenant
      FROM standing) AS told
WHERE tenant IS NOT NULL
"""
STATUS = """
UPDATE gateway_view.petition AS p SET next_due_on = coalesce(s.due_on, date '9999-12-31'),
  status = CASE s.kind WHEN 'REFER' THEN 'REGISTERED' WHEN 'REFER_ANEW' THEN 'RETURNED' WHEN 'ACCEPT' THEN 'RECEIVED'
    WHEN 'DELIVER' THEN 'ANSWERED' WHEN 'CLOSE' THEN 'DELIVERED' ELSE 'ACCEPTED' END
FROM standing AS s WHERE p.county_id = :county AND p.id = s.id
"""
RATED = """
INSERT INTO gateway_view.rated (county_id, id, petition_id, tenant, value, rated_on, counts, visible_to, named)
SELECT p.county_id, part.id, p.id, tenant, part.state ->> 'value', CAST(part.state ->> 'rated_on' AS date), true,
  ARRAY[tenant], p.named
FROM gateway_view.case_part AS part
JOIN gateway_view.petition AS p ON p.county_id = part.county_id AND p.id = part.petition_id,
LATERAL (SELECT CASE part.state ->> 'side' WHEN 'OFFICE' THEN p.registered_by ELSE p.visible_to[1] END) AS of (tenant)
WHERE part.county_id = :county AND part.type = 'intake.rating.v1'
"""
RETURNED = """
INSERT INTO gateway_view.ended_referral (county_id, referral_id, visible_to, named, petition_number, state, sent_on,
  ended_on)
SELECT county_id, md5('ended' || id)::uuid::text, ARRAY[visible_to[1]], named, number, 'RETURNED', received_on,
  received_on + 9
FROM gateway_view.petition WHERE county_id = :county AND hashtext(id) % 40 = 0
"""
TABLES = ("task", "rated", "ended_referral")


def seed_tasks(admin: sa.Engine, *, county: str) -> None:
    """What follows from the cases that ``seed_cases`` made. Counts are folded, as the projector folds them."""
    with admin.begin() as connection:
        for table in TABLES:
            connection.execute(
                sa.text(f"DELETE FROM gateway_view.{table} WHERE county_id = :county"), {"county": county}
            )
        connection.execute(sa.text("DROP TABLE IF EXISTS standing"))
        for statement in (STAND, CHANGED, TASKS, STATUS, RATED, RETURNED):
            wanted = {"county": county} if ":county" in statement else {}
            connection.execute(sa.text(statement), wanted)
        connection.execute(sa.text("DROP TABLE standing"))
        connection.execute(FOLD)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        connection.exec_driver_sql("CHECKPOINT")
