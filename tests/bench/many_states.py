"""A county's cases many times over, where the services keep them: states and histories, and nothing of it in the view.

Made by SQL from the cases that are there. Each id begins with the number of the copy and keeps its end, in every
service alike, so that what belongs together still does.
"""

import psycopg

from services.contracts.topology import SERVICES

COPY = "lpad(to_hex(n), 8, '0')"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
AT_ONCE = 500
"""Copies in one statement."""

STATES = """
INSERT INTO {service}.aggregate (county_id, type, id, version, petition_id, visible_to, named, state, updated_at)
SELECT county_id, type, {id}, version, {petition_id}, visible_to, named, {state}::jsonb, updated_at
FROM {service}.aggregate, generate_series(%(first)s::int, %(last)s::int) AS n
WHERE county_id = %(county)s AND petition_id = ANY(%(cases)s)
"""
HISTORY = """
INSERT INTO {service}.history (county_id, fact_id, type, subject, version, petition_id, on_timeline, at, act, tenant,
                               login, actor_name, remark, trace)
SELECT county_id, {fact_id}, type, {subject}, version, {petition_id}, on_timeline, at, act, tenant, login, actor_name,
       remark, trace
FROM {service}.history, generate_series(%(first)s::int, %(last)s::int) AS n
WHERE county_id = %(county)s AND petition_id = ANY(%(cases)s)
"""
# What is the petition's own, and stands in what belongs to it.
NUMBER = r'("(?:number|petition_number|query_code)": ")([^"]+)(")'


def multiply(admin_url: str, *, county: str, cases: list[str], copies: int) -> dict[str, int]:
    """Copies these petitions and all that belongs to them; returns how many rows were made of each kind."""
    made = {"states": 0, "acts": 0}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for service in SERVICES:
            statements = {"states": _states(service), "acts": _history(service)}
            for kind, statement in statements.items():
                for first in range(1, copies + 1, AT_ONCE):
                    last = min(first + AT_ONCE - 1, copies)
                    given = {"county": county, "cases": cases, "first": first, "last": last}
                    made[kind] += admin.execute(statement, given).rowcount
            admin.execute(f"VACUUM (ANALYZE) {service}.aggregate, {service}.history")
    return made


def _states(service: str) -> str:
    numbered = f"regexp_replace({_copied('state::text')}, '{NUMBER}', '\\1\\2-' || n || '\\3', 'g')"
    return STATES.format(service=service, id=_copied("id"), petition_id=_copied("petition_id"), state=numbered)


def _history(service: str) -> str:
    columns = {name: _copied(name) for name in ("fact_id", "subject", "petition_id")}
    return HISTORY.format(service=service, **columns)


def _copied(column: str) -> str:
    return f"regexp_replace({column}, '{UUID}', {COPY} || '\\1', 'g')"
