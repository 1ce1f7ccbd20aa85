"""Accounts as they stand in the database, each change of one with the fact that tells of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity.attempts import Attempts
from gateway.model import account, county
from gateway.telling import tell
from services.common import clock, tracing
from services.common.ids import new_id
from services.contracts.actor import ActorRef, Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.fact import Fact
from services.contracts.identity import Account, AccountOrigin

Key = sa.ColumnElement[bool]


def of(code: str, username: str) -> Key:
    """Which row it is. The county stands beside the policy, so that one mistaken policy still opens no other county."""
    return sa.and_(account.c.county_id == code, account.c.username == username)


def account_of(row: sa.Row[Any]) -> Account:
    return Account(
        username=row.username,
        tenant=row.tenant,
        kind=TenantKind(row.kind),
        name=row.name,
        roles=[Role(role) for role in row.roles],
        label=row.label,
        active=row.active,
        origin=AccountOrigin(row.origin),
        version=row.version,
        must_change=row.must_change,
        has_password=row.password_hash is not None,
        locked_until=row.locked_until,
        last_signed_in_at=row.last_signed_in_at,
    )


async def county_with(engine: AsyncEngine, slug: str) -> str | None:
    """Code of the county whose login names end so."""
    async with engine.begin() as connection:
        code: str | None = (await connection.execute(sa.select(county.c.code).where(county.c.slug == slug))).scalar()
    return code


async def find_account(engine: AsyncEngine, *, code: str, username: str) -> Account | None:
    """The account with this login name, in use or closed."""
    async with scoped(engine, system_actor(code, "gateway")) as connection:
        row = (await connection.execute(sa.select(account).where(of(code, username)))).first()
    return None if row is None else account_of(row)


async def held(connection: AsyncConnection, *, code: str, username: str) -> sa.Row[Any] | None:
    """The row, which nobody else changes before the end of the transaction."""
    return (await connection.execute(sa.select(account).where(of(code, username)).with_for_update())).first()


async def keep_attempts(connection: AsyncConnection, attempts: Attempts, *, code: str, username: str) -> None:
    values = {"tries": attempts.tries, "tries_since": attempts.since, "locked_until": attempts.locked_until}
    await connection.execute(sa.update(account).where(of(code, username)).values(values))


async def create(
    connection: AsyncConnection, values: dict[str, Any], *, code: str, by: ActorRef, remark: str | None = None
) -> Account:
    """Enters a new account and tells of it. Raises ``sqlalchemy.exc.IntegrityError`` where the name is taken."""
    statement = sa.insert(account).values(county_id=code, version=1, **values).returning(*account.c)
    made = account_of((await connection.execute(statement)).one())
    await _tell(connection, made, code=code, act=Act.ACCOUNT_CREATED, by=by, remark=remark)
    return made


async def change(
    connection: AsyncConnection,
    values: dict[str, Any],
    *,
    code: str,
    username: str,
    act: Act,
    by: ActorRef,
    remark: str | None = None,
) -> Account:
    """Writes these columns of an account that the caller holds, and tells of it."""
    statement = sa.update(account).where(of(code, username)).values(version=account.c.version + 1, **values)
    changed = account_of((await connection.execute(statement.returning(*account.c))).one())
    await _tell(connection, changed, code=code, act=act, by=by, remark=remark)
    return changed


async def _tell(
    connection: AsyncConnection, made: Account, *, code: str, act: Act, by: ActorRef, remark: str | None
) -> None:
    now: datetime = clock.now()
    fact = Fact(
        id=new_id(),
        county=code,
        type=made.fact_type,
        subject=made.aggregate_id,
        version=made.version,
        time=now,
        act=act,
        actor=by,
        petition=None,
        remark=remark,
        trace=tracing.trace_id(),
        state=made,
    )
    await tell(connection, [fact])
