"""From a verified token to an account of the county: found, made where the configuration says so, or refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.identity import accounts
from gateway.identity.managing_rules import LONGEST_TEXT
from gateway.identity.noting import note_refusal, note_unknown
from gateway.identity.roles import misfits
from gateway.model import account, shared_table
from gateway.model import county as county_table
from gateway.oidc.configuration import Provider
from gateway.oidc.mapping import Mapped, NotAdmitted, check_sensitive, mapped
from gateway.once import first_time, same_id
from services.common import clock
from services.contracts.actor import ActorRef, Role, system_actor
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.identity import Account, AccountOrigin, SignInMethod


async def admit(
    engine: AsyncEngine, *, provider: Provider, claims: Mapping[str, Any], method: SignInMethod, keep_roles: bool
) -> Account:
    """The account, with the roles that the token gives it where the provider's tokens do.

    ``keep_roles``: these become the account's own, as a session needs that outlives the token. Raises ``NotAdmitted``,
    which the ledger is told of once an hour for each account.
    """
    try:
        try:
            return await _in_transaction(engine, provider=provider, claims=claims, keep_roles=keep_roles)
        except IntegrityError:
            # Another request of the same new user made his account meanwhile.
            return await _in_transaction(engine, provider=provider, claims=claims, keep_roles=keep_roles)
    except NotAdmitted:
        await _note(engine, provider=provider, claims=claims, method=method)
        raise


async def note_bad(engine: AsyncEngine, *, provider: Provider, method: SignInMethod) -> None:
    """That a token, or an answer of the issuer, was not believed: whose it was is then not known either."""
    async with scoped(engine, system_actor(provider.county, "gateway")) as connection:
        await note_unknown(connection, provider.county, method=method)


async def _in_transaction(
    engine: AsyncEngine, *, provider: Provider, claims: Mapping[str, Any], keep_roles: bool
) -> Account:
    async with scoped(engine, system_actor(provider.county, "gateway")) as connection:
        return await _admitted(connection, provider=provider, claims=claims, keep_roles=keep_roles)


async def _admitted(
    connection: AsyncConnection, *, provider: Provider, claims: Mapping[str, Any], keep_roles: bool
) -> Account:
    code = provider.county
    who = mapped(provider, claims, slug=await _slug(connection, code))
    found = await _account(connection, code, who.username, lock=keep_roles)
    if found is None:
        return await _made(connection, provider=provider, who=who)
    if not found.active:
        raise NotAdmitted()
    if who.tenant is not None and who.tenant != found.tenant:
        raise NotAdmitted("统一身份认证给出的单位与您账号的单位不一致，请联系本单位管理员")
    roles = frozenset(found.roles) if who.roles is None else who.roles
    # Whom the county made an administrator does not come in by an issuer that has no say in it, nor lose it by it.
    check_sensitive(provider, roles | frozenset(found.roles))
    _check_fit(roles, found)
    if roles == frozenset(found.roles):
        return found
    if not keep_roles:
        return msgspec.structs.replace(found, roles=sorted(roles))
    return await accounts.change(
        connection,
        {"roles": sorted(role.value for role in roles)},
        code=code,
        username=found.username,
        act=Act.ACCOUNT_CHANGED,
        by=_by(provider),
        remark=_remark(provider),
    )


async def _made(connection: AsyncConnection, *, provider: Provider, who: Mapped) -> Account:
    if provider.unknown_users != "create" or who.tenant is None or who.roles is None:
        raise NotAdmitted()
    office = await _organisation(connection, provider.county, who.tenant)
    if office is None or not office.active:
        raise NotAdmitted("统一身份认证给出的单位在本平台没有对应的单位，请联系本单位管理员")
    check_sensitive(provider, who.roles)
    if misfits(who.roles, office.kind):
        raise NotAdmitted("统一身份认证给出的岗位不适用于您的单位，请联系系统管理员核对配置")
    values = {
        "username": who.username,
        "tenant": who.tenant,
        "kind": office.kind.value,
        "name": (who.name or who.username.partition("@")[0])[:LONGEST_TEXT],
        "roles": sorted(role.value for role in who.roles),
        "label": provider.name,
        "origin": AccountOrigin.ISSUER.value,
    }
    return await accounts.create(connection, values, code=provider.county, by=_by(provider), remark=_remark(provider))


def _check_fit(roles: frozenset[Role], found: Account) -> None:
    if misfits(roles, found.kind):
        raise NotAdmitted("统一身份认证给出的岗位不适用于您的单位，请联系系统管理员核对配置")


async def _note(engine: AsyncEngine, *, provider: Provider, claims: Mapping[str, Any], method: SignInMethod) -> None:
    code = provider.county
    async with scoped(engine, system_actor(code, "gateway")) as connection:
        found = await _named(connection, provider, claims)
        if found is None:
            await note_unknown(connection, code, method=method)
            return
        hour: datetime = clock.now().replace(minute=0, second=0, microsecond=0)
        once = same_id("not admitted", code, provider.id, method.value, found.username, hour.isoformat())
        if await first_time(connection, county=code, id=once):
            by = ActorRef(tenant=found.tenant, user=found.username, name=found.name)
            await note_refusal(connection, code, method=method, account=by)


async def _named(connection: AsyncConnection, provider: Provider, claims: Mapping[str, Any]) -> Account | None:
    """The account that the token names, whatever else was wrong with it."""
    plain = msgspec.structs.replace(
        provider,
        claims=msgspec.structs.replace(provider.claims, tenant=None, roles=None),
    )
    try:
        who = mapped(plain, claims, slug=await _slug(connection, provider.county))
    except NotAdmitted:
        return None
    return await _account(connection, provider.county, who.username)


async def _account(connection: AsyncConnection, code: str, username: str, *, lock: bool = False) -> Account | None:
    query = sa.select(account).where(accounts.of(code, username))
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return None if row is None else accounts.account_of(row)


async def _slug(connection: AsyncConnection, code: str) -> str:
    found = (await connection.execute(sa.select(county_table.c.slug).where(county_table.c.code == code))).scalar()
    if found is None:
        raise NotAdmitted("统一身份认证所属的县尚未载入本平台，请联系系统管理员核对配置")
    return str(found)


async def _organisation(connection: AsyncConnection, code: str, tenant: str) -> Organisation | None:
    c = shared_table.c
    query = sa.select(c.state).where(c.county_id == code, c.type == Organisation.fact_type, c.id == tenant)
    state = (await connection.execute(query)).scalar()
    return None if state is None else msgspec.convert(state, Organisation)


def _by(provider: Provider) -> ActorRef:
    return system_actor(provider.county, "gateway").reference


def _remark(provider: Provider) -> str:
    return f"统一身份认证 {provider.name}（{provider.id}）"
