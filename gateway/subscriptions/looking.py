"""What of the changes an actor may know, asked of the database under his own policies at this moment.

Of rows that no names restrict all people of one scope see the same, so they are read once for all of them; where names
restrict who knows of a case, each person is asked for by himself.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.changes import ChangeKind
from gateway.database import scoped
from gateway.reading_lists import PETITIONS
from gateway.subscriptions.mailbox import Event
from gateway.subscriptions.positions import Position
from gateway.work.model import COUNTY_OFFICE
from services.common.scope import scope_parameters
from services.contracts.actor import Actor, TenantKind, system_actor
from services.contracts.deadlines import Clock

BATCH = 500
"""Changes that are looked at in one go, and told before the next are read."""
PAGE = 200
"""Of what was missed."""

# Of the first moment: whoever commits later has a number that is not below.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon, now() AS moment"
HERE = sa.text(f"SELECT {HORIZON}, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next")

NEWS = sa.text(f"""
SELECT here.horizon, news.*
FROM (SELECT {HORIZON}) AS here
LEFT JOIN LATERAL (
  SELECT c.xid, c.seq, c.visible_to, c.named IS NOT NULL OR p.named IS NOT NULL AS restricted
  FROM gateway.change AS c
  LEFT JOIN gateway_view.petition AS p ON p.county_id = c.county_id AND p.id = c.petition_id
  WHERE c.county_id = :county AND (c.xid, c.seq) > (:xid, :seq)
  ORDER BY c.xid, c.seq LIMIT {BATCH}
) AS news ON true
""")

OWN = """
  c.county_id = :county AND (c.xid, c.seq) > (:xid, :seq) AND (c.xid, c.seq) <= (:to_xid, :to_seq)
  AND (c.kind <> 'GONE' OR c.visible_to @> ARRAY[:tenant]) AND (c.kind <> 'INBOX' OR c.tenant = ANY(:offices))
"""
COLUMNS = """
SELECT c.county_id, c.xid, c.seq, c.at, c.kind, c.petition_id, c.subject, c.tenant, c.level, c.roles, c.login,
       p.state, p.version, p.status, p.next_due_on,
       k.state AS clock, k.version AS clock_version
"""
JOINS = """
LEFT JOIN gateway_view.petition AS p ON p.county_id = c.county_id AND p.id = c.petition_id AND c.kind <> 'INBOX' {only}
LEFT JOIN gateway_view.clock AS k ON c.kind = 'CLOCK' AND k.county_id = c.county_id AND k.id = c.subject
"""
KNOWN = """
  CASE c.kind WHEN 'GONE' THEN p.id IS NULL WHEN 'INBOX' THEN true WHEN 'CLOCK' THEN p.id IS NOT NULL
    AND k.id IS NOT NULL ELSE p.id IS NOT NULL END
"""

# What everybody of a scope sees alike.
OF_SCOPE = sa.text(
    f"{COLUMNS} FROM gateway.change AS c {JOINS.format(only='AND p.named IS NULL')}"
    f"WHERE {OWN} AND c.named IS NULL AND {KNOWN} ORDER BY c.xid, c.seq"
)
# What one person sees of the rest.
OF_PERSON = sa.text(
    f"{COLUMNS} FROM gateway.change AS c {JOINS.format(only='')}"
    f"WHERE {OWN} AND (c.named IS NOT NULL OR p.named IS NOT NULL) AND {KNOWN} ORDER BY c.xid, c.seq"
)
# All that one person missed, of each thing the newest.
MISSED = sa.text(f"""
{COLUMNS} FROM (
  SELECT DISTINCT ON (c.petition_id, c.subject) c.* FROM gateway.change AS c
  WHERE {OWN} AND c.kind = ANY(:kinds)
    AND (c.kind <> 'INBOX' OR (c.roles && CAST(:roles AS text[]) AND coalesce(c.login, :login) = :login))
  ORDER BY c.petition_id, c.subject, c.xid DESC, c.seq DESC
) AS c {JOINS.format(only="")}
WHERE {KNOWN} ORDER BY c.xid, c.seq LIMIT :page
""")


class Scope(NamedTuple):
    """What the policies ask of an actor where no names restrict; whoever shares it sees the same."""

    county: str
    tenant: str
    sees: str
    office: bool

    @classmethod
    def of(cls, actor: Actor) -> "Scope":
        given = scope_parameters(actor)
        return cls(given["county"], given["tenant"], given["scope"], actor.kind is TenantKind.COUNTY)


class Here(NamedTuple):
    position: Position
    at: datetime


@dataclass(frozen=True)
class News:
    """What is new in a county, before anybody was asked whether he may know it."""

    until: Position
    concerned: frozenset[str]
    """Who saw something of it when it changed, besides the county office."""
    restricted: frozenset[str]
    """Who saw something of it that names restrict."""
    any: bool
    any_restricted: bool
    more: bool
    """There is more to read at once."""
    held: bool
    """Something waits for an older transaction to end."""


async def here(engine: AsyncEngine) -> tuple[Here, int]:
    """After what everybody may know all there is by now; and the number of the next transaction."""
    async with engine.begin() as connection:
        row = (await connection.execute(HERE)).one()
    return Here(Position(row.horizon, 0), row.moment), row.next


async def news(engine: AsyncEngine, county: str, *, after: Position) -> News:
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        rows = (await connection.execute(NEWS, {"county": county, "xid": after.xid, "seq": after.seq})).all()
    horizon = rows[0].horizon
    found = [row for row in rows if row.xid is not None]
    ready = [row for row in found if row.xid < horizon]
    more = len(ready) == BATCH
    until = Position(ready[-1].xid, ready[-1].seq) if more else max(after, Position(horizon, 0))
    return News(
        until=until,
        concerned=frozenset(tenant for row in ready for tenant in row.visible_to),
        restricted=frozenset(tenant for row in ready if row.restricted for tenant in row.visible_to),
        any=bool(ready),
        any_restricted=any(row.restricted for row in ready),
        more=more,
        held=len(ready) < len(found),
    )


async def of_scope(engine: AsyncEngine, actor: Actor, *, after: Position, until: Position) -> list[sa.Row[Any]]:
    """Rows for all of the actor's scope."""
    return await _rows(engine, actor, OF_SCOPE, after=after, until=until)


async def of_person(engine: AsyncEngine, actor: Actor, *, after: Position, until: Position) -> list[sa.Row[Any]]:
    """Rows for this actor alone, of what names restrict."""
    return await _rows(engine, actor, OF_PERSON, after=after, until=until)


async def missed(
    engine: AsyncEngine, actor: Actor, *, kinds: Collection[ChangeKind], after: Position, until: Position
) -> list[sa.Row[Any]]:
    """The first page of what this actor missed; the next follows after its last row."""
    return await _rows(
        *(engine, actor, MISSED),
        after=after,
        until=until,
        page=PAGE,
        kinds=[kind.value for kind in kinds],
        login=actor.user,
        roles=[role.value for role in actor.roles],
    )


async def _rows(
    engine: AsyncEngine, actor: Actor, query: sa.TextClause, *, after: Position, until: Position, **more: Any
) -> list[sa.Row[Any]]:
    scope = Scope.of(actor)
    given = {
        "county": actor.county,
        **{"xid": after.xid, "seq": after.seq, "to_xid": until.xid, "to_seq": until.seq},
        "tenant": scope.tenant,
        "offices": [scope.tenant, COUNTY_OFFICE] if scope.office else [scope.tenant],
        **more,
    }
    async with scoped(engine, actor) as connection:
        return list(await connection.execute(query, given))


def event_of(row: sa.Row[Any]) -> Event:
    """The change as a subscriber gets it."""
    kind = ChangeKind(row.kind)
    inbox = kind is ChangeKind.INBOX
    return Event(
        county=row.county_id,
        kind=kind,
        position=Position(row.xid, row.seq),
        at=row.at,
        # An inbox is one thing, whatever changed in it.
        petition_id=None if inbox else row.petition_id,
        subject=None if inbox else row.subject,
        level=row.level,
        petition=None if row.state is None else PETITIONS.read(row),
        clock=None if row.clock is None else msgspec.convert(row.clock, Clock),
        clock_version=row.clock_version or 0,
        looked_at=asyncio.get_running_loop().time(),
    )
