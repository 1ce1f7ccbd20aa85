"""The view: rows made of facts. ``apply`` is idempotent and order does not matter.

Both the projector (for every fact) and the gateway (for the facts of a command that it just sent) call it.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
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


async def apply(connection: AsyncConnection, facts: Sequence[AnyFact]) -> set[str]:
    """Brings the view up to these facts, in the caller's transaction; returns the petitions that changed.

    Raises ``UnreadableFact`` for a type or a state that this version does not know.
    """
    changed: set[str] = set()
    for county, of_county in groupby(sorted(facts, key=lambda fact: fact.county), key=lambda fact: fact.county):
        batch = list(of_county)
        await connection.execute(sa.text(SET_SCOPE), scope_parameters(system_actor(county, "gateway")))
        cases = sorted({fact.petition for fact in batch if fact.petition})
        # In sorted order, so that two appliers never wait for each other in a circle.
        for case in cases:
            key = f"{county}|{case}"
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": key})
        for fact in batch:
            await _apply_one(connection, fact)
        for case in cases:
            await _derive(connection, county, case)
        changed.update(cases)
    return changed


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
    if fact.petition:
        await connection.execute(
            insert(timeline)
            .values(
                county_id=fact.county,
                fact_id=fact.id,
                petition_id=fact.petition,
                at=fact.time,
                act=fact.act,
                type=fact.type,
                subject=fact.subject,
                tenant=fact.actor.tenant,
                actor_name=fact.actor.name,
                remark=fact.remark,
            )
            .on_conflict_do_nothing()
        )


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
    statement = insert(table).values(**key, version=fact.version, **values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={"version": fact.version, **values},
            where=table.c.version < fact.version,
        )
    )


async def _petition(connection: AsyncConnection, fact: AnyFact, state: Petition) -> None:
    audience = {"visible_to": sorted(state.audience), "named": None if state.named is None else sorted(state.named)}
    document = builtins(state)
    people, query_code = document.pop("petitioners"), document.pop("query_code")
    values = {
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
    key = {"county_id": fact.county, "id": state.id}
    statement = insert(petition).values(**key, **values, **audience, status="")
    written = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(petition.primary_key.columns),
            set_=values,
            where=petition.c.version < fact.version,
        )
    )
    if not written.rowcount:
        return
    for kind, data in (("petitioners", people), ("query_code", query_code)):
        row = insert(private).values(county_id=fact.county, petition_id=state.id, kind=kind, data=data, **audience)
        await connection.execute(
            row.on_conflict_do_update(index_elements=list(private.primary_key.columns), set_={"data": data})
        )


async def _derive(connection: AsyncConnection, county: str, petition_id: str) -> None:
    """Recomputes what follows from the case as a whole: status, who sees it, the next due day, what ended."""
    key = (petition.c.county_id == county, petition.c.id == petition_id)
    row = (await connection.execute(sa.select(petition.c.state).where(*key))).first()
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
    await connection.execute(
        sa.update(petition)
        .where(*key)
        .values(
            status=petition_status(petition=case, referrals=referrals, closure=closure).value,
            visible_to=visible_to,
            next_due_on=next_due_on(found[Clock]),
        )
    )
    if not case.confidential:
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
