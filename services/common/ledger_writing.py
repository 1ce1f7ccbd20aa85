"""Entering facts in the ledger: in the relay's transaction, one statement for the entries of a county."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from services.common import arrays, clock, logs
from services.common.facts import decode_fact
from services.common.ledger import Entry, Head, breach_entry, chained, first_entry, head_of, holds
from services.common.ledger_tables import BLOBS, TEXTS, entry_of
from services.contracts.fact import AnyFact

INSERT = """
INSERT INTO ledger.entry (county_id, seq, fact_id, at, service, type, subject, version, act, petition_id, tenant,
                          login, digest, previous, chain)
SELECT %(county)s, %(first)s + place - 1, fact_id, at::timestamptz, service, type, subject, version, act, petition_id,
       tenant, login, digest, previous, chain
FROM unnest(%(fact_id)s::text[], %(at)s::text[], %(service)s::text[], %(type)s::text[], %(subject)s::text[],
            %(version)s::int[], %(act)s::text[], %(petition_id)s::text[], %(tenant)s::text[], %(login)s::text[],
            %(digest)s::bytea[], %(previous)s::bytea[], %(chain)s::bytea[])
  WITH ORDINALITY AS fresh (fact_id, at, service, type, subject, version, act, petition_id, tenant, login, digest,
                            previous, chain, place)
"""
LOCK_HEAD = "SELECT seq, chain, seal FROM ledger.head WHERE county_id = %s FOR UPDATE"
NEW_HEAD = "INSERT INTO ledger.head (county_id, seq, chain, seal) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
SET_HEAD = "UPDATE ledger.head SET seq = %s, chain = %s, seal = %s WHERE county_id = %s"
LAST = "SELECT * FROM ledger.entry WHERE county_id = %s ORDER BY seq DESC LIMIT 1"

log = logs.get(__name__)


async def append(database: psycopg.AsyncConnection, *, key: bytes, service: str, bodies: Sequence[bytes]) -> None:
    """Enters the facts in their order, in the caller's transaction. Raises ``UnreadableFact`` for what is none.

    The head of each county is locked to the end of that transaction, so that the outboxes of several services are
    entered one after the other; in sorted order, so that no two wait for each other in a circle.
    """
    of_county: dict[str, list[tuple[AnyFact, bytes]]] = defaultdict(list)
    for body in bodies:
        fact = decode_fact(body)
        of_county[fact.county].append((fact, body))
    for county in sorted(of_county):
        after = await _last(database, county, key=key)
        entries = chained(of_county[county], service=service, after=after, key=key)
        await _write(database, entries, key=key)


async def _last(database: psycopg.AsyncConnection, county: str, *, key: bytes) -> Head | Entry:
    """What the next entry follows, locked; the ledger is begun where there is none."""
    head = await _head(database, county)
    if head is None:
        start = first_entry(county, at=clock.now(), key=key)
        if await _take_head(database, head_of(start, key=key)):
            newest = await _newest(database, county)
            if newest is not None:  # Somebody took the head away.
                return await _over_a_breach(database, county, newest, key=key)
            await _insert(database, [start])
            return start
        head = await _head(database, county)
        assert head is not None
    if holds(head, key=key):
        return head
    return await _over_a_breach(database, county, await _newest(database, county), key=key)


async def _over_a_breach(database: psycopg.AsyncConnection, county: str, newest: Entry | None, *, key: bytes) -> Entry:
    """The county's work may not stop for it: what was found is entered, and verification names it for ever."""
    log.error("ledger_head_changed", county=county)
    entry = breach_entry(county, newest, at=clock.now(), key=key)
    await _write(database, [entry], key=key)
    return entry


async def _head(database: psycopg.AsyncConnection, county: str) -> Head | None:
    row = await (await database.execute(LOCK_HEAD, (county,))).fetchone()
    return None if row is None else Head(county=county, seq=row[0], chain=bytes(row[1]), seal=bytes(row[2]))


async def _take_head(database: psycopg.AsyncConnection, head: Head) -> bool:
    """Whether there was none; it waits for another relay that is about to make one."""
    done = await database.execute(NEW_HEAD, (head.county, head.seq, head.chain, head.seal))
    return done.rowcount == 1


async def _newest(database: psycopg.AsyncConnection, county: str) -> Entry | None:
    cursor = database.cursor(row_factory=dict_row)
    row = await (await cursor.execute(LAST, (county,))).fetchone()
    return None if row is None else entry_of(row)


async def _write(database: psycopg.AsyncConnection, entries: Sequence[Entry], *, key: bytes) -> None:
    await _insert(database, entries)
    head = head_of(entries[-1], key=key)
    await database.execute(SET_HEAD, (head.seq, head.chain, head.seal, head.county))


async def _insert(database: psycopg.AsyncConnection, entries: Sequence[Entry]) -> None:
    parameters: dict[str, Any] = {
        "county": entries[0].county,
        "first": entries[0].seq,
        "at": arrays.texts([entry.at.isoformat() for entry in entries]),
        "version": arrays.numbers([entry.version for entry in entries]),
        **{name: arrays.texts([getattr(entry, name) for entry in entries]) for name in TEXTS},
        **{name: arrays.blobs([getattr(entry, name) for entry in entries]) for name in BLOBS},
    }
    await database.execute(INSERT, parameters)
