"""What changed in the view, in the order in which it was committed: subscriptions follow it, and resume by it.

A row says that something changed, never what. It is written with the change, by whoever applies a fact first, and goes
after ``KEPT``. It stands beside the view and not in it: a view made anew has not changed.

Whoever reads it takes no row of a transaction that may still see an older one commit beside it: rows in the order of
``(xid, seq)`` below the oldest transaction at work have no gaps, and none appears among them later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.model import county, metadata
from services.contracts.actor import system_actor
from services.contracts.base import Labelled

KEPT = timedelta(days=3)
"""How long a client may be away and still resume: over a weekend, no longer. Then it loads its lists anew."""
CHANNEL = "xq_change"


class ChangeKind(Labelled):
    CASE = "CASE", "信访件有变化"
    GONE = "GONE", "信访件不再可见"
    CLOCK = "CLOCK", "期限到达某一级别"
    INBOX = "INBOX", "待办有变化"


change = Table(
    "change",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("xid", BigInteger, nullable=False, server_default=sa.text("pg_current_xact_id()::text::bigint")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    Column("kind", Text, nullable=False),  # ChangeKind
    Column("petition_id", Text),
    # Of a clock its id, its owner and the level; of a task whose it is: the tenant, these roles or one person alone.
    Column("subject", Text),
    Column("tenant", Text),
    Column("level", Text),
    Column("roles", ARRAY(Text)),
    Column("login", Text),
    # As they were when it changed. Of a case, who sees it at the moment of reading must see it besides.
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    Index("change_in_order", "county_id", "xid", "seq"),
    Index("change_at", "county_id", "at"),
)


@dataclass(frozen=True)
class Warned:
    """A clock reached a level."""

    clock_id: str
    petition_id: str
    owner: str
    level: str


# One statement, because every command waits for it. What overtook its petition shows nothing yet, and changes nothing.
ENTER = sa.text(f"""
WITH entered AS (
  INSERT INTO gateway.change
    (county_id, kind, petition_id, subject, tenant, level, roles, login, visible_to, named)
  SELECT :county, new.kind, new.petition_id, new.subject, new.tenant, new.level, new.roles, new.login,
         coalesce(new.visible_to, p.visible_to), CASE WHEN new.petition_id IS NULL THEN new.named ELSE p.named END
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS new
    (kind text, petition_id text, subject text, tenant text, level text, roles text[], login text,
     visible_to text[], named text[])
  LEFT JOIN gateway_view.petition AS p ON p.county_id = :county AND p.id = new.petition_id
  WHERE new.petition_id IS NULL OR p.id IS NOT NULL
  RETURNING 1
)
SELECT pg_notify('{CHANNEL}', :county) FROM entered LIMIT 1
""")

# A row whose transaction is yet to come is from before the database was brought back from a copy.
PRUNE = sa.text(
    "DELETE FROM gateway.change WHERE county_id = :county"
    " AND (at < now() - CAST(:kept AS interval) OR xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
)


async def record(
    connection: AsyncConnection,
    county_id: str,
    *,
    cases: Collection[str],
    lost: Mapping[str, Collection[str]],
    warned: Sequence[Warned],
    tasks: Sequence[Mapping[str, Any]],
) -> None:
    """Enters what a batch changed, at the end of its transaction, and wakes whoever follows.

    ``cases``: petitions whose file changed; ``lost``: tenants that saw a petition before, and see it no more;
    ``tasks``: rows of what is to do, as they are and as they were.
    """
    cases_lost = {case: sorted(tenants) for case, tenants in sorted(lost.items()) if tenants}
    rows: list[dict[str, Any]] = [
        *({"kind": ChangeKind.CASE, "petition_id": case} for case in sorted(cases)),
        *(
            {"kind": ChangeKind.GONE, "petition_id": case, "visible_to": tenants}
            for case, tenants in cases_lost.items()
        ),
        *(
            {
                "kind": ChangeKind.CLOCK,
                "petition_id": each.petition_id,
                "subject": each.clock_id,
                "tenant": each.owner,
                "level": each.level,
            }
            for each in warned
        ),
        *_of_inboxes(tasks),
    ]
    if rows:
        await connection.execute(ENTER, {"county": county_id, "rows": msgspec.json.encode(rows).decode()})


def _of_inboxes(tasks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row for all that changed for the same people: which of their tasks it was nobody needs to know."""
    names = ("tenant", "roles", "login", "visible_to", "named")
    once = {msgspec.json.encode([task[name] for name in names]): task for task in tasks}
    for _, task in sorted(once.items()):
        yield {"kind": ChangeKind.INBOX, **{name: task[name] for name in names}}


async def prune(engine: AsyncEngine) -> int:
    """Forgets what is older than ``KEPT``, in every county; returns how many rows went."""
    async with engine.begin() as connection:
        codes = (await connection.execute(sa.select(county.c.code))).scalars().all()
    gone = 0
    for code in codes:
        async with scoped(engine, system_actor(code, "gateway")) as connection:
            gone += (await connection.execute(PRUNE, {"county": code, "kept": KEPT})).rowcount
    return gone
