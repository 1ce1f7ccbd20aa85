"""Writing many aggregates and their facts in three statements: what ``Transaction.record_many`` does.

The rows travel as arrays: ``COPY`` does not go through row-level security, and a statement for each row costs more
than the row.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from services.common import arrays
from services.common.facts import cloud_event_headers, encode_fact
from services.contracts.fact import Fact
from services.contracts.topology import FACTS

INSERT_AGGREGATES = """
INSERT INTO {table} (county_id, type, id, version, petition_id, visible_to, named, state, updated_at)
SELECT %(county)s, type, id, version, petition_id, visible_to::text[], named::text[], state::jsonb, %(at)s
FROM unnest(%(type)s::text[], %(id)s::text[], %(version)s::int[], %(petition_id)s::text[], %(visible_to)s::text[],
            %(named)s::text[], %(state)s::text[])
  AS fresh (type, id, version, petition_id, visible_to, named, state)
"""

UPDATE_AGGREGATES = """
UPDATE {table} AS stored
SET version = fresh.version, petition_id = fresh.petition_id, visible_to = fresh.visible_to::text[],
    named = fresh.named::text[], state = fresh.state::jsonb, updated_at = %(at)s
FROM unnest(%(type)s::text[], %(id)s::text[], %(version)s::int[], %(petition_id)s::text[], %(visible_to)s::text[],
            %(named)s::text[], %(state)s::text[], %(base)s::int[])
  AS fresh (type, id, version, petition_id, visible_to, named, state, base)
WHERE stored.county_id = %(county)s AND stored.type = fresh.type AND stored.id = fresh.id
  AND stored.version = fresh.base
"""

INSERT_OUTBOX = """
INSERT INTO {table} (county_id, exchange, routing_key, headers, body)
SELECT %(county)s, %(exchange)s, routing_key, headers::jsonb, body
FROM unnest(%(routing_key)s::text[], %(headers)s::text[], %(body)s::bytea[]) AS fresh (routing_key, headers, body)
"""


def write_aggregates(connection: sa.Connection, table: sa.Table, facts: Sequence[Fact[Any]], *, at: datetime) -> None:
    """Writes the last state of each aggregate. Raises ``RuntimeError`` where a fact does not stand on the newest
    version, ``sqlalchemy.exc.IntegrityError`` where a new aggregate's id is taken."""
    first: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], Fact[Any]] = {}
    for fact in facts:
        key = fact.type, fact.subject
        known = last.get(key)
        if known is None:
            first[key] = fact.version - 1
        elif fact.version != known.version + 1:
            raise RuntimeError(f"{fact.type} {fact.subject}: version {fact.version - 1} is not the newest")
        last[key] = fact
    fresh = [fact for key, fact in last.items() if first[key] == 0]
    older = [(fact, first[key]) for key, fact in last.items() if first[key] != 0]
    if fresh:
        connection.exec_driver_sql(INSERT_AGGREGATES.format(table=table.fullname), _columns(fresh, at))
    if older:
        parameters = {**_columns([fact for fact, _ in older], at), "base": arrays.numbers([base for _, base in older])}
        done = connection.exec_driver_sql(UPDATE_AGGREGATES.format(table=table.fullname), parameters)
        if done.rowcount != len(older):
            raise RuntimeError(f"{len(older) - done.rowcount} of {len(older)} aggregates: not the newest version")


def write_outbox(connection: sa.Connection, table: sa.Table, facts: Sequence[Fact[Any]]) -> None:
    """Enters the facts in their order. The sequence is drawn row by row as ``unnest`` gives them."""
    parameters = {
        "county": facts[0].county,
        "exchange": FACTS,
        "routing_key": arrays.texts([f"{fact.county}.{fact.type}" for fact in facts]),
        "headers": arrays.texts([_json(cloud_event_headers(fact)) for fact in facts]),
        "body": arrays.blobs([encode_fact(fact) for fact in facts]),
    }
    connection.exec_driver_sql(INSERT_OUTBOX.format(table=table.fullname), parameters)


def _columns(facts: Sequence[Fact[Any]], at: datetime) -> dict[str, Any]:
    return {
        "county": facts[0].county,
        "at": at,
        "type": arrays.texts([fact.type for fact in facts]),
        "id": arrays.texts([fact.subject for fact in facts]),
        "version": arrays.numbers([fact.version for fact in facts]),
        "petition_id": arrays.texts([fact.petition for fact in facts]),
        "visible_to": arrays.texts([_codes(fact.state.audience) for fact in facts]),
        "named": arrays.texts([None if fact.state.named is None else _codes(fact.state.named) for fact in facts]),
        "state": arrays.texts([_json(fact.state) for fact in facts]),
    }


def _codes(codes: frozenset[str]) -> str:
    return array_text(tuple(sorted(codes)))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@lru_cache(maxsize=1024)
def array_text(values: tuple[str, ...]) -> str:
    """As PostgreSQL writes an array of texts: a row of arrays of different lengths cannot travel as an array."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
