"""Sessions: how long somebody who came in stays in, and that he is out at once when he must be.

A session is one row, which each request of it asks for. Its refresh tokens: ``gateway.identity.renewing``.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity import tokens
from gateway.identity.model import session
from gateway.identity.noting import note_session
from gateway.identity.tokens import Access, Renewal, Unauthenticated
from gateway.model import account, county
from services.common import clock
from services.common.errors import Refusal
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import Actor, ActorRef, Role, TenantKind, system_actor
from services.contracts.identity import SignInMethod, SignInOutcome

LONGEST_AGENT = 200


def _standing() -> sa.Select[Any]:
    """An open session and its account. Made once: building it costs more than PostgreSQL needs to carry it out."""
    s, a, given = session.c, account.c, sa.bindparam
    return (
        sa.select(
            *(a.tenant, a.kind, a.name, a.roles, s.method),
            sa.and_(a.must_change, sa.not_(county.c.first_passwords_stay)).label("must_change"),
        )
        .join(account, sa.and_(a.county_id == s.county_id, a.username == s.username))
        .join(county, county.c.code == s.county_id)
        .where(s.county_id == given("of"), s.id == given("session"), s.username == given("user"))
        .where(s.ended_at.is_(None), s.expires_at > given("now"), a.active)
    )


STANDING = _standing()


class PasswordChangeRequired(Refusal):
    code = "PASSWORD_CHANGE_REQUIRED"
    default = "您的密码由他人设定，请先修改密码（POST /auth/password），再使用系统"


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody came, for the list of his own sessions."""

    address: str = ""
    agent: str = ""


NOWHERE = Client()


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a login answers, as JSON."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int
    """Seconds."""
    refresh_token: str
    refresh_expires_in: int
    """Seconds; each renewal begins them anew, to the end of the session."""
    must_change_password: bool


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends a request."""

    actor: Actor
    session: str | None
    """None: with a token of another issuer."""
    must_change: bool

    @property
    def settled(self) -> Actor:
        """Raises ``PasswordChangeRequired``."""
        if self.must_change:
            raise PasswordChangeRequired()
        return self.actor


class Session(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    method: SignInMethod
    address: str
    agent: str
    opened_at: datetime
    renewed_at: datetime
    expires_at: datetime


async def open_session(
    engine: AsyncEngine,
    *,
    config: Settings,
    county: str,
    username: str,
    method: SignInMethod,
    client: Client = NOWHERE,
    proven: str | None = None,
) -> Tokens:
    """Opens a session for an account that showed who it is, notes it for the ledger, and gives its tokens.

    Call it when whoever stands there is known to be this user. ``proven``: the hash of the password that he gave, which
    must still be the account's. Raises ``Unauthenticated`` where the county has no such account in use.
    """
    now = clock.now()
    expires_at = now + timedelta(hours=config.session_hours)
    id = new_id()
    # Another way in says nothing of the password, and leaves its count.
    settled = {"tries": 0, "tries_since": None, "locked_until": None} if method is SignInMethod.PASSWORD else {}
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        statement = sa.update(account).where(
            account.c.county_id == county, account.c.username == username, account.c.active
        )
        if proven is not None:
            statement = statement.where(account.c.password_hash == proven)
        values = {"last_signed_in_at": now, **settled}
        row = (await connection.execute(statement.values(values).returning(*account.c))).first()
        if row is None:
            raise Unauthenticated()
        given = tokens_of(
            config,
            access=Access(county=county, session=id, username=username),
            generation=1,
            now=now,
            expires_at=expires_at,
            must_change=await must_change(connection, county, row.must_change, method),
        )
        await connection.execute(
            sa.insert(session).values(
                county_id=county,
                id=id,
                username=username,
                method=method.value,
                address=client.address,
                agent=client.agent[:LONGEST_AGENT],
                opened_at=now,
                renewed_at=now,
                expires_at=expires_at,
                generation=1,
                digest=tokens.digest(given.refresh_token),
            )
        )
        by = ActorRef(tenant=row.tenant, user=username, name=row.name)
        await note_session(
            connection, county, id=id, method=method, outcome=SignInOutcome.OPENED, username=username, by=by
        )
    return given


async def standing(engine: AsyncEngine, access: Access, *, now: datetime) -> SignedIn:
    """Whose session it is, with tenant and roles as his account has them now. Raises ``Unauthenticated``.

    Asked of the database with every request: who was closed, or changed, or whose session was ended, is so at once, on
    every gateway.
    """
    async with scoped(engine, system_actor(access.county, "gateway")) as connection:
        given = {"of": access.county, "session": access.session, "user": access.username, "now": now}
        row = (await connection.execute(STANDING, given)).first()
    if row is None:
        raise Unauthenticated()
    actor = Actor(
        county=access.county,
        tenant=row.tenant,
        kind=TenantKind(row.kind),
        user=access.username,
        name=row.name,
        roles=frozenset(map(Role, row.roles)),
    )
    must_change = row.must_change and row.method == SignInMethod.PASSWORD
    return SignedIn(actor=actor, session=access.session, must_change=must_change)


async def end_sessions(
    connection: AsyncConnection,
    *,
    county: str,
    username: str,
    by: ActorRef,
    outcome: SignInOutcome = SignInOutcome.ENDED,
    only: str | None = None,
    but: str | None = None,
) -> int:
    """Ends the user's sessions, or ``only`` this one, or all ``but`` this one; how many. Each stands in the ledger."""
    s, now = session.c, clock.now()
    statement = sa.update(session).where(
        s.county_id == county, s.username == username, s.ended_at.is_(None), s.expires_at > now
    )
    if only is not None:
        statement = statement.where(s.id == only)
    if but is not None:
        statement = statement.where(s.id != but)
    ended = (await connection.execute(statement.values(ended_at=now).returning(s.id, s.method))).all()
    for row in ended:
        method = SignInMethod(row.method)
        await note_session(connection, county, id=row.id, method=method, outcome=outcome, username=username, by=by)
    return len(ended)


async def sessions_of(connection: AsyncConnection, *, config: Settings, county: str, username: str) -> list[Session]:
    """The user's open sessions, the newest first."""
    s, now = session.c, clock.now()
    query = (
        sa.select(s.id, s.method, s.address, s.agent, s.opened_at, s.renewed_at, s.expires_at)
        .where(s.county_id == county, s.username == username, s.ended_at.is_(None), s.expires_at > now)
        .where(s.renewed_at > now - timedelta(minutes=config.session_idle_minutes))
        .order_by(s.opened_at.desc(), s.id.desc())
    )
    rows = await connection.execute(query)
    return [Session(**{**row._mapping, "method": SignInMethod(row.method)}) for row in rows]


def tokens_of(
    config: Settings, *, access: Access, generation: int, now: datetime, expires_at: datetime, must_change: bool
) -> Tokens:
    key = config.token_key
    access_until = min(now + timedelta(minutes=config.token_minutes), expires_at)
    renewal_until = min(now + timedelta(minutes=config.session_idle_minutes), expires_at)
    renewal = Renewal(county=access.county, session=access.session, generation=generation)
    return Tokens(
        access_token=tokens.issue_access(access, key=key, now=now, until=access_until),
        expires_in=int((access_until - now).total_seconds()),
        refresh_token=tokens.issue_renewal(renewal, key=key, now=now, until=renewal_until),
        refresh_expires_in=int((renewal_until - now).total_seconds()),
        must_change_password=must_change,
    )


async def must_change(connection: AsyncConnection, code: str, must: bool, method: SignInMethod) -> bool:
    """Of a demonstration's county the first passwords may stay."""
    if not must or method is not SignInMethod.PASSWORD:
        return False
    query = sa.select(county.c.first_passwords_stay).where(county.c.code == code)
    return not (await connection.execute(query)).scalar()
