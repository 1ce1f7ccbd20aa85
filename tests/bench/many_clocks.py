"""A county with very many open clocks: seeded by SQL from one real case, counted as the service counts it."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import TenantKind, system_actor
from services.contracts.deadlines import Clock
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.deadlines.cases import recount, recount_many
from services.deadlines.rules import load_rules

COUNTY = "990100"
TENANTS = 20
RECEIVED = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)

SEEDED_AT_ONCE = 500

CASES = """
INSERT INTO deadlines.kept_fact (county_id, type, id, version, fact_id, petition_id, visible_to, state)
SELECT county_id, type, md5('case' || n)::uuid::text, 1, md5('fact' || n)::uuid::text, md5('case' || n)::uuid::text,
       visible_to, state || jsonb_build_object('id', md5('case' || n)::uuid)
FROM deadlines.kept_fact, generate_series(1, :count) AS n WHERE id = :template AND county_id = :county
"""

CLOCKS = """
INSERT INTO deadlines.aggregate (county_id, type, id, version, petition_id, visible_to, state)
SELECT county_id, type, md5('clock' || n)::uuid::text, 1, md5('case' || n)::uuid::text, ARRAY['t' || n % :tenants],
       state || jsonb_build_object('id', md5('clock' || n)::uuid, 'petition_id', md5('case' || n)::uuid,
                                   'owner', 't' || n % :tenants)
FROM deadlines.aggregate, generate_series(1, :count) AS n WHERE id = :template AND county_id = :county
"""

WATCH = """
INSERT INTO deadlines.watch (county_id, clock_id, petition_id, owner, obligation, urgent, restricted, starts_on,
                             ends_on, due_on, open, paused, levels, level_at, told, next_at, alert_version)
SELECT county_id, md5('clock' || n)::uuid::text, md5('case' || n)::uuid::text, 't' || n % :tenants, obligation, urgent,
       restricted, starts_on, ends_on, due_on, open, paused, levels, at, 0, at[1], 0
FROM deadlines.watch, generate_series(1, :count) AS n,
     LATERAL (SELECT CAST(:origin AS timestamptz) + hashint4(n) % 43000 * interval '1 second' AS first) AS day,
     LATERAL (SELECT CASE WHEN n % 50 = 0 THEN ARRAY[first, first + interval '1 day']
                     ELSE ARRAY[first + interval '1 day', first + interval '60 day'] END
                     || ARRAY(SELECT first + interval '60 day' * k FROM generate_series(2, cardinality(levels) - 1) k)
                     AS at) AS spread
WHERE clock_id = :template AND county_id = :county
"""
"""Of every fifty clocks one reaches its first level around ``origin``, and all reach one more a day later."""


def petition(received_on: date = date(2026, 8, 3)) -> Petition:
    return Petition(
        id=new_id(),
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.LETTER,
        received_on=received_on,
        registered_at=RECEIVED,
        registered_on=received_on,
        registered_by="t0",
        registered_kind=TenantKind.COUNTY,
        registrar="clerk",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
    )


def template(database: Database) -> Clock:
    """A real clock of a real case, as facts would have made it."""
    item = petition()
    with database.begin(system_actor(COUNTY, "deadlines"), trace="bench", now=RECEIVED) as tx:
        tx.keep(item, version=1, fact_id=new_id())
        recount(tx, petition_id=item.id, rules=load_rules())
        clocks = [each.state for each in tx.of_petition(Clock, item.id)]
    return max(clocks, key=lambda clock: len(clock.marks))


def seed_clocks(admin: sa.Engine, clock: Clock, *, count: int) -> None:
    _run(admin, CLOCKS, {"count": count, "template": clock.id, "county": COUNTY, "tenants": TENANTS})


def seed_watch(admin: sa.Engine, clock: Clock, *, count: int, origin: datetime) -> None:
    """Anew: nothing of any of them has been told."""
    reset = (
        "DELETE FROM deadlines.watch WHERE clock_id <> :template",
        "UPDATE deadlines.watch SET next_at = NULL",
    )
    for statement in reset:
        _run(admin, statement, {"template": clock.id} if ":template" in statement else {})
    _run(admin, "TRUNCATE deadlines.outbox", {})
    values = {"count": count, "template": clock.id, "county": COUNTY, "tenants": TENANTS, "origin": origin}
    _run(admin, WATCH, values)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("watch", "aggregate", "outbox"):
            connection.exec_driver_sql(f"VACUUM (ANALYZE) deadlines.{table}")
        connection.exec_driver_sql("CHECKPOINT")


def seed_cases(admin: sa.Engine, url: str, *, count: int, received: date) -> None:
    """Cases as their facts have left them: counted by the service once, and copied."""
    database = Database(service="deadlines", url=url)
    item = petition(received)
    with database.begin(system_actor(COUNTY, "deadlines"), trace="bench", now=RECEIVED) as tx:
        tx.keep(item, version=1, fact_id=new_id())
    _run(admin, CASES, {"count": count, "template": item.id, "county": COUNTY})
    _run(admin, "DELETE FROM deadlines.kept_fact WHERE id = :template", {"template": item.id})
    rules = load_rules()
    with admin.connect() as connection:
        query = sa.text("SELECT id FROM deadlines.kept_fact WHERE type = 'intake.petition.v1'")
        ids = list(connection.execute(query).scalars())
    for start in range(0, count, SEEDED_AT_ONCE):
        with database.begin(system_actor(COUNTY, "deadlines"), trace="bench", now=RECEIVED) as tx:
            recount_many(tx, petition_ids=ids[start : start + SEEDED_AT_ONCE], rules=rules)
    database.engine.dispose()
    _run(admin, "TRUNCATE deadlines.outbox", {})
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        connection.exec_driver_sql("CHECKPOINT")


def _run(admin: sa.Engine, statement: str, values: dict[str, Any]) -> None:
    with admin.begin() as connection:
        connection.execute(sa.text(statement), values)
