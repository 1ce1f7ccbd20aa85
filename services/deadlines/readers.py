"""After other people were named to see an accusation (Art. 30): clocks, reminders and the rest of the case follow."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from services.common.database import Entry, Transaction, any_of
from services.common.following import FOLLOWED, follow_names
from services.contracts.acts import Act
from services.contracts.base import BARRED
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.reminders import AtOnceReason, Reminder
from services.contracts.urgent_reports import UrgentReport
from services.deadlines.model import watch

OF_REPORTS = frozenset({AtOnceReason.REPORTED, AtOnceReason.HEALTH})

MENTIONING = """
SELECT id FROM deadlines.aggregate
WHERE county_id = :county AND type = :type AND named IS NOT NULL
  AND (state -> 'at_once' ->> 'petition_id' = :petition
       OR state -> 'items' @> jsonb_build_array(jsonb_build_object('petition_id', CAST(:petition AS text))))
ORDER BY id
"""
"""What is for named people only is a small part of all reminders, and people are named seldom."""


def follow_readers(tx: Transaction, petition: Petition) -> None:
    """Brings all that deadlines keeps of the petition to the people who are named for it now.

    The transaction must see the whole county.
    """
    if not petition.confined or petition.named is None:
        return
    tx.lock(petition.id)
    names = sorted(petition.named)
    stale = [each.state.id for each in tx.of_petition(Clock, petition.id) if each.state.restricted_to != names]
    if stale:
        # First of all: it waits for a sweep that has one of them in hand, and that sweep's reminder is then there.
        mine = watch.update().where(watch.c.county_id == tx.actor.county, watch.c.clock_id == any_of(stale))
        tx.connection.execute(mine.values(restricted=names))
    follow_names(tx, petition)
    _follow_in_reminders(tx, petition)


def _follow_in_reminders(tx: Transaction, petition: Petition) -> None:
    parameters = {"county": tx.actor.county, "type": Reminder.fact_type, "petition": petition.id}
    ids = list(tx.connection.execute(sa.text(MENTIONING), parameters).scalars())
    if not ids:
        return
    told = [login for report in tx.kept_of_petition(UrgentReport, petition.id) for login in _leaders(report.state)]
    entries = []
    for row in tx.several(Reminder, ids).values():
        names = readers_of(row.state, petitions=_petitions(tx, row.state), told=told)
        if names != row.state.restricted_to:
            state = msgspec.structs.replace(row.state, restricted_to=names)
            entries.append(Entry(state, Act.READERS_NAMED, row.version, FOLLOWED))
    tx.record_many(entries)


def readers_of(reminder: Reminder, *, petitions: Iterable[Petition], told: Iterable[str]) -> list[str]:
    """Who sees a reminder of these accusations: whoever is named for each of them, and nobody who is barred from one.

    Of an urgent report also the leaders whom it was ``told`` by name. Pure.
    """
    named = [petition.named or frozenset() for petition in petitions]
    barred = {name for names in named for name in names if name.startswith(BARRED)}
    readers = set.intersection(*({name for name in names if not name.startswith(BARRED)} for names in named))
    if reminder.at_once is not None and reminder.at_once.reason in OF_REPORTS:
        readers |= set(told)
    return sorted(readers | barred)


def _petitions(tx: Transaction, reminder: Reminder) -> list[Petition]:
    ids = {item.petition_id for item in reminder.items}
    if reminder.at_once is not None:
        ids.add(reminder.at_once.petition_id)
    return [kept.state for each in sorted(ids) if (kept := tx.kept(Petition, each)) is not None]


def _leaders(report: UrgentReport) -> list[str]:
    return [each.login for each in report.told if each.login is not None]
