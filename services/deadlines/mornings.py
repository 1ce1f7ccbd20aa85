"""Reminders into the database: the morning's, once for each county and day; what is told at once; where they go."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from services.common import logs
from services.common.database import Database, Entry, Transaction
from services.contracts.actor import TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.bureau import REMINDER_EVENT
from services.contracts.deadlines import Clock, Level
from services.contracts.directory import Organisation
from services.contracts.office import OfficeDutyDone, OwedDuty, owed_duties
from services.contracts.reminders import Reminder
from services.contracts.rules import Regime
from services.deadlines.at_once import at_once, reasons, repeats_of
from services.deadlines.digesting import Pressing, bundles, for_bureau, morning_reminder, with_duties
from services.deadlines.events import CaseFacts

log = logs.get(__name__)

CLAIM = """
UPDATE deadlines.county_state SET digest_on = :today
WHERE county_id = :county AND (digest_on IS NULL OR digest_on < :today)
"""

PRESSING = """
SELECT clock_id, owner, levels[(SELECT count(*) FROM unnest(level_at) AS each WHERE each <= :now)] AS level,
       due_on, restricted
FROM deadlines.watch
WHERE county_id = :county AND open AND NOT paused AND (level_at[1] <= :now OR expected_on < :today)
"""


class Directory(NamedTuple):
    """Whom reminders go to beside the owner of a clock."""

    office: str | None
    """Code of the county office; None while the directory is not loaded."""
    bureaus: frozenset[str]
    """Codes of the tenants that have a queue of their own."""


def directory(tx: Transaction) -> Directory:
    active = [each.state for each in tx.kept_all(Organisation) if each.state.active]
    offices = [each.code for each in active if each.kind is TenantKind.COUNTY]
    if not offices:
        log.warning("county_office_unknown")
    return Directory(
        office=offices[0] if offices else None,
        bureaus=frozenset(each.code for each in active if each.kind is TenantKind.BUREAU),
    )


def digest_hour(database: Database, county: str) -> int:
    """The hour, Asia/Shanghai, from which the county wants its morning's reminders."""
    with database.begin(system_actor(county, "deadlines")) as tx:
        stored = tx.read(Regime, county)
    return (stored.state if stored else Regime(county=county)).digest_hour


def digest(database: Database, *, county: str, now: datetime, hour: int) -> int:
    """Makes the reminders of the legal day of ``now``, if it is ``hour`` or later there and they are not made yet.

    Tells how many it made. A county that the sweeper has not begun to work for has no morning.
    """
    if now.astimezone(LEGAL_ZONE).hour < hour:
        return 0
    with database.begin(system_actor(county, "deadlines"), now=now) as tx:
        # The row is the claim: a second sweeper waits here for the first, and then finds the day done.
        if tx.connection.execute(sa.text(CLAIM), {"county": county, "today": tx.today}).rowcount == 0:
            return 0
        known = directory(tx)
        made = [
            morning_reminder(
                bundle=bundle,
                clocks={
                    key: row.state for key, row in tx.several(Clock, [each.clock_id for each in bundle.clocks]).items()
                },
                county=county,
                now=now,
                today=tx.today,
            )
            for bundle in bundles(_pressing(tx), office=known.office)
        ]
        made = with_duties(made, _owed_duties(tx), county=county, now=now, today=tx.today)
        # After a restored or migrated database the day's claim may be gone while its reminders stand.
        standing = tx.several(Reminder, [each.id for each in made])
        fresh = [each for each in made if each.id not in standing]
        send(tx, fresh, known)
        return len(fresh)


def tell_at_once(
    tx: Transaction, cases: Iterable[CaseFacts], regime: Regime | None, *, earlier: Mapping[str, CaseFacts]
) -> None:
    """Makes the reminders of items that leaders are told of at once, as far as they are not made yet.

    ``earlier``: by id, the cases that ``repeats_of`` names. The transaction must see the whole county and hold the lock
    of each of ``cases``.
    """
    size = (regime or Regime(county=tx.actor.county)).group_visit_size
    pressing = [
        each
        for each in cases
        if each.urgent_reports or repeats_of(each.petition) in earlier or reasons(each.petition, group_visit_size=size)
    ]
    if not pressing:
        return
    known = directory(tx)
    made = [
        reminder
        for case in pressing
        for reminder in at_once(
            case,
            earlier=earlier.get(repeats_of(case.petition) or ""),
            group_visit_size=size,
            county=tx.actor.county,
            office=known.office,
            now=tx.now,
            today=tx.today,
        )
    ]
    standing = tx.several(Reminder, [each.id for each in made])
    send(tx, [each for each in made if each.id not in standing], known)


def send(tx: Transaction, reminders: list[Reminder], known: Directory) -> None:
    """Records them, and puts into a bureau's own queue what its system may know."""
    tx.record_many([Entry(each, Act.REMINDED) for each in reminders])
    for each in reminders:
        if each.tenant in known.bureaus and not each.confined:
            tx.send_to_bureau(each.tenant, event_type=REMINDER_EVENT, subject=each.id, data=for_bureau(each))


def _owed_duties(tx: Transaction) -> list[OwedDuty]:
    regime = tx.read(Regime, tx.actor.county)
    if regime is None or not regime.state.office_duties:
        return []
    return owed_duties(
        duties=regime.state.office_duties,
        tenants={each.state.code: each.state.kind for each in tx.kept_all(Organisation) if each.state.active},
        done={each.state.aggregate_id: each.state for each in tx.all(OfficeDutyDone)},
        today=tx.today,
    )


def _pressing(tx: Transaction) -> list[Pressing]:
    rows = tx.connection.execute(sa.text(PRESSING), {"county": tx.actor.county, "now": tx.now, "today": tx.today})
    return [
        Pressing(
            clock_id,
            owner,
            None if level is None else Level(level),
            due_on,
            None if restricted is None else tuple(sorted(restricted)),
        )
        for clock_id, owner, level, due_on, restricted in rows
    ]
