"""Accounts and tokens: who somebody is, and for how long we believe it."""

import asyncio
from datetime import timedelta

import jwt
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from gateway.database import scoped
from gateway.model import account, county
from services.common import clock
from services.common.errors import Refusal
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.identity import UserAccount

ALGORITHM = "HS256"
ISSUER = "xinqiao"

# OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. The office's one machine logs a whole shift in at once.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS_HASH = hasher.hash("nobody has this password")
"""Checked where there is no account, so that a wrong name takes as long as a wrong password."""


class Unauthenticated(Refusal):
    code = "UNAUTHENTICATED"
    default = "请先登录：令牌缺失、已过期或无效"


class WrongLogin(Refusal):
    code = "WRONG_LOGIN"
    default = "用户名或密码不正确；用户名形如 xfj.clerk@luonan"


async def log_in(engine: AsyncEngine, *, username: str, password: str) -> Actor:
    """The actor behind a login name and its password. Raises ``WrongLogin``, whatever was wrong."""
    slug = username.rpartition("@")[2]
    async with engine.begin() as connection:
        code = (await connection.execute(sa.select(county.c.code).where(county.c.slug == slug))).scalar()
    row = None
    if code is not None:
        async with scoped(engine, system_actor(code, "gateway")) as connection:
            query = sa.select(account).where(
                account.c.county_id == code, account.c.username == username, account.c.active
            )
            row = (await connection.execute(query)).first()
    expected = row.password_hash if row is not None and row.password_hash else NOBODYS_HASH
    # Argon2 takes tens of milliseconds on purpose; a thread keeps it off the event loop.
    matches = await asyncio.to_thread(_matches, expected, password)
    if row is None or not row.password_hash or not matches:
        raise WrongLogin()
    return Actor(
        county=code or "",
        tenant=row.tenant,
        kind=TenantKind(row.kind),
        user=row.username,
        name=row.name,
        roles=frozenset(map(Role, row.roles)),
    )


def _matches(expected: str, password: str) -> bool:
    try:
        return hasher.verify(expected, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def issue_token(actor: Actor, *, key: str, minutes: int) -> str:
    """A signed access token that names the actor and ends after ``minutes``."""
    now = clock.now()
    claims = {
        "iss": ISSUER,
        "sub": actor.user,
        "iat": now,
        "exp": now + timedelta(minutes=minutes),
        "county": actor.county,
        "tenant": actor.tenant,
        "kind": actor.kind.value,
        "name": actor.name,
        "roles": sorted(role.value for role in actor.roles),
    }
    return jwt.encode(claims, bytes.fromhex(key), algorithm=ALGORITHM)


def actor_of(request: Request) -> Actor:
    """Who sent the request, by its bearer token. Raises ``Unauthenticated``."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise Unauthenticated()
    return read_token(value.strip(), key=request.app.state.config.token_key)


def read_token(token: str, *, key: str) -> Actor:
    """Raises ``Unauthenticated``."""
    try:
        claims = jwt.decode(
            token,
            bytes.fromhex(key),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "county", "tenant", "kind", "roles"]},
        )
        return Actor(
            county=claims["county"],
            tenant=claims["tenant"],
            kind=TenantKind(claims["kind"]),
            user=claims["sub"],
            name=claims.get("name", ""),
            roles=frozenset(map(Role, claims["roles"])),
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated() from error


async def save_users(
    engine: AsyncEngine, *, county_code: str, county_slug: str, county_name: str, users: list[UserAccount]
) -> list[str]:
    """Enters the county and its accounts; accounts left out are closed. Returns what changed, in Chinese lines.

    Raises ``ValueError`` where another county has the slug.
    """
    changes: list[str] = []
    async with scoped(engine, system_actor(county_code, "gateway")) as connection:
        values = {"slug": county_slug, "name": county_name}
        taken = (await connection.execute(sa.select(county.c.code).where(county.c.slug == county_slug))).scalar()
        if taken not in (None, county_code):
            raise ValueError(f"县简称 {county_slug} 已被 {taken} 使用，请在 county.toml 中换一个")
        await connection.execute(
            insert(county)
            .values(code=county_code, **values)
            .on_conflict_do_update(index_elements=[county.c.code], set_=values)
        )
        query = sa.select(account).where(account.c.county_id == county_code)
        known = {row.username: row for row in await connection.execute(query)}
        for user in users:
            line = _change(known.get(user.username), user)
            row = {
                "tenant": user.tenant,
                "kind": user.kind.value,
                "name": user.name,
                "roles": [role.value for role in user.roles],
                "label": user.label,
                "active": True,
            }
            if user.password_hash is not None:
                row["password_hash"] = user.password_hash
            if line is None:
                continue
            changes.append(line)
            statement = insert(account).values(county_id=county_code, username=user.username, **row)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=list(account.primary_key.columns), set_=row)
            )
        left_out = {name for name, row in known.items() if row.active} - {user.username for user in users}
        for username in sorted(left_out):
            changes.append(f"停用用户 {username}")
            await connection.execute(
                sa.update(account)
                .where(account.c.county_id == county_code, account.c.username == username)
                .values(active=False)
            )
    return changes


def _change(row: sa.Row[tuple[object, ...]] | None, user: UserAccount) -> str | None:
    if row is None:
        return f"新增用户 {user.username}（{user.label}）"
    same = (row.tenant, row.kind, row.name, list(row.roles), row.label, row.active) == (
        user.tenant,
        user.kind.value,
        user.name,
        [role.value for role in user.roles],
        user.label,
        True,
    )
    if not same:
        return f"变更用户 {user.username}（{user.label}）"
    return f"重设密码 {user.username}" if user.password_hash is not None else None


async def usernames_with_password(engine: AsyncEngine, *, county_code: str) -> set[str]:
    """Login names of the county that have a password."""
    async with scoped(engine, system_actor(county_code, "gateway")) as connection:
        query = sa.select(account.c.username).where(
            account.c.county_id == county_code, account.c.password_hash.is_not(None)
        )
        return set((await connection.execute(query)).scalars())
