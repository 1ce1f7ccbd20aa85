"""Counting cases anew: what is known of each, what its clocks are now, and a fact for each clock that changed."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple, TypeVar

import sqlalchemy as sa

from services.common import logs
from services.common.database import Entry, Transaction
from services.common.workdays import Calendar
from services.contracts.base import State
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.intake import Petition
from services.contracts.meetings import CaseMeeting
from services.contracts.milestones import Milestone
from services.contracts.ratings import FollowUp
from services.contracts.reviews import CaseOwner, Review
from services.contracts.routing import Closure, Referral
from services.contracts.rules import Regime
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport
from services.deadlines.at_once import repeats_of
from services.deadlines.changes import changes
from services.deadlines.events import CaseFacts
from services.deadlines.model import cause, load_calendar
from services.deadlines.mornings import tell_at_once
from services.deadlines.obligations import obligations
from services.deadlines.rules import Rules
from services.deadlines.watch import enter_county, follow, told_levels

S = TypeVar("S", bound=State)
log = logs.get(__name__)

KEPT = (
    *(Petition, Notice, UrgentReport, FollowUp),
    *(Referral, Closure, Review, CaseOwner, CaseMeeting, Approval),
)

RULES_LOCK = "rules"
"""Shared by whoever counts; taken alone by whoever changes what is counted by, and then looks which clocks there are.
So no clock that was counted by the old rules appears after he has looked. A case's own lock comes before it."""


class Counted(NamedTuple):
    petitions: int
    clocks: int
    changed: int


class Current(NamedTuple):
    """The whole calendar, and the newest cause that it holds."""

    calendar: Calendar
    cause: int


_read: dict[str, Current] = {}
"""By database what was read last."""


def recount(tx: Transaction, *, petition_id: str, rules: Rules) -> None:
    """Brings the stored clocks of a case to what its facts give, whichever fact came last.

    Facts that came before their petition wait in what is kept until it comes. A historical item never has clocks. The
    transaction must see the whole case (a command's does inside ``Transaction.whole_county``). Raises
    ``OutsideCalendar`` where a period leaves the calendar.
    """
    # Two handlers of one case would each miss the fact that the other has not committed yet. The second waits
    # here, and then reads what the first has written.
    tx.lock(petition_id)
    recount_many(tx, petition_ids=[petition_id], rules=rules)


def recount_many(tx: Transaction, *, petition_ids: Collection[str], rules: Rules, why: str | None = None) -> Counted:
    """``recount`` for many cases, each of which the caller has locked. ``why`` is added to what the timeline says of
    each change; without it the cases' own facts have changed, and what is to be told at once is told. Tells how many
    cases and clocks there were, and how many clocks changed."""
    tx.lock(RULES_LOCK, shared=True)
    cases = [case for case in load_cases(tx, petition_ids) if not case.petition.historical]
    if not cases:
        return Counted(0, 0, 0)
    found = tx.read(Regime, tx.actor.county)
    regime = found.state if found else None
    current = current_calendar(tx.connection)
    stored = tx.of_petitions((Clock,), petition_ids)
    told = told_levels(tx, [each.state.id for own in stored.values() for each in own])
    entries: list[Entry] = []
    count = 0
    for case in cases:
        if rules.for_item(case.petition.received_on) is None:
            log.warning("no_law_for_item", received_on=str(case.petition.received_on))
        known = {each.state.id: each for each in stored.get((Clock, case.petition.id), [])}
        derived = obligations(case=case, rules=rules, regime=regime, calendar=current.calendar)
        count += len(derived)
        for change in changes(stored={key: each.state for key, each in known.items()}, derived=derived):
            base = known[change.clock.id].version if change.clock.id in known else 0
            remark = f"{change.remark}（{why}）" if why else change.remark
            entries.append(Entry(change.clock, change.act, base, remark))
    tx.record_many(entries)
    follow(tx, clocks=[entry.state for entry in entries if isinstance(entry.state, Clock)], told=told)
    enter_county(tx, cause=current.cause)
    if why is None:
        # Where the rules changed or the calendar did, nothing has happened to the cases themselves.
        firsts = {first for case in cases if (first := repeats_of(case.petition))}
        earlier = {case.petition.id: case for case in load_cases(tx, firsts)} if firsts else {}
        tell_at_once(tx, cases, regime, earlier=earlier)
    return Counted(len(cases), count, len(entries))


def load_cases(tx: Transaction, petition_ids: Collection[str]) -> list[CaseFacts]:
    """What is known of each case; those whose petition has not come are missing."""
    found = tx.kept_of_petitions(KEPT, petition_ids)
    found |= tx.of_petitions((Extension, Milestone, Supervision), petition_ids)

    def states(state: type[S], petition_id: str) -> tuple[S, ...]:
        return tuple(each.state for each in found.get((state, petition_id), ()))

    return [
        CaseFacts(
            petition=petition,
            referrals=states(Referral, petition.id),
            closure=next(iter(states(Closure, petition.id)), None),
            reviews=states(Review, petition.id),
            owner=next(iter(states(CaseOwner, petition.id)), None),
            extensions=states(Extension, petition.id),
            milestones=states(Milestone, petition.id),
            supervisions=states(Supervision, petition.id),
            meetings=states(CaseMeeting, petition.id),
            approvals=states(Approval, petition.id),
            notices=states(Notice, petition.id),
            urgent_reports=states(UrgentReport, petition.id),
            follow_ups=states(FollowUp, petition.id),
        )
        for petition_id in petition_ids
        for petition in states(Petition, petition_id)
    ]


def current_calendar(connection: sa.Connection) -> Current:
    """The calendar is read again only after a new cause: it has some ten thousand days, and each fact needs it."""
    newest = newest_cause(connection)
    key = str(connection.engine.url)
    if key not in _read or _read[key].cause != newest:
        _read[key] = Current(load_calendar(connection, since=date.min), newest)
    return _read[key]


def newest_cause(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(cause.c.id), 0))).scalar_one())
