"""What an administrator does with accounts. Each act stands in the ledger, and holds at the user's next request."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity import accounts, passwords
from gateway.identity import managing_rules as rules
from gateway.identity.sessions import end_sessions
from gateway.model import account, county, petition, roster_entry, urgent_report
from services.common.errors import NotFound, Refusal, VersionConflict, WrongState
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.identity import Account, AccountOrigin

UNLOCKED: dict[str, Any] = {"tries": 0, "tries_since": None, "locked_until": None}


class UsernameTaken(Refusal):
    code = "USERNAME_TAKEN"
    default = "这个用户名已有人使用，或曾经使用过，请换一个"


class WithPassword(msgspec.Struct, frozen=True):
    account: Account
    password: str
    """Told this once: the store has a hash of it."""


async def create_user(
    engine: AsyncEngine,
    actor: Actor,
    *,
    tenant: Organisation | None,
    username: str,
    name: str,
    label: str,
    roles: Sequence[Role],
) -> WithPassword:
    """``tenant``: where he is to be; None where the directory has no such. ``username``: before the ``@``.

    Raises ``Forbidden``, ``NotFound``, ``InvalidInput`` and ``UsernameTaken``.
    """
    rules.check_manages(actor)
    if tenant is None or not tenant.active or not rules.sees(actor, tenant.code):
        raise NotFound("没有这个单位，或不由您管理，请核对单位编码", field="tenant")
    rules.check_username(username)
    rules.check_roles(roles, tenant.kind)
    rules.check_reserved(actor, roles)
    values = {
        "tenant": tenant.code,
        "kind": tenant.kind.value,
        "name": rules.tidy(name, field="name", what="姓名"),
        "label": rules.tidy(label, field="label", what="岗位"),
        "roles": [role.value for role in roles],
        "origin": AccountOrigin.ADMINISTRATOR.value,
    }
    password = passwords.made()
    values["password_hash"] = await passwords.hashed(password)
    try:
        async with scoped(engine, system_actor(actor.county, "gateway")) as connection:
            query = sa.select(county.c.slug).where(county.c.code == actor.county)
            values["username"] = f"{username}@{(await connection.execute(query)).scalar_one()}"
            made = await accounts.create(connection, values, code=actor.county, by=actor.reference)
    except sa.exc.IntegrityError as error:
        raise UsernameTaken(field="username") from error
    return WithPassword(made, password)


async def update_user(
    engine: AsyncEngine,
    actor: Actor,
    *,
    username: str,
    version: int,
    name: str | None = None,
    label: str | None = None,
    roles: Sequence[Role] | None = None,
) -> Account:
    """What is None stays. Raises ``Forbidden``, ``NotFound``, ``InvalidInput``, ``OwnAccount``, ``LastAdministrator``
    and ``VersionConflict``."""
    async with _held(engine, actor, username, version) as (connection, now):
        values: dict[str, Any] = {}
        if name is not None and name != now.name:
            # Whoever is accused by name is found by it.
            rules.check_other(actor, now)
            values["name"] = rules.tidy(name, field="name", what="姓名")
        if label is not None:
            values["label"] = rules.tidy(label, field="label", what="岗位")
        if roles is not None and list(roles) != now.roles:
            rules.check_other(actor, now)
            rules.check_roles(roles, now.kind)
            rules.check_reserved(actor, set(roles) ^ set(now.roles))
            if Role.ADMINISTRATOR not in roles:
                await _check_not_last(connection, actor.county, now)
            values["roles"] = [role.value for role in roles]
        return await _change(connection, actor, now, Act.ACCOUNT_CHANGED, values) if values else now


async def close_user(engine: AsyncEngine, actor: Actor, *, username: str, version: int) -> Account:
    """He is out at once. Raises what ``update_user`` raises, and ``WrongState``."""
    async with _held(engine, actor, username, version) as (connection, now):
        rules.check_other(actor, now)
        _check_active(now, True)
        await _check_not_last(connection, actor.county, now)
        closed = await _change(connection, actor, now, Act.ACCOUNT_CLOSED, {"active": False})
        await end_sessions(connection, county=actor.county, username=username, by=actor.reference)
        return closed


async def reopen_user(engine: AsyncEngine, actor: Actor, *, username: str, version: int) -> Account:
    """With the password that he had. Raises what ``update_user`` raises, and ``WrongState``."""
    async with _held(engine, actor, username, version) as (connection, now):
        _check_active(now, False)
        rules.check_reserved(actor, now.roles)
        return await _change(connection, actor, now, Act.ACCOUNT_REOPENED, {"active": True, **UNLOCKED})


async def reset_password(
    engine: AsyncEngine, actor: Actor, *, username: str, version: int | None = None
) -> WithPassword:
    """A password for one login, in which he sets his own; his sessions end and a lock is lifted. Without a ``version``
    it is set whatever the account has become. Raises what ``update_user`` raises, and ``WrongState``."""
    password = passwords.made()
    fresh = {"password_hash": await passwords.hashed(password), "must_change": True, **UNLOCKED}
    async with _held(engine, actor, username, version) as (connection, now):
        rules.check_other(actor, now)
        rules.check_reserved(actor, now.roles)
        rules.check_not_confided(actor, confided=await _confided(connection, actor.county, username))
        _check_active(now, True)
        changed = await _change(connection, actor, now, Act.PASSWORD_RESET, fresh)
        await end_sessions(connection, county=actor.county, username=username, by=actor.reference)
        return WithPassword(changed, password)


async def unlock_user(engine: AsyncEngine, actor: Actor, *, username: str) -> Account:
    """Lifts the lock of wrong passwords. Raises ``Forbidden`` and ``NotFound``."""
    async with _held(engine, actor, username, None) as (connection, now):
        return await _change(connection, actor, now, Act.ACCOUNT_UNLOCKED, UNLOCKED)


async def end_users_sessions(engine: AsyncEngine, actor: Actor, *, username: str) -> int:
    """Ends all sessions of a user; how many. Raises ``Forbidden`` and ``NotFound``."""
    async with _held(engine, actor, username, None) as (connection, now):
        return await end_sessions(connection, county=actor.county, username=now.username, by=actor.reference)


@asynccontextmanager
async def _held(
    engine: AsyncEngine, actor: Actor, username: str, version: int | None
) -> AsyncIterator[tuple[AsyncConnection, Account]]:
    """A transaction that holds the account. ``version``: which the administrator had before him."""
    rules.check_manages(actor)
    async with scoped(engine, system_actor(actor.county, "gateway")) as connection:
        # First, so that two who close each other wait here and not in a circle.
        await _hold_administrators(connection, actor.county)
        row = await accounts.held(connection, code=actor.county, username=username) if username.isprintable() else None
        if row is None:
            raise NotFound(field="username")
        now = accounts.account_of(row)
        rules.check_sees(actor, now.tenant)
        if version is not None and version != now.version:
            conflict = VersionConflict(
                "该用户在您打开之后已被更改，本次操作没有办理，请重新打开查看后再办理",
                subject=username,
                version=now.version,
            )
            conflict.field = "version"
            raise conflict
        yield connection, now


async def _hold_administrators(connection: AsyncConnection, code: str) -> None:
    query = sa.select(account.c.username).where(*_administrators(code)).order_by(account.c.username)
    await connection.execute(query.with_for_update())


def _administrators(code: str) -> Sequence[sa.ColumnElement[bool]]:
    """Those of the county's office that are in use."""
    c = account.c
    return c.county_id == code, c.kind == TenantKind.COUNTY, c.active, c.roles.contains([Role.ADMINISTRATOR.value])


async def _check_not_last(connection: AsyncConnection, code: str, now: Account) -> None:
    """Raises ``LastAdministrator``."""
    query = sa.select(sa.func.count()).where(*_administrators(code), account.c.username != now.username)
    if (
        now.kind is TenantKind.COUNTY
        and Role.ADMINISTRATOR in now.roles
        and not (await connection.execute(query)).scalar_one()
    ):
        raise rules.LastAdministrator()


async def _confided(connection: AsyncConnection, code: str, username: str) -> bool:
    """Whether something is shown to this user by name: he registered an accusation, or was named to know of it."""
    by_name = [
        sa.exists().where(table.c.county_id == code, table.c.named.contains([username]))
        for table in (petition, urgent_report, roster_entry)
    ]
    return bool((await connection.execute(sa.select(sa.or_(*by_name)))).scalar_one())


def _check_active(now: Account, active: bool) -> None:
    if now.active is not active:
        raise WrongState("该用户已经停用" if active else "该用户没有停用，无需恢复")


async def _change(connection: AsyncConnection, actor: Actor, now: Account, act: Act, values: dict[str, Any]) -> Account:
    return await accounts.change(
        connection, values, code=actor.county, username=now.username, act=act, by=actor.reference
    )
