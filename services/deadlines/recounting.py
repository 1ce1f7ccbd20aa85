"""Counting many cases anew: after a notice, another law or another regime, case by case through a queue, on record.

A cause enters the cases that it touches into ``recount``, all under one run. The queue is worked off in batches, by any
number of workers; each batch commits its clocks together with what is left of the queue.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.common import logs
from services.common.database import Database, Transaction, any_of
from services.common.ids import new_id
from services.common.workdays import OutsideCalendar
from services.contracts.actor import system_actor
from services.deadlines.cases import RULES_LOCK, Counted, newest_cause, recount_many
from services.deadlines.model import cause, county_state, recount, recount_run
from services.deadlines.model import county as county_table
from services.deadlines.rules import Rules

log = logs.get(__name__)

LAW_CHANGED = "法规与规则文件更新"

BATCH = 300
"""Cases in one transaction. Each holds a lock of its own, and the server has some thousands."""
CANDIDATES = 4 * BATCH
"""From how many a worker picks those that nobody else has in hand."""

TOUCHED = """
SELECT DISTINCT petition_id FROM deadlines.watch
WHERE county_id = :county AND open AND starts_on <= :last AND ends_on >= :first
"""

UNFINISHED = """
SELECT petition_id FROM deadlines.watch WHERE county_id = :county AND open
UNION
SELECT item.petition_id FROM deadlines.kept_fact AS item
WHERE item.county_id = :county AND item.type = 'intake.petition.v1' AND NOT (item.state ->> 'historical')::boolean
  AND NOT EXISTS (SELECT FROM deadlines.kept_fact AS closure
                  WHERE closure.county_id = item.county_id AND closure.type = 'routing.closure.v1'
                    AND closure.id = item.id)
"""
"""Other rules may give a case a clock that it had none of."""


def known_counties(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.execute(sa.select(county_table.c.code).order_by(county_table.c.code)).scalars())


def enter_causes(database: Database, *, county: str) -> int:
    """Enters the cases that causes touch which the county has not seen yet; tells how many those are."""
    with database.begin(system_actor(county, "deadlines")) as tx:
        newest = newest_cause(tx.connection)
        mine = county_state.c.county_id == county
        if tx.connection.execute(sa.select(county_state.c.cause_done).where(mine)).scalar_one() >= newest:
            return 0
        # From here on nobody counts by what was before: whoever did has committed, and his clocks are seen below.
        tx.lock(RULES_LOCK)
        done = tx.connection.execute(sa.select(county_state.c.cause_done).where(mine)).scalar_one()
        unseen = sa.select(cause).where(cause.c.id > done, cause.c.id <= newest).order_by(cause.c.id)
        count = 0
        for each in tx.connection.execute(unseen).all():
            span = {"county": county, "first": each.first, "last": each.last}
            query = UNFINISHED if each.kind == "law" else TOUCHED
            found = tx.connection.execute(sa.text(query), span).scalars()
            count += enqueue(tx, petition_ids=list(found), why=each.text)
        tx.connection.execute(sa.update(county_state).where(mine).values(cause_done=max(done, newest)))
        return count


def enqueue_unfinished(tx: Transaction, *, why: str) -> int:
    """Enters every case of the county that other rules might touch; the transaction must see the whole county and hold
    ``RULES_LOCK``."""
    found = tx.connection.execute(sa.text(UNFINISHED), {"county": tx.actor.county}).scalars()
    return enqueue(tx, petition_ids=list(found), why=why)


def enqueue(tx: Transaction, *, petition_ids: Collection[str], why: str) -> int:
    """Enters the cases under a new run. One that waits already will be counted under the newer run."""
    run = new_id()
    started = sa.insert(recount_run).values(
        county_id=tx.actor.county,
        id=run,
        cause=why,
        petitions=len(petition_ids),
        started_at=tx.now,
        finished_at=None if petition_ids else tx.now,
    )
    tx.connection.execute(started)
    statement = insert(recount).from_select(
        ["county_id", "petition_id", "run_id", "wanted"],
        sa.select(
            sa.literal(tx.actor.county),
            sa.func.unnest(sa.cast(list(petition_ids), ARRAY(sa.Text))),
            sa.literal(run),
            sa.true(),
        ),
    )
    again = {"run_id": statement.excluded.run_id, "wanted": sa.true()}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["county_id", "petition_id"], set_=again))
    log.info("recount_entered", cases=len(petition_ids), run=run)
    return len(petition_ids)


def drain(database: Database, *, county: str, rules: Rules) -> Counted | None:
    """Counts one batch of the oldest run anew, or enters that the run is finished; None where nothing is to do."""
    with database.begin(system_actor(county, "deadlines")) as tx:
        run = tx.connection.execute(
            sa.select(recount_run.c.id, recount_run.c.cause)
            .where(recount_run.c.county_id == county, recount_run.c.finished_at.is_(None))
            .order_by(recount_run.c.id)
            .limit(1)
        ).first()
        if run is None:
            return None
        wanted = (recount.c.county_id == county, recount.c.wanted, recount.c.run_id == run.id)
        waiting = sa.select(recount.c.petition_id).where(*wanted)
        candidates = tx.connection.execute(waiting.order_by(recount.c.petition_id).limit(CANDIDATES)).scalars().all()
        this_run = (recount_run.c.county_id == county, recount_run.c.id == run.id)
        if not candidates:
            tx.connection.execute(sa.update(recount_run).where(*this_run).values(finished_at=tx.now))
            log.info("recount_finished", run=run.id)
            return Counted(0, 0, 0)
        locked = tx.lock_free(candidates, limit=BATCH)
        tx.lock(RULES_LOCK, shared=True)
        # Another worker may have counted some of them between the look and the lock.
        still = waiting.where(recount.c.petition_id == any_of(locked)).with_for_update()
        mine = tx.connection.execute(still).scalars().all()
        if not mine:
            return None
        counted = _count(tx, mine, rules, why=run.cause)
        taken = (recount.c.county_id == county, recount.c.petition_id == any_of(mine))
        tx.connection.execute(sa.update(recount).where(*taken).values(wanted=False))
        progress = {name: recount_run.c[name] + getattr(counted, name) for name in ("clocks", "changed")}
        tx.connection.execute(sa.update(recount_run).where(*this_run).values(progress))
        return counted


def _count(tx: Transaction, petition_ids: Sequence[str], rules: Rules, *, why: str) -> Counted:
    try:
        return recount_many(tx, petition_ids=petition_ids, rules=rules, why=why)
    except OutsideCalendar:
        # Nothing was written. One period that leaves the calendar may not keep the other cases waiting.
        if len(petition_ids) == 1:
            log.error("case_outside_calendar", petition=petition_ids[0])
            return Counted(1, 0, 0)
        each = [_count(tx, [petition_id], rules, why=why) for petition_id in petition_ids]
        return Counted(*(sum(column) for column in zip(*each, strict=True)))


def enter_law(connection: sa.Connection, *, files: Iterable[Path]) -> bool:
    """Enters as a cause that the law files changed, if they did since the last time; tells whether.

    Run by an administrator with each migration, before the parts start that read the files.
    """
    read = hashlib.sha256()
    for path in sorted(files):
        read.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    digest = read.hexdigest()
    stored = connection.execute(
        sa.select(cause.c.digest).where(cause.c.kind == "law").order_by(cause.c.id.desc()).limit(1)
    ).scalar()
    if stored == digest:
        return False
    connection.execute(
        sa.insert(cause).values(kind="law", first=date.min, last=date.max, text=LAW_CHANGED, digest=digest)
    )
    return True
