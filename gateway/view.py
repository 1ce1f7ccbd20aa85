"""The view: rows made of facts. ``apply`` is idempotent and order does not matter.

Both the projector (for every fact) and the gateway (for the facts of a command that it just sent) call it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.changes import Warned, record
from gateway.deriving import DERIVED_FROM, derive
from gateway.model import (
    case_part,
    clock,
    conflict,
    petition,
    petition_words,
    private,
    reminder,
    roster_entry,
    shared_table,
    supervision,
    timeline,
    triage,
    urgent_report,
)
from gateway.rows import (
    clock_row,
    conflict_row,
    petition_row,
    private_rows,
    reminder_row,
    roster_row,
    seen_by,
    supervision_row,
    triage_row,
    urgent_report_row,
    words_of,
)
from gateway.work.keeping import ALL_REMINDERS, keep_others, of_rules
from services.common.facts import UnreadableFact
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.wording import UNDECODABLE
from services.contracts.actor import system_actor
from services.contracts.api_keys import ApiKey
from services.contracts.archives import CaseArchive
from services.contracts.attachments import Attachment
from services.contracts.base import State, builtins
from services.contracts.calendar import CalendarYear
from services.contracts.circulars import Circular
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice, Talk, Triage
from services.contracts.directory import Organisation
from services.contracts.drafts import Draft
from services.contracts.duty_calls import DutyCall
from services.contracts.duty_notes import DutyNote
from services.contracts.extensions import Extension
from services.contracts.fact import AnyFact, typed
from services.contracts.flows import Approval, Flow
from services.contracts.identity import Account, SignIn
from services.contracts.intake import Disclosure, Petition, Reading
from services.contracts.intake_rules import IntakeRules
from services.contracts.meetings import CaseMeeting, Settlement
from services.contracts.milestones import Milestone
from services.contracts.office import OfficeDutyDone
from services.contracts.proposals import Proposal, RoutingRules
from services.contracts.public_pages import PublicPages
from services.contracts.questionnaires import Questionnaire
from services.contracts.ratings import FollowUp, Rating
from services.contracts.reminders import Alert, Reminder
from services.contracts.reviews import CaseOwner, Review
from services.contracts.roster_base import OnRoster
from services.contracts.roster_settings import RosterQuotas, RosterRules
from services.contracts.routing import Closure, Referral
from services.contracts.rules import Regime
from services.contracts.supervision import Supervision
from services.contracts.topology import STATE_BY_TYPE
from services.contracts.urgent_reports import UrgentReport

PARTS: tuple[type[State], ...] = (
    *(Referral, Closure, Review, CaseOwner, Proposal, Approval, CaseMeeting, Settlement),
    *(DutyNote, Extension, Milestone, Rating, FollowUp, Attachment, Talk, Notice, CaseArchive),
)
SHARED: tuple[type[State], ...] = (
    *(Organisation, RosterRules, RosterQuotas, CalendarYear, Regime, Circular, OfficeDutyDone, RoutingRules, Flow),
    *(IntakeRules, PublicPages, Questionnaire, Draft, DutyCall),
)
TIMELINE_ONLY: tuple[type[State], ...] = (Disclosure, Reading, Alert, Account, SignIn, ApiKey)
OF_ROSTER = frozenset(name for name, state in STATE_BY_TYPE.items() if issubclass(state, OnRoster))

OWN_TABLE: dict[type[State], tuple[sa.Table, Callable[[Any], dict[str, Any]]]] = {
    Clock: (clock, clock_row),
    Supervision: (supervision, supervision_row),
    Reminder: (reminder, reminder_row),
    Conflict: (conflict, conflict_row),
    UrgentReport: (urgent_report, urgent_report_row),
    Triage: (triage, triage_row),
}

LOCK_CASES = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 1)) FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY"
    " AS cases (key, place) ORDER BY place"
)
SWAP_LOCK = 7_610_022
"""Advisory lock: whoever writes to the view shares it, and who puts another view in its place holds it alone."""
HOLD_OFF_A_SWAP = sa.text(f"SELECT pg_advisory_xact_lock_shared({SWAP_LOCK})")
ENTER = insert(timeline).on_conflict_do_nothing().returning(timeline.c.fact_id)


def _upsert(table: sa.Table, *changing: str, newer: bool = True) -> Insert:
    """Writes a row, or these columns of the row that is there; ``newer``: only if its version is older.

    Made once: building such a statement costs more than PostgreSQL needs to carry it out.
    """
    statement = insert(table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: new[name] for name in changing},
        where=table.c.version < new.version if newer else None,
    )


def _put(table: sa.Table) -> Insert:
    """Writes the whole row, or all of it that is no key."""
    return _upsert(table, *(column.name for column in table.c if not column.primary_key))


PUT = {
    table: _put(table)
    for table in (case_part, clock, shared_table, supervision, reminder, conflict, urgent_report, triage, roster_entry)
}
# What is derived from the whole case, its tenants too, a newer state of the petition does not set back.
OF_PETITION = {column.name for column in petition.c} - {
    "county_id",
    "id",
    "matter_id",
    "status",
    "next_due_on",
    "visible_to",
}
PUT_PETITION = _upsert(petition, *sorted(OF_PETITION)).returning(petition.c.county_id, petition.c.id)
PUT_PRIVATE = _upsert(private, "data", "named", newer=False)
NEW_WORDS = insert(petition_words)
# Most new states of a petition have the words of the one before, and an index of words is costly to write.
PUT_WORDS = NEW_WORDS.on_conflict_do_update(
    index_elements=list(petition_words.primary_key.columns),
    set_={"words": NEW_WORDS.excluded.words},
    where=petition_words.c.words != NEW_WORDS.excluded.words,
)


async def apply(connection: AsyncConnection, facts: Sequence[AnyFact], *, anew: bool = False) -> set[str]:
    """Brings the view up to these facts, in the caller's transaction; returns the petitions derived anew.

    ``anew``: a view that is being made beside the present one. What its timeline has may still lack its state, and
    nobody is told that anything changed.

    Raises ``UnreadableFact`` for a type or a state that this version does not know.
    """
    changed: set[str] = set()
    if not anew:
        await connection.execute(HOLD_OFF_A_SWAP)
    for county, of_county in groupby(sorted(facts, key=lambda fact: fact.county), key=lambda fact: fact.county):
        batch = list(of_county)
        await connection.execute(sa.text(SET_SCOPE), scope_parameters(system_actor(county, "gateway")))
        # In sorted order and at once, so that two appliers never wait for each other in a circle.
        locked = {fact.petition for fact in batch if fact.petition} | await of_rules(connection, county, batch)
        if any(fact.type == Reminder.fact_type for fact in batch):
            locked.add(ALL_REMINDERS)
        keys = [f"{county}|{key}" for key in sorted(locked)]
        await connection.execute(LOCK_CASES, {"keys": keys})
        fresh = await _enter_in_timeline(connection, batch)
        news = batch if anew else fresh
        await put_states(connection, news)
        tasks = await keep_others(connection, county, news)
        of_facts = {fact.petition for fact in news if fact.petition and fact.type in DERIVED_FROM}
        besides = await of_rules(connection, county, news) - of_facts
        if late := besides - locked:
            await connection.execute(LOCK_CASES, {"keys": [f"{county}|{case}" for case in sorted(late)]})
        cases = sorted(of_facts | besides)
        derived = {case: await derive(connection, county, case) for case in cases}
        changed.update(cases)
        if not anew:
            lost = {case: each.lost for case, each in derived.items()}
            tasks = [*tasks, *(row for each in derived.values() for row in each.tasks)]
            await record(connection, county, cases=_touched(news), lost=lost, warned=_warned(news), tasks=tasks)
    return changed


def _touched(facts: Sequence[AnyFact]) -> set[str]:
    """The petitions in whose file something is new, to whoever sees the case. That somebody read it is on its timeline,
    and changes nothing: whoever was told would read it, and tell the others."""
    return {
        fact.petition for fact in facts if fact.petition and fact.type != Reading.fact_type and _on_a_timeline(fact)
    }


def _warned(facts: Sequence[AnyFact]) -> list[Warned]:
    states = [_state(fact) for fact in facts if fact.type == Alert.fact_type]
    return [
        Warned(clock_id=alert.clock_id, petition_id=alert.petition_id, owner=alert.owner, level=alert.level.value)
        for alert in states
        if isinstance(alert, Alert)
    ]


async def _enter_in_timeline(connection: AsyncConnection, facts: Sequence[AnyFact]) -> list[AnyFact]:
    """Enters what belongs to a case, and returns what is left to apply.

    A fact that stood on the timeline before was applied with it in one transaction: most often by the gateway that
    sent the command, before the same fact comes over the bus. What stands on none is applied each time: its version
    says that it is not newer.
    """
    told = {fact.id: _on_a_timeline(fact) for fact in facts}
    rows = [
        {
            "county_id": fact.county,
            "fact_id": fact.id,
            "petition_id": fact.petition,
            "at": fact.time,
            "act": fact.act,
            "type": fact.type,
            "subject": fact.subject,
            "tenant": fact.actor.tenant,
            "actor_name": fact.actor.name,
            "remark": fact.remark,
        }
        for fact in facts
        if told[fact.id]
    ]
    if not rows:
        return list(facts)
    entered = set((await connection.execute(ENTER, rows)).scalars())
    return [fact for fact in facts if not told[fact.id] or fact.id in entered]


def _on_a_timeline(fact: AnyFact) -> bool:
    """Whoever sees the case reads its timeline, and may be who is accused of what else is said about the case."""
    if fact.petition is None:
        return False
    return fact.type not in OF_ROSTER or _state(fact).on_timeline


async def put_states(connection: AsyncConnection, facts: Sequence[AnyFact]) -> None:
    """Writes each state where it is newer than what stands there; what follows from it is another matter."""
    rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
    petitions: dict[tuple[str, str], tuple[int, Petition]] = {}
    for fact in facts:
        state = _state(fact)
        if isinstance(state, Petition):
            key = fact.county, state.id
            if key not in petitions or petitions[key][0] < fact.version:
                petitions[key] = fact.version, state
        elif (placed := _placed(fact, state)) is not None:
            table, values = placed
            rows[table].append({**values, "county_id": fact.county, "id": fact.subject, "version": fact.version})
    if petitions:
        await _put_petitions(connection, petitions)
    # In one round for each table; in sorted order, so that two appliers never wait for each other in a circle.
    for table, many in sorted(rows.items(), key=lambda each: each[0].name):
        await connection.execute(PUT[table], sorted(many, key=lambda row: (row.get("type", ""), row["id"])))


def _placed(fact: AnyFact, state: State) -> tuple[sa.Table, dict[str, Any]] | None:
    """Where the view holds a state, and its columns there but county, id and version; None of what stands on the
    timeline alone."""
    if isinstance(state, PARTS):
        return case_part, {"type": fact.type, "petition_id": state.case_id, "state": builtins(state)}
    if isinstance(state, OnRoster):
        return roster_entry, {"type": fact.type, **roster_row(state)}
    if isinstance(state, SHARED):
        return shared_table, {"type": fact.type, **seen_by(state), "state": builtins(state)}
    for kind, (table, row_of) in OWN_TABLE.items():
        if isinstance(state, kind):
            return table, row_of(state)
    if isinstance(state, TIMELINE_ONLY):
        return None
    raise UnreadableFact(f"the view has no place for {fact.type}")


def _state(fact: AnyFact) -> State:
    struct = STATE_BY_TYPE.get(fact.type)
    if struct is None:
        raise UnreadableFact(f"unknown type {fact.type!r}")
    try:
        return typed(fact, struct).state
    except UNDECODABLE as error:
        raise UnreadableFact(str(error)) from error


async def _put_petitions(connection: AsyncConnection, told: Mapping[tuple[str, str], tuple[int, Petition]]) -> None:
    rows = [
        {"county_id": county, "version": version, **petition_row(state)}
        for (county, _), (version, state) in sorted(told.items(), key=lambda each: each[0])
    ]
    newer = [told[row.county_id, row.id][1] for row in await connection.execute(PUT_PETITION, rows)]
    if not newer:
        return
    county = {"county_id": rows[0]["county_id"]}
    await connection.execute(PUT_PRIVATE, [{**county, **row} for state in newer for row in private_rows(state)])
    await connection.execute(
        PUT_WORDS, [{**county, "petition_id": state.id, "words": words_of(state)} for state in newer]
    )
