"""The sweep: each level that a clock has reached is told once, the oldest first, whatever their number.

What is to be told stands in ``watch``. A batch takes the oldest rows that nobody else has in hand and advances them in
one transaction with the facts that tell of it: killed in the middle, none of it has happened. The instant comes from
the caller.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.common.database import Database, Entry, Transaction
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.deadlines import Clock, Level, Obligation
from services.contracts.reminders import Alert
from services.deadlines.digesting import urgent_reminder
from services.deadlines.mornings import directory, send

BATCH = 10_000
"""Clocks in one transaction."""

LEVELS = {str(level): level for level in Level}
OBLIGATIONS = {str(obligation): obligation for obligation in Obligation}
ACTS = {
    Level.LAPSED: Act.CLOCK_LAPSED,
    **dict.fromkeys((Level.OVERDUE, Level.TO_HEAD, Level.TO_COUNTY), Act.CLOCK_OVERDUE),
}
"""Every other level is a warning."""

ADVANCE = """
WITH due AS MATERIALIZED (
  SELECT ctid AS place, told, level_at, next_at FROM deadlines.watch
  WHERE county_id = :county AND next_at <= :now
  ORDER BY next_at LIMIT :limit FOR UPDATE SKIP LOCKED
), horizon AS MATERIALIZED (
  SELECT max(next_at) AS at FROM due
), step AS MATERIALIZED (
  SELECT place, told, CASE WHEN level_at[told + 2] <= horizon.at
      THEN (SELECT count(*) FROM unnest(level_at) AS each WHERE each <= horizon.at)::smallint
      ELSE (told + 1)::smallint END AS upto
  FROM due, horizon
)
UPDATE deadlines.watch AS row
SET told = step.upto, next_at = row.level_at[step.upto + 1],
    alert_version = row.alert_version + step.upto - step.told
FROM step WHERE row.ctid = step.place
RETURNING row.clock_id, row.petition_id, row.owner, row.obligation, row.urgent, row.restricted, row.due_on,
  row.alert_version - (step.upto - step.told) AS base,
  row.levels[step.told + 1] AS level, row.level_at[step.told + 1] AS since,
  CASE WHEN step.upto > step.told + 1 THEN row.levels[step.told + 2 : step.upto] END AS levels,
  CASE WHEN step.upto > step.told + 1 THEN row.level_at[step.told + 2 : step.upto] END AS level_at
"""
"""Advances the oldest rows. A row of the batch may have passed a further level before the last of the batch passed its
own: that one is told too, at its place, so that no batch goes behind the one before. A locked row stays in its place
(``ctid``), which is the shortest way back to it."""


class Swept(NamedTuple):
    levels: int
    """Levels that were told."""
    oldest: datetime | None = None
    newest: datetime | None = None
    """The instants of the first and the last of them."""


class _Step(NamedTuple):
    """One level of one clock; steps sort into the order in which they are told."""

    since: datetime
    clock_id: str
    base: int
    level: str
    petition_id: str
    owner: str
    obligation: str
    due_on: date
    urgent: bool
    restricted: list[str] | None


def sweep_all(database: Database, *, county: str, now: datetime, limit: int = BATCH) -> Swept:
    """Sweeps until nothing is due at ``now``, or all that is due is in another sweeper's hands."""
    whole = Swept(0)
    while (swept := sweep(database, county=county, now=now, limit=limit)).levels:
        whole = Swept(whole.levels + swept.levels, whole.oldest or swept.oldest, swept.newest)
    return whole


def sweep(database: Database, *, county: str, now: datetime, limit: int = BATCH) -> Swept:
    """Tells the oldest levels of at most ``limit`` clocks, in one transaction."""
    with database.begin(system_actor(county, "deadlines"), now=now) as tx:
        rows = tx.connection.execute(sa.text(ADVANCE), {"county": county, "now": now, "limit": limit})
        steps = sorted(step for row in rows for step in _steps(tuple(row)))
        # The alert's state and version are the row's own.
        tx.tell_many([_entry(step) for step in steps])
        urgent = [step for step in steps if step.urgent]
        if urgent:
            _remind_at_once(tx, urgent)
    return Swept(len(steps), steps[0].since, steps[-1].since) if steps else Swept(0)


def _steps(row: tuple[Any, ...]) -> Iterator[_Step]:
    clock_id, petition_id, owner, obligation, urgent, restricted, due_on, base, level, since, levels, level_at = row
    yield _Step(since, clock_id, base, level, petition_id, owner, obligation, due_on, urgent, restricted)
    for number, (further, at) in enumerate(zip(levels or (), level_at or (), strict=True), start=1):
        yield _Step(at, clock_id, base + number, further, petition_id, owner, obligation, due_on, urgent, restricted)


def _entry(step: _Step) -> Entry:
    level, obligation = LEVELS[step.level], OBLIGATIONS[step.obligation]
    alert = Alert(
        clock_id=step.clock_id,
        petition_id=step.petition_id,
        owner=step.owner,
        obligation=obligation,
        level=level,
        since=step.since,
        restricted_to=step.restricted,
    )
    return Entry(
        alert, ACTS.get(level, Act.CLOCK_WARNED), step.base, f"{obligation.label}：{level.label}（{step.due_on} 到期）"
    )


def _remind_at_once(tx: Transaction, steps: list[_Step]) -> None:
    known = directory(tx)
    clocks = tx.several(Clock, {step.clock_id for step in steps})
    reminders = (
        urgent_reminder(
            clock=clocks[step.clock_id].state,
            level=Level(step.level),
            number=step.base + 1,
            county=tx.actor.county,
            office=known.office,
            now=tx.now,
            today=tx.today,
        )
        for step in steps
    )
    send(tx, [each for each in reminders if each is not None], known)
