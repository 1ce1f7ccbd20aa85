"""Whether who came in may stay: for all sockets of a county in one query."""

from collections.abc import Mapping
from datetime import UTC, datetime

import jwt
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.identity.model import session
from gateway.identity.tokens import is_ours
from gateway.model import account
from services.contracts.actor import Actor, system_actor


async def changed_sessions(
    engine: AsyncEngine, county: str, people: Mapping[str, Actor], *, now: datetime
) -> dict[str, bool]:
    """Of these sessions those that are not as they were, by id: True where the session is over or the account closed,
    False where the account's tenant or roles have changed."""
    s, a = session.c, account.c
    query = (
        sa.select(s.id, a.tenant, a.kind, a.roles)
        .join(account, sa.and_(a.county_id == s.county_id, a.username == s.username))
        .where(s.county_id == county, s.id.in_(list(people)), s.ended_at.is_(None), s.expires_at > now, a.active)
    )
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        standing = {row.id: row for row in await connection.execute(query)}
    return {
        id: id not in standing
        for id, actor in people.items()
        if id not in standing
        or (standing[id].tenant, standing[id].kind) != (actor.tenant, actor.kind.value)
        or set(standing[id].roles) != {role.value for role in actor.roles}
    }


def ends_at(token: str) -> datetime | None:
    """When a token of ours ends; None of others, whose issuer is asked anew. It was checked when it came."""
    if not is_ours(token):
        return None
    claims = jwt.decode(token, options={"verify_signature": False})
    return datetime.fromtimestamp(claims["exp"], UTC)
