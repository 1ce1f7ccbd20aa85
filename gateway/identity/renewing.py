"""Refresh tokens: each is good for one renewal of its session.

They are signed, so that an old one is told from a made-up one, and the session's row holds the digest of the newest:
whoever shows an older one has stolen it or was stolen from, and the session ends for both.
"""

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity import tokens
from gateway.identity.model import session
from gateway.identity.sessions import Tokens, end_sessions, must_change, tokens_of
from gateway.identity.tokens import Access, Renewal, Unauthenticated
from gateway.model import account
from services.common import clock
from services.common.errors import Refusal
from services.common.settings import Settings
from services.contracts.actor import ActorRef, system_actor
from services.contracts.identity import SignInMethod, SignInOutcome

GRACE = timedelta(seconds=10)
"""How long a refresh token that was just used is a double click, or an answer that was lost, and no theft."""


class RefreshUsed(Refusal):
    code = "REFRESH_USED"
    default = "该刷新令牌刚刚用过：请改用随之返回的新令牌；没有收到的，请重新登录"


async def renew(engine: AsyncEngine, *, config: Settings, token: str) -> Tokens:
    """New tokens for a refresh token, which is used up by it.

    Raises ``Unauthenticated`` where it is none or its session is over, ``RefreshUsed`` where it was used within the
    last seconds. Used longer ago, it ends its session: one of the two who showed it is a thief.
    """
    renewal, now = tokens.read_renewal(token, key=config.token_key), clock.now()
    async with scoped(engine, system_actor(renewal.county, "gateway")) as connection:
        row = await _held(connection, renewal, now)
        if row is None:
            raise Unauthenticated()
        if row.generation == renewal.generation and compare_digest(bytes(row.digest), tokens.digest(token)):
            return await _renewed(connection, row, config=config, county=renewal.county, now=now)
        if row.generation == renewal.generation + 1 and now - row.renewed_at <= GRACE:
            raise RefreshUsed()
        if row.generation > renewal.generation:
            by = ActorRef(tenant=row.tenant, user=row.username, name=row.name)
            await end_sessions(
                connection,
                county=renewal.county,
                username=row.username,
                by=by,
                outcome=SignInOutcome.REUSED,
                only=renewal.session,
            )
    raise Unauthenticated(
        "登录已失效：该刷新令牌早已用过，为安全起见会话已终止，请重新登录；并非本人所为的，请尽快修改密码"
    )


async def _held(connection: AsyncConnection, renewal: Renewal, now: datetime) -> sa.Row[Any] | None:
    s, a = session.c, account.c
    query: sa.Select[Any] = (
        sa.select(*s, a.tenant, a.name, a.must_change)
        .join(account, sa.and_(a.county_id == s.county_id, a.username == s.username))
        .where(s.county_id == renewal.county, s.id == renewal.session)
        .where(s.ended_at.is_(None), s.expires_at > now, a.active)
        .with_for_update(of=session)
    )
    row: sa.Row[Any] | None = (await connection.execute(query)).first()
    return row


async def _renewed(
    connection: AsyncConnection, row: sa.Row[Any], *, config: Settings, county: str, now: datetime
) -> Tokens:
    method = SignInMethod(row.method)
    given = tokens_of(
        config,
        access=Access(county=county, session=row.id, username=row.username),
        generation=row.generation + 1,
        now=now,
        expires_at=row.expires_at,
        must_change=await must_change(connection, county, row.must_change, method),
    )
    values = {"generation": row.generation + 1, "digest": tokens.digest(given.refresh_token), "renewed_at": now}
    await connection.execute(
        sa.update(session).where(session.c.county_id == county, session.c.id == row.id).values(values)
    )
    return given
