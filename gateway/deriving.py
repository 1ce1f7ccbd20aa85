"""What follows from a case as a whole, and is kept in its row: status, who sees it, the next due day, what ended."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import case_part, clock, ended_referral, petition, private
from gateway.status import NOTHING_DUE, parties, petition_status
from services.contracts.base import State
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral, ReferralRole
from services.contracts.topology import STATE_BY_TYPE

DERIVED_FROM = frozenset(state.fact_type for state in (Petition, Referral, Closure, Review, Clock))
"""What ``derive`` reads; no other fact changes what follows from a case."""


async def derive(connection: AsyncConnection, county: str, petition_id: str) -> None:
    """Recomputes what follows from the case as a whole: status, who sees it, the next due day, what ended."""
    key = (petition.c.county_id == county, petition.c.id == petition_id)
    derived = (petition.c.status, petition.c.visible_to, petition.c.next_due_on)
    next_due_on = (
        sa.select(sa.func.coalesce(sa.func.min(clock.c.effective_due_on), NOTHING_DUE))
        .where(clock.c.county_id == county, clock.c.petition_id == petition_id, clock.c.owed)
        .scalar_subquery()
    )
    query = sa.select(petition.c.state, *derived, next_due_on.label("now_due_on")).where(*key)
    row = (await connection.execute(query)).first()
    if row is None:
        return  # A referral or a clock overtook its petition; it waits until that comes.
    case = msgspec.convert({**row.state, "petitioners": [], "query_code": ""}, Petition)
    rows = await connection.execute(
        sa.select(case_part.c.type, case_part.c.state).where(
            case_part.c.county_id == county,
            case_part.c.petition_id == petition_id,
            case_part.c.type.in_([Referral.fact_type, Closure.fact_type, Review.fact_type]),
        )
    )
    found: dict[type[State], list[Any]] = {Referral: [], Closure: [], Review: []}
    for part in rows:
        struct = STATE_BY_TYPE[part.type]
        found[struct].append(msgspec.convert(part.state, struct))
    referrals, closures = found[Referral], found[Closure]
    closure = closures[0] if closures else None
    visible_to = sorted(parties(petition=case, referrals=referrals, reviews=found[Review]))
    values = {
        "status": petition_status(petition=case, referrals=referrals, closure=closure).value,
        "visible_to": visible_to,
        "next_due_on": row.now_due_on,
    }
    if values != {column.name: getattr(row, column.name) for column in derived}:
        await connection.execute(sa.update(petition).where(*key).values(**values))
    if not case.hides_petitioners and row.visible_to != visible_to:
        await connection.execute(
            sa.update(private)
            .where(private.c.county_id == county, private.c.petition_id == petition_id, private.c.kind == "petitioners")
            .values(visible_to=visible_to)
        )
    for referral in referrals:
        # What a body gave to a unit of its own and took back did not leave it.
        within = referral.role is ReferralRole.UNIT and referral.to_tenant == referral.from_tenant
        if not referral.stands and not within:
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
    statement = insert(ended_referral).values(county_id=county, referral_id=referral.id, **values)
    key = list(ended_referral.primary_key.columns)
    # Who is named to see an accusation may change after it came back.
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=key,
            set_={"named": statement.excluded.named},
            where=ended_referral.c.named.is_distinct_from(statement.excluded.named),
        )
    )
