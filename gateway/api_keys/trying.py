"""A key that comes with a request: who acts by it."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.api_keys.client import address
from gateway.api_keys.keeping import find, of_id
from gateway.api_keys.model import api_key
from gateway.api_keys.rules import refusal
from gateway.api_keys.telling import tell_refused
from gateway.database import scoped
from gateway.identity.noting import note_session
from gateway.identity.tokens import Unauthenticated
from services.common import clock, logs
from services.common.ids import new_id
from services.contracts.actor import Actor, ActorRef, system_actor
from services.contracts.api_keys import PREFIX, ApiKey, KeyParts, key_parts
from services.contracts.identity import SignInMethod, SignInOutcome

INVALID = "接口密钥无效、已作废、已过期，或不得从此地址使用，请联系本单位管理员"
"""One sentence for all: which it is, the administrator finds in the ledger."""

log = logs.get(__name__)


async def by_key(state: Any, token: str) -> Actor | None:
    """The machine behind a key, one of ``app.state.bearers``; None for what is no key.

    Raises ``Unauthenticated``. Nothing is remembered from one request to the next: a key that was ended is out at once.
    """
    if not token.startswith(PREFIX):
        return None
    parts = key_parts(token)
    actor = None if parts is None else await _tried(state.engine, parts)
    if actor is None:
        raise Unauthenticated(INVALID)
    return actor


async def _first_today(connection: AsyncConnection, county: str, key: ApiKey, today: date) -> None:
    """Notes the day, and tells the ledger that the machine came: of many requests at once one does."""
    another_day = api_key.c.last_used_on.is_distinct_from(today)
    used = sa.update(api_key).where(*of_id(county, key.id), another_day).values(last_used_on=today)
    if (await connection.execute(used.returning(api_key.c.id))).first() is not None:
        await note_session(
            connection,
            county,
            id=new_id(),
            method=SignInMethod.API_KEY,
            outcome=SignInOutcome.OPENED,
            username=key.login,
            by=ActorRef(tenant=key.tenant, user=key.login, name=key.label),
        )


async def _tried(engine: AsyncEngine, parts: KeyParts) -> Actor | None:
    now = clock.now()
    today = clock.legal_day(now)
    async with scoped(engine, system_actor(parts.county, "gateway")) as connection:
        kept = await find(connection, county=parts.county, key_id=parts.id)
        if kept is None:
            log.info("unknown_key_refused")
            return None
        why = refusal(kept.key, digest=kept.digest, secret=parts.secret, address=address(), now=now)
        if why is not None:
            log.info("key_refused", key=parts.id, why=why.value)
            await tell_refused(connection, county=parts.county, key=kept.key, why=why, at=now)
            return None
        if kept.last_used_on != today:
            await _first_today(connection, parts.county, kept.key, today)
    return kept.key.actor(parts.county)
