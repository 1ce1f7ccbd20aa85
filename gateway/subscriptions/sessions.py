"""Whether who came in may stay: for all sockets of a county in one query."""

from collections.abc import Collection
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
    engine: AsyncEngine, county: str, people: Collection[tuple[str, Actor]], *, now: datetime
) -> dict[tuple[str, Actor], bool]:
    """Of these sessions, each with its user as he came, those that are not so any more: True where the session is over
    or the account closed, False where the account's tenant or roles have changed. On one session there may be sockets
    of before and after a change."""
    s, a = session.c, account.c
    query = (
        sa.select(s.id, a.tenant, a.kind, a.roles)
        .join(account, sa.and_(a.county_id == s.county_id, a.username == s.username))
        .where(
            *(s.county_id == county, s.id.in_({id for id, _ in people})),
            *(s.ended_at.is_(None), s.expires_at > now, a.active),
        )
    )
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        standing = {row.id: row for row in await connection.execute(query)}
    return {
        (id, actor): id not in standing
        for id, actor in people
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
