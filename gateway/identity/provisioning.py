"""The accounts that a county's profile lists, brought into the store without undoing what an administrator did.

Each account keeps what the profile said of it last. What the profile says otherwise than then is its word, and holds;
what it says as before is left as it is, be it changed by an administrator, and the difference is told. The profile
closes what it listed and lists no more, and nobody else.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity import accounts
from gateway.identity.sessions import end_sessions
from gateway.model import account, county
from services.contracts.actor import ActorRef, system_actor
from services.contracts.acts import Act
from services.contracts.identity import AccountOrigin, UserAccount

FIELDS = {"tenant": "单位", "kind": "单位类别", "name": "姓名", "roles": "角色", "label": "岗位"}
REMARK = "载入县配置"


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of an account that the profile lists."""

    values: dict[str, Any]
    """All that the profile has a say in, as it is to be."""
    changed: bool
    kept: list[str]
    """In which of ``FIELDS`` an administrator's word stands against the profile's, in Chinese."""


def merged(*, now: dict[str, Any], listed: dict[str, Any] | None, wanted: dict[str, Any]) -> Merged:
    """``now``: as the account is, with ``active``; ``listed``: as the profile said last, None where it did not list it;
    ``wanted``: as it says now. Pure."""
    if listed is None:
        values = {**wanted, "active": True}
        return Merged(values=values, changed=values != now, kept=[])
    values = {name: wanted[name] if wanted[name] != listed[name] else now[name] for name in FIELDS}
    values["active"] = now["active"]
    kept = [label for name, label in FIELDS.items() if values[name] != wanted[name]]
    return Merged(values=values, changed=values != now, kept=kept if values["active"] else [*kept, "已停用"])


async def save_users(
    engine: AsyncEngine,
    *,
    county_code: str,
    county_slug: str,
    county_name: str,
    users: list[UserAccount],
    by: ActorRef,
    first_passwords_stay: bool = False,
) -> list[str]:
    """Enters the county and its accounts. Returns what changed, and what an administrator keeps otherwise than the
    profile says, in Chinese lines.

    ``first_passwords_stay``: nobody need change a password that somebody else set. Raises ``ValueError`` where another
    county has the slug.
    """
    lines: list[str] = []
    async with scoped(engine, system_actor(county_code, "gateway")) as connection:
        values = {"slug": county_slug, "name": county_name, "first_passwords_stay": first_passwords_stay}
        taken = (await connection.execute(sa.select(county.c.code).where(county.c.slug == county_slug))).scalar()
        if taken not in (None, county_code):
            raise ValueError(f"县简称 {county_slug} 已被 {taken} 使用，请在 county.toml 中换一个")
        await connection.execute(
            insert(county)
            .values(code=county_code, **values)
            .on_conflict_do_update(index_elements=[county.c.code], set_=values)
        )
        query = sa.select(account).where(account.c.county_id == county_code).with_for_update()
        known = {row.username: row for row in await connection.execute(query)}
        for user in users:
            row = known.get(user.username)
            if row is None:
                await accounts.create(connection, _new(user), code=county_code, by=by, remark=REMARK)
                lines.append(f"新增用户 {user.username}（{user.label}）")
            else:
                lines += await _update(connection, row, user, code=county_code, by=by)
        listed = {user.username for user in users}
        for username, row in sorted(known.items()):
            if row.listed is not None and username not in listed:
                lines += await _drop(connection, row, code=county_code, by=by)
    return lines


def _wanted(user: UserAccount) -> dict[str, Any]:
    return {
        "tenant": user.tenant,
        "kind": user.kind.value,
        "name": user.name,
        "roles": [role.value for role in user.roles],
        "label": user.label,
    }


def _new(user: UserAccount) -> dict[str, Any]:
    wanted = _wanted(user)
    values = {"username": user.username, "origin": AccountOrigin.PROFILE.value, "listed": wanted, **wanted}
    return {**values, "password_hash": user.password_hash}


async def _update(
    connection: AsyncConnection, row: sa.Row[Any], user: UserAccount, *, code: str, by: ActorRef
) -> list[str]:
    wanted = _wanted(user)
    now = {**{name: getattr(row, name) for name in FIELDS}, "active": row.active}
    merge = merged(now=now, listed=row.listed, wanted=wanted)
    lines, values = [], dict(merge.values)
    if merge.changed:
        lines.append(f"变更用户 {user.username}（{user.label}）")
    # One that an administrator set meanwhile stays.
    if user.password_hash is not None and row.password_hash is None:
        values |= {"password_hash": user.password_hash, "must_change": True}
        lines += [] if merge.changed else [f"重设密码 {user.username}"]
    if lines:
        act = Act.ACCOUNT_CHANGED if merge.changed else Act.PASSWORD_RESET
        values["listed"] = wanted
        await accounts.change(connection, values, code=code, username=user.username, act=act, by=by, remark=REMARK)
    elif row.listed != wanted:
        await connection.execute(sa.update(account).where(accounts.of(code, user.username)).values(listed=wanted))
    if merge.kept:
        lines.append(f"保留管理员的更改：用户 {user.username} 与 users.csv 不同（{'、'.join(merge.kept)}）")
    return lines


async def _drop(connection: AsyncConnection, row: sa.Row[Any], *, code: str, by: ActorRef) -> list[str]:
    if not row.active:
        await connection.execute(sa.update(account).where(accounts.of(code, row.username)).values(listed=sa.null()))
        return []
    values = {"active": False, "listed": sa.null()}
    await accounts.change(
        connection, values, code=code, username=row.username, act=Act.ACCOUNT_CLOSED, by=by, remark=REMARK
    )
    await end_sessions(connection, county=code, username=row.username, by=by)
    return [f"停用用户 {row.username}"]


async def usernames_with_password(engine: AsyncEngine, *, county_code: str) -> set[str]:
    """Login names of the county that have a password."""
    async with scoped(engine, system_actor(county_code, "gateway")) as connection:
        query = sa.select(account.c.username).where(
            account.c.county_id == county_code, account.c.password_hash.is_not(None)
        )
        return set((await connection.execute(query)).scalars())
