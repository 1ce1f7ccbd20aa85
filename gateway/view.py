"""The view: rows made of facts. ``apply`` is idempotent and order does not matter.

Both the projector (for every fact) and the gateway (for the facts of a command that it just sent) call it.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import case_part, ended_referral, petition, private, shared_table, timeline
from gateway.status import next_due_on, parties, petition_status
from services.common.facts import UnreadableFact
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.wording import UNDECODABLE
from services.contracts.actor import system_actor
from services.contracts.base import State, builtins
from services.contracts.deadlines import Clock
from services.contracts.directory import Organisation
from services.contracts.fact import AnyFact, typed
from services.contracts.intake import Disclosure, Petition
from services.contracts.roster import DutyNote, DutyTable
from services.contracts.routing import Closure, Referral
from services.contracts.topology import STATE_BY_TYPE

PARTS: tuple[type[State], ...] = (Referral, Closure, DutyNote, Clock)
SHARED: tuple[type[State], ...] = (Organisation, DutyTable)

LOCK_CASES = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 1)) FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY"
    " AS cases (key, place) ORDER BY place"
)
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


PUT = {
    case_part: _upsert(case_part, "version", "petition_id", "state"),
    shared_table: _upsert(shared_table, "version", "visible_to", "named", "state"),
}
# What is derived from the whole case, and for whom it is, a newer state of the petition does not set back.
OF_PETITION = {column.name for column in petition.c} - {
    "county_id",
    "id",
    "status",
    "next_due_on",
    "visible_to",
    "named",
}
PUT_PETITION = _upsert(petition, *sorted(OF_PETITION))
PUT_PRIVATE = _upsert(private, "data", newer=False)


async def apply(connection: AsyncConnection, facts: Sequence[AnyFact]) -> set[str]:
    """Brings the view up to these facts, in the caller's transaction; returns the petitions that changed.

    Raises ``UnreadableFact`` for a type or a state that this version does not know.
    """
    changed: set[str] = set()
    for county, of_county in groupby(sorted(facts, key=lambda fact: fact.county), key=lambda fact: fact.county):
        batch = list(of_county)
        await connection.execute(sa.text(SET_SCOPE), scope_parameters(system_actor(county, "gateway")))
        # In sorted order, so that two appliers never wait for each other in a circle.
        keys = [f"{county}|{case}" for case in sorted({fact.petition for fact in batch if fact.petition})]
        await connection.execute(LOCK_CASES, {"keys": keys})
        news = await _enter_in_timeline(connection, batch)
        for fact in news:
            await _apply_one(connection, fact)
        cases = sorted({fact.petition for fact in news if fact.petition})
        for case in cases:
            await _derive(connection, county, case)
        changed.update(cases)
    return changed


async def _enter_in_timeline(connection: AsyncConnection, facts: Sequence[AnyFact]) -> list[AnyFact]:
    """Enters what belongs to a case, and returns what is left to apply.

    A fact that stood on the timeline before was applied with it in one transaction: most often by the gateway that
    sent the command, before the same fact comes over the bus.
    """
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
        if fact.petition
    ]
    if not rows:
        return list(facts)
    entered = set((await connection.execute(ENTER, rows)).scalars())
    return [fact for fact in facts if fact.petition is None or fact.id in entered]


async def _apply_one(connection: AsyncConnection, fact: AnyFact) -> None:
    state = _state(fact)
    if isinstance(state, Petition):
        await _petition(connection, fact, state)
    elif isinstance(state, PARTS):
        await _newest(connection, case_part, fact, {"petition_id": state.case_id, "state": builtins(state)})
    elif isinstance(state, SHARED):
        audience = {"visible_to": sorted(state.audience), "named": None}
        await _newest(connection, shared_table, fact, {**audience, "state": builtins(state)})
    elif not isinstance(state, Disclosure):
        raise UnreadableFact(f"the view has no place for {fact.type}")


def _state(fact: AnyFact) -> State:
    struct = STATE_BY_TYPE.get(fact.type)
    if struct is None:
        raise UnreadableFact(f"unknown type {fact.type!r}")
    try:
        return typed(fact, struct).state
    except UNDECODABLE as error:
        raise UnreadableFact(str(error)) from error


async def _newest(connection: AsyncConnection, table: sa.Table, fact: AnyFact, values: dict[str, Any]) -> None:
    key = {"county_id": fact.county, "type": fact.type, "id": fact.subject}
    await connection.execute(PUT[table], {**key, "version": fact.version, **values})


async def _petition(connection: AsyncConnection, fact: AnyFact, state: Petition) -> None:
    audience = {"visible_to": sorted(state.audience), "named": None if state.named is None else sorted(state.named)}
    document = builtins(state)
    people, query_code = document.pop("petitioners"), document.pop("query_code")
    row = {
        "county_id": fact.county,
        "id": state.id,
        **audience,
        "status": "",
        "version": fact.version,
        "number": state.number,
        "registered_by": state.registered_by,
        "registered_at": state.registered_at,
        "received_on": state.received_on,
        "channel": state.channel.value,
        "nature": state.nature.value,
        "urgency": state.urgency.value,
        "category": state.category,
        "place": state.place,
        "title": state.title,
        "state": document,
    }
    if not (await connection.execute(PUT_PETITION, row)).rowcount:
        return
    key = {"county_id": fact.county, "petition_id": state.id, **audience}
    rows = [{**key, "kind": "petitioners", "data": people}, {**key, "kind": "query_code", "data": query_code}]
    await connection.execute(PUT_PRIVATE, rows)


async def _derive(connection: AsyncConnection, county: str, petition_id: str) -> None:
    """Recomputes what follows from the case as a whole: status, who sees it, the next due day, what ended."""
    key = (petition.c.county_id == county, petition.c.id == petition_id)
    derived = (petition.c.status, petition.c.visible_to, petition.c.next_due_on)
    row = (await connection.execute(sa.select(petition.c.state, *derived).where(*key))).first()
    if row is None:
        return  # A referral or a clock overtook its petition; it waits in case_part.
    case = msgspec.convert({**row.state, "petitioners": [], "query_code": ""}, Petition)
    rows = await connection.execute(
        sa.select(case_part.c.type, case_part.c.state).where(
            case_part.c.county_id == county, case_part.c.petition_id == petition_id
        )
    )
    found: dict[type[State], list[Any]] = {struct: [] for struct in PARTS}
    for part in rows:
        struct = STATE_BY_TYPE[part.type]
        found[struct].append(msgspec.convert(part.state, struct))
    referrals, closures = found[Referral], found[Closure]
    closure = closures[0] if closures else None
    visible_to = sorted(parties(petition=case, referrals=referrals))
    values = {
        "status": petition_status(petition=case, referrals=referrals, closure=closure).value,
        "visible_to": visible_to,
        "next_due_on": next_due_on(found[Clock]),
    }
    if values != {column.name: getattr(row, column.name) for column in derived}:
        await connection.execute(sa.update(petition).where(*key).values(**values))
    if not case.confidential and row.visible_to != visible_to:
        await connection.execute(
            sa.update(private)
            .where(private.c.county_id == county, private.c.petition_id == petition_id, private.c.kind == "petitioners")
            .values(visible_to=visible_to)
        )
    for referral in referrals:
        if not referral.stands:
            await _ended(connection, county, referral)


async def _ended(connection: AsyncConnection, county: str, referral: Referral) -> None:
    values = {
        "visible_to": [referral.to_tenant],
        "named": referral.restricted_to,
        "petition_number": referral.petition_number,
        "state": referral.state.value,
        "sent_on": referral.sent_on,
        "ended_on": referral.ended_on,
    }
    await connection.execute(
        insert(ended_referral).values(county_id=county, referral_id=referral.id, **values).on_conflict_do_nothing()
    )
