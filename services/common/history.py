"""The history of a schema: one row for each fact that it told, with who did what and when, and without the state.

The newest state of an aggregate says nothing of how it came to it. What a case's timeline shows stands here, beside the
states and written with them, so that the view can be made anew from the services alone.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.common import arrays
from services.common.scope import IN_COUNTY, protect
from services.common.tables import history_table
from services.contracts.fact import Fact

UNKNOWN_VERSION = 0
"""Of what was done before histories were kept, where the ledger does not say it either."""
ONLY_ITSELF = f"{IN_COUNTY} AND (SELECT xq.is_system())"
"""A person is shown the timeline of the view, behind the policy of the case; the history is the platform's own."""

INSERT = """
INSERT INTO {table} (county_id, fact_id, type, subject, version, petition_id, on_timeline, at, act, tenant, login,
                     actor_name, remark, trace)
SELECT %(county)s, fact_id, type, subject, version, petition_id, on_timeline = 1, at::timestamptz, act, tenant, login,
       actor_name, remark, trace
FROM unnest(%(fact_id)s::text[], %(type)s::text[], %(subject)s::text[], %(version)s::int[], %(petition_id)s::text[],
            %(on_timeline)s::int[], %(at)s::text[], %(act)s::text[], %(tenant)s::text[], %(login)s::text[],
            %(actor_name)s::text[], %(remark)s::text[], %(trace)s::text[])
  AS fresh (fact_id, type, subject, version, petition_id, on_timeline, at, act, tenant, login, actor_name, remark,
            trace)
"""

# The ledger knows the version and the login of what it has; the timeline the remark and the name.
FROM_TIMELINE = """
INSERT INTO {schema}.history (county_id, fact_id, type, subject, version, petition_id, on_timeline, at, act, tenant,
                              login, actor_name, remark, trace)
SELECT told.county_id, told.fact_id, told.type, told.subject, coalesce(entry.version, {unknown}), told.petition_id,
       true, told.at, told.act, told.tenant, coalesce(entry.login, ''), told.actor_name, told.remark, ''
FROM gateway_view.timeline AS told
LEFT JOIN {entries} AS entry ON entry.county_id = told.county_id AND entry.fact_id = told.fact_id
WHERE told.type LIKE '{schema}.%%'
ON CONFLICT DO NOTHING
"""
NO_LEDGER = "(SELECT '' AS county_id, '' AS fact_id, 0 AS version, '' AS login WHERE false)"


def row_of(fact: Fact[Any]) -> dict[str, Any]:
    return {
        "county_id": fact.county,
        "fact_id": fact.id,
        "type": fact.type,
        "subject": fact.subject,
        "version": fact.version,
        "petition_id": fact.petition,
        "on_timeline": fact.state.on_timeline,
        "at": fact.time,
        "act": fact.act,
        "tenant": fact.actor.tenant,
        "login": fact.actor.user,
        "actor_name": fact.actor.name,
        "remark": fact.remark,
        "trace": fact.trace,
    }


def write(connection: sa.Connection, table: sa.Table, facts: Sequence[Fact[Any]]) -> None:
    """Enters the facts, all of one county, in one statement."""
    parameters = {
        "county": facts[0].county,
        "fact_id": arrays.texts([fact.id for fact in facts]),
        "type": arrays.texts([fact.type for fact in facts]),
        "subject": arrays.texts([fact.subject for fact in facts]),
        "version": arrays.numbers([fact.version for fact in facts]),
        "petition_id": arrays.texts([fact.petition for fact in facts]),
        "on_timeline": arrays.numbers([int(fact.state.on_timeline) for fact in facts]),
        "at": arrays.texts([fact.time.isoformat() for fact in facts]),
        "act": arrays.texts([fact.act for fact in facts]),
        "tenant": arrays.texts([fact.actor.tenant for fact in facts]),
        "login": arrays.texts([fact.actor.user for fact in facts]),
        "actor_name": arrays.texts([fact.actor.name for fact in facts]),
        "remark": arrays.texts([fact.remark for fact in facts]),
        "trace": arrays.texts([fact.trace for fact in facts]),
    }
    connection.exec_driver_sql(INSERT.format(table=table.fullname), parameters)


def begin(connection: sa.Connection, schema: str) -> None:
    """Makes the table where there is none, with its policy. A database that is older gets what the view's timeline
    tells of this schema: what belongs to a case. Of the rest (the directory, rosters, drafts) nothing shows how it came
    to be, neither there nor here."""
    history_table(sa.MetaData(schema=schema)).create(connection, checkfirst=True)
    known = sa.inspect(connection)
    if known.has_table("timeline", schema="gateway_view"):
        _from_timeline(connection, schema, ledger=known.has_table("entry", schema="ledger"))
    connection.exec_driver_sql(protect(f"{schema}.history", using=ONLY_ITSELF))


def _from_timeline(connection: sa.Connection, schema: str, *, ledger: bool) -> None:
    # The policies bind the tables' owner as well, who has no county: for this one statement they are lifted.
    unbound = ["gateway_view.timeline", *(["ledger.entry"] if ledger else [])]
    for table in unbound:
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    entries = "ledger.entry" if ledger else NO_LEDGER
    connection.exec_driver_sql(FROM_TIMELINE.format(schema=schema, entries=entries, unknown=UNKNOWN_VERSION))
    for table in unbound:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
