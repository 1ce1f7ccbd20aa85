"""What the sweep needs to know of a clock: one row of ``watch``, as a pure function of the clock and what was told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.bulk import array_text
from services.common.clock import legal_day
from services.common.database import Transaction, any_of
from services.contracts.deadlines import Clock, Level
from services.deadlines.model import county, county_state, watch

ORDER = {level: place for place, level in enumerate(Level)}

UPSERT = """
INSERT INTO deadlines.watch (county_id, clock_id, petition_id, owner, obligation, urgent, restricted, starts_on,
                             ends_on, due_on, open, paused, levels, level_at, told, next_at, expected_on,
                             alert_version)
SELECT %(county_id)s, clock_id, petition_id, owner, obligation, urgent, restricted::text[], starts_on, ends_on,
       due_on, open, paused, levels::text[], level_at::timestamptz[], told, next_at, expected_on, 0
FROM unnest(%(clock_id)s::text[], %(petition_id)s::text[], %(owner)s::text[], %(obligation)s::text[],
            %(urgent)s::bool[], %(restricted)s::text[], %(starts_on)s::date[], %(ends_on)s::date[],
            %(due_on)s::date[], %(open)s::bool[], %(paused)s::bool[], %(levels)s::text[], %(level_at)s::text[],
            %(told)s::smallint[], %(next_at)s::timestamptz[], %(expected_on)s::date[])
  AS fresh (clock_id, petition_id, owner, obligation, urgent, restricted, starts_on, ends_on, due_on, open, paused,
            levels, level_at, told, next_at, expected_on)
ON CONFLICT (county_id, clock_id) DO UPDATE
SET owner = excluded.owner, obligation = excluded.obligation, urgent = excluded.urgent,
    restricted = excluded.restricted, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
    due_on = excluded.due_on, open = excluded.open, paused = excluded.paused, levels = excluded.levels,
    level_at = excluded.level_at, told = excluded.told, next_at = excluded.next_at,
    expected_on = excluded.expected_on
"""
"""``alert_version`` is the sweep's alone."""


def told_levels(tx: Transaction, clock_ids: Collection[str]) -> dict[str, Level | None]:
    """By clock the last level that was told. The rows are locked, so that no sweep advances them meanwhile."""
    query = (
        sa.select(watch.c.clock_id, watch.c.levels, watch.c.told)
        .where(watch.c.county_id == tx.actor.county, watch.c.clock_id == any_of(clock_ids))
        .order_by(watch.c.clock_id)
        .with_for_update()
    )
    rows = tx.connection.execute(query)
    return {row.clock_id: Level(row.levels[row.told - 1]) if row.told else None for row in rows}


def follow(tx: Transaction, *, clocks: Sequence[Clock], told: Mapping[str, Level | None]) -> None:
    """Writes the rows of clocks that changed; ``told`` is what ``told_levels`` gave."""
    if not clocks:
        return
    rows = [watch_row(clock, told=told.get(clock.id), now=tx.now) for clock in clocks]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    tx.connection.exec_driver_sql(UPSERT, {"county_id": tx.actor.county, **columns})


def enter_county(tx: Transaction, *, cause: int) -> None:
    """Has the sweeper work for the county from now on. ``cause``: the newest by which its clocks are counted."""
    state = insert(county_state).values(county_id=tx.actor.county, cause_done=cause)
    if tx.connection.execute(state.on_conflict_do_nothing()).rowcount:
        tx.connection.execute(insert(county).values(code=tx.actor.county).on_conflict_do_nothing())


def watch_row(clock: Clock, *, told: Level | None, now: datetime) -> dict[str, Any]:
    """The row of a clock of which the sweep has told up to ``told``.

    A level counts as told where it has passed at ``now`` and is none beyond ``told``. So a clock that got more time is
    told of anew when its levels come again, and one that lost time is told of what it has passed unheard.
    """
    bounds = [bound for bound in (clock.legal, clock.internal) if bound is not None]
    count = told_count(clock, told=told, now=now)
    waiting = clock.open and clock.paused_since is None and count < len(clock.marks)
    return {
        "clock_id": clock.id,
        "petition_id": clock.petition_id,
        "owner": clock.owner,
        "obligation": str(clock.obligation),
        "urgent": clock.urgent,
        "restricted": None if clock.restricted_to is None else array_text(tuple(clock.restricted_to)),
        # Not only the binding limit: another calendar may make the other one bind.
        "starts_on": min([clock.starts_on, *(bound.starts_on for bound in bounds)]),
        "ends_on": max(
            [
                clock.effective_due_on,
                *(bound.effective_due_on for bound in bounds),
                *(legal_day(mark.at) for mark in clock.marks[-1:]),
            ]
        ),
        "due_on": clock.effective_due_on,
        "expected_on": clock.expected_on,
        "open": clock.open,
        "paused": clock.paused_since is not None,
        "levels": array_text(tuple(str(mark.level) for mark in clock.marks)),
        "level_at": array_text(tuple(mark.at.isoformat() for mark in clock.marks)),
        "told": count,
        "next_at": clock.marks[count].at if waiting else None,
    }


def told_count(clock: Clock, *, told: Level | None, now: datetime) -> int:
    """How many of the clock's levels, from the first, count as told."""
    if told is None:
        return 0
    count = 0
    for mark in clock.marks:
        if mark.at > now or ORDER[mark.level] > ORDER[told]:
            break
        count += 1
    return count
