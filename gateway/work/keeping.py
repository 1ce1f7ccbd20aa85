"""Keeping the table of what is to do: what follows now is held against what stands there; the difference is written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import reminder, roster_entry, shared_table
from gateway.work.kinds import TaskKind
from gateway.work.model import task
from gateway.work.other_tasks import OTHERS, tasks_of
from gateway.work.task import Task, row_of
from services.contracts.base import State
from services.contracts.fact import AnyFact
from services.contracts.proposals import RoutingRules
from services.contracts.reminders import Reminder
from services.contracts.topology import STATE_BY_TYPE

NEW = insert(task)
KEY = list(task.primary_key.columns)
PUT = NEW.on_conflict_do_update(
    index_elements=KEY, set_={column.name: NEW.excluded[column.name] for column in task.c if column not in KEY}
)
ALL_REMINDERS = "@reminders"
"""Stands for a case where appliers lock: whether a reminder is to be acknowledged depends on the others."""
OTHER_TYPES = frozenset(state.fact_type for state in OTHERS)
_MORNING = "NOT {0}.urgent AND {0}.state ->> 'sent_by' IS NULL AND {0}.state ->> 'at_once' IS NULL"
DROP_OLD_MORNINGS = sa.text(f"""
DELETE FROM gateway_view.task AS t USING gateway_view.reminder AS old
WHERE t.county_id = :county AND t.kind = '{TaskKind.ACKNOWLEDGE_REMINDER}'
  AND old.county_id = t.county_id AND old.id = t.subject AND {_MORNING.format("old")}
  AND EXISTS (
    SELECT 1 FROM gateway_view.reminder AS newer
    WHERE newer.county_id = old.county_id AND newer.tenant = old.tenant AND (newer.at, newer.id) > (old.at, old.id)
      AND newer.state ->> 'role' = old.state ->> 'role' AND newer.named IS NOT DISTINCT FROM old.named
      AND {_MORNING.format("newer")})
""")
"""Of the mornings' reminders to one role of a tenant only the newest is to be acknowledged: it tells all that the
earlier ones told."""
BY_RULES = (TaskKind.REFER_ANEW.value, TaskKind.DECIDE_OBJECTION.value)
"""Whose these are depends on the county's rules."""


async def keep(
    connection: AsyncConnection, county: str, *, wanted: Iterable[Task], there: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """Makes the table say ``wanted`` where it says ``there`` (rows by id, as they stand or as JSON).

    Returns the rows that changed, as they are and as they were.
    """
    rows = {row["id"]: row for row in map(row_of, wanted)}
    changed = [row for id, row in rows.items() if id not in there or _told(there[id]) != _told(row)]
    gone = [id for id in there if id not in rows]
    if gone:
        await connection.execute(sa.delete(task).where(task.c.county_id == county, task.c.id.in_(gone)))
    if changed:
        await connection.execute(PUT, [{"county_id": county, **row} for row in changed])
    return [*changed, *(there[row["id"]] for row in changed if row["id"] in there), *(there[id] for id in gone)]


def _told(row: Any) -> tuple[Any, ...]:
    """What of a row can change while its id stays."""
    due_on, since = row["due_on"], row["since"]
    return (
        due_on if isinstance(due_on, date) else date.fromisoformat(due_on),
        since if isinstance(since, datetime) else datetime.fromisoformat(since),
        row["petition_id"],
        row["roles"],
        row["visible_to"],
        row["named"],
    )


async def keep_others(connection: AsyncConnection, county: str, facts: Sequence[AnyFact]) -> list[Mapping[str, Any]]:
    """What is to do about what is no case, after these facts were applied: from the states that stand now, since a fact
    may have come late. Returns what ``keep`` does; an older reminder goes only as a newer one comes to the same people.
    """
    subjects: dict[str, set[str]] = {}
    for fact in facts:
        if fact.type in OTHER_TYPES:
            subjects.setdefault(fact.type, set()).add(fact.subject)
    if not subjects:
        return []
    wanted = [each for state in await _states(connection, county, subjects) for each in tasks_of(state)]
    ids = sorted(set().union(*subjects.values()))
    rows = (
        await connection.execute(sa.select(task).where(task.c.county_id == county, task.c.subject.in_(ids)))
    ).mappings()
    changed = await keep(connection, county, wanted=wanted, there={row["id"]: dict(row) for row in rows})
    if Reminder.fact_type in subjects:
        await connection.execute(DROP_OLD_MORNINGS, {"county": county})
    return changed


async def _states(connection: AsyncConnection, county: str, subjects: Mapping[str, set[str]]) -> list[State]:
    found: list[State] = []
    for name, ids in subjects.items():
        struct = STATE_BY_TYPE[name]
        table = reminder if struct is Reminder else roster_entry
        query = sa.select(table.c.state).where(table.c.county_id == county, table.c.id.in_(sorted(ids)))
        if table is roster_entry:
            query = query.where(table.c.type == name)
        found += [msgspec.convert(row.state, struct) for row in await connection.execute(query)]
    return found


async def of_rules(connection: AsyncConnection, county: str, facts: Sequence[AnyFact]) -> set[str]:
    """The petitions whose tasks the county's rules decide, where these facts change them."""
    if not any(fact.type == RoutingRules.fact_type for fact in facts):
        return set()
    query = sa.select(task.c.petition_id).where(task.c.county_id == county, task.c.kind.in_(BY_RULES))
    return {row.petition_id for row in await connection.execute(query)}


async def county_decides_from(connection: AsyncConnection, county: str) -> int | None:
    """From which return on the county office decides; None where its rules say nothing of it."""
    query = sa.select(shared_table.c.state["county_decides_from_return"].as_integer()).where(
        shared_table.c.county_id == county, shared_table.c.type == RoutingRules.fact_type
    )
    return (await connection.execute(query)).scalar()
