"""Which version of a state the view shows, and what is told to whom acts on an old one."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from gateway.model import (
    case_part,
    clock,
    conflict,
    petition,
    reminder,
    roster_entry,
    shared_table,
    supervision,
    timeline,
    triage,
    urgent_report,
)
from gateway.reading_lists import ScopedReader
from services.common.database import any_of
from services.common.errors import VersionConflict
from services.contracts.actor import Expected
from services.contracts.base import LEGAL_ZONE
from services.contracts.fact import Problem
from services.contracts.topology import VERSIONED

TYPES = [state.fact_type for state in VERSIONED]
OF_MANY = (case_part, shared_table, roster_entry)
"""Tables of several kinds of states, each under its type."""
OF_CASES = (case_part, clock, supervision, urgent_report, roster_entry)
OF_ONE = (petition, clock, supervision, reminder, conflict, urgent_report, triage)


class Said(NamedTuple):
    """What somebody says he has before him."""

    id: str
    version: int


class Shown(NamedTuple):
    version: int
    petition_id: str | None


async def expected(reader: ScopedReader, said: Sequence[Said]) -> tuple[Expected, ...]:
    """As the service is told, with what the view shows the actor now."""
    if not said:
        return ()
    now = await shown(reader, {one.id for one in said})
    return tuple(
        Expected(id=one.id, version=one.version, shown=now[one.id].version if one.id in now else None) for one in said
    )


async def shown(reader: ScopedReader, ids: Collection[str]) -> dict[str, Shown]:
    """By id, of those that the actor sees; in one query."""
    return {
        row.id: Shown(row.version, row.petition_id)
        for row in await reader.rows(
            sa.union_all(*(_of(table, reader.actor.county, ids) for table in (*OF_ONE, *OF_MANY)))
        )
    }


async def told(reader: ScopedReader, problem: Problem) -> Problem:
    """A version conflict in words: who changed it and when, as far as the actor sees it in the view."""
    subject = problem.subject
    if problem.code != VersionConflict.code or subject is None:
        return problem
    now = (await shown(reader, [subject])).get(subject)
    if now is None:
        return problem
    case = now.petition_id
    query = (
        sa.select(timeline.c.at, timeline.c.actor_name)
        .where(
            timeline.c.county_id == reader.actor.county,
            timeline.c.petition_id == case,
            timeline.c.subject == subject,
        )
        .order_by(timeline.c.at.desc(), timeline.c.fact_id.desc())
        .limit(1)
    )
    rows = await reader.rows(query) if case is not None else []
    if not rows:
        return problem
    at = rows[0].at.astimezone(LEGAL_ZONE)
    changed = f"该记录已于{at.month}月{at.day}日 {at:%H:%M} 由{rows[0].actor_name}更改"
    return msgspec.structs.replace(problem, message=f"{changed}，本次操作没有办理，请重新打开查看后再办理")


def _of(table: sa.Table, county: str, ids: Collection[str]) -> sa.Select[tuple[str, int, str | None]]:
    c = table.c
    case = c.id if table is petition else c.petition_id if table in OF_CASES else sa.null()
    query = sa.select(c.id, c.version, sa.cast(case, sa.Text).label("petition_id")).where(
        c.county_id == county, c.id == any_of(ids)
    )
    return query.where(c.type == any_of(TYPES)) if table in OF_MANY else query
