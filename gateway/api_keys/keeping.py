"""Keys as they are kept: made, listed and ended by the tenant's administrator."""

import hashlib
import secrets
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.api_keys.model import api_key
from gateway.api_keys.rules import KEYS_OF_A_TENANT, NewKey, check_administrator, check_new, label_of
from gateway.api_keys.telling import tell_changed
from gateway.database import scoped
from services.common import clock
from services.common.errors import NotFound, Refusal, RequestReused
from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.api_keys import ApiKey, key_digest, key_text

SECRET_BYTES = 32
ID_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 10

LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 2))")


class KeysFull(Refusal):
    code = "KEYS_FULL"
    default = f"本单位在用的接口密钥已有 {KEYS_OF_A_TENANT} 个，请先作废不再使用的密钥"


class KeptKey(msgspec.Struct, frozen=True, kw_only=True):
    key: ApiKey
    digest: bytes
    last_used_on: date | None
    """The legal day."""


async def create(
    engine: AsyncEngine, *, actor: Actor, new: NewKey, request_id: str | None
) -> tuple[KeptKey, str | None]:
    """The key, and its text, which nobody sees again.

    The same ``request_id`` from the same actor makes one key; repeated, it answers that one without its text. Raises
    ``Forbidden``, ``InvalidInput``, ``KeysFull``, and ``RequestReused`` where it asked for another key.
    """
    now = clock.now()
    networks = check_new(actor, new, now=now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey(
        id=actor.county + _end_of_id(actor, request_id),
        tenant=actor.tenant,
        kind=actor.kind,
        label=label_of(new),
        roles=sorted(set(new.roles)),
        networks=networks,
        created_at=now,
        created_by=actor.reference,
        expires_at=new.expires_at,
    )
    async with scoped(engine, actor) as connection:
        await connection.execute(LOCK, {"what": f"api keys|{actor.county}|{actor.tenant}"})
        earlier = await find(connection, county=actor.county, key_id=key.id)
        if earlier is not None:
            if asked_for(earlier.key) != asked_for(key):
                raise RequestReused()
            return earlier, None
        if sum(each.key.revoked_at is None for each in await _of_tenant(connection, actor)) >= KEYS_OF_A_TENANT:
            raise KeysFull()
        await connection.execute(sa.insert(api_key).values(_row(actor.county, key, key_digest(secret))))
        await tell_changed(connection, county=actor.county, key=key, act=Act.KEY_CREATED, by=actor.reference)
    return KeptKey(key=key, digest=key_digest(secret), last_used_on=None), key_text(key.id, secret)


def asked_for(key: ApiKey) -> tuple[object, ...]:
    """By which a repeated request is known."""
    return key.tenant, key.label, key.roles, key.networks, key.expires_at


async def revoke(engine: AsyncEngine, *, actor: Actor, key_id: str) -> KeptKey:
    """Ends a key of the actor's tenant, from the next request on; one that has ended is answered as it is.

    Raises ``Forbidden`` and ``NotFound``.
    """
    check_administrator(actor)
    async with scoped(engine, actor) as connection:
        kept = await find(connection, county=actor.county, key_id=key_id, lock=True) if key_id.isalnum() else None
        if kept is None or kept.key.tenant != actor.tenant:
            raise NotFound()
        if kept.key.revoked_at is not None:
            return kept
        key = msgspec.structs.replace(kept.key, revoked_at=clock.now(), revoked_by=actor.reference)
        ended = {"revoked_at": key.revoked_at, "revoked_by": actor.user, "revoked_by_name": actor.name}
        await connection.execute(sa.update(api_key).where(*of_id(actor.county, key_id)).values(ended))
        await tell_changed(connection, county=actor.county, key=key, act=Act.KEY_REVOKED, by=actor.reference)
    return msgspec.structs.replace(kept, key=key)


async def listed(engine: AsyncEngine, *, actor: Actor) -> list[KeptKey]:
    """All keys of the actor's tenant, the newest first. Raises ``Forbidden``."""
    check_administrator(actor)
    async with scoped(engine, actor) as connection:
        return await _of_tenant(connection, actor)


async def find(connection: AsyncConnection, *, county: str, key_id: str, lock: bool = False) -> KeptKey | None:
    query = sa.select(api_key).where(*of_id(county, key_id))
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return None if row is None else _kept(row)


def of_id(county: str, key_id: str) -> list[sa.ColumnElement[bool]]:
    return [api_key.c.county_id == county, api_key.c.id == key_id]


async def _of_tenant(connection: AsyncConnection, actor: Actor) -> list[KeptKey]:
    query = (
        sa.select(api_key)
        .where(api_key.c.county_id == actor.county, api_key.c.tenant == actor.tenant)
        .order_by(api_key.c.created_at.desc(), api_key.c.id)
    )
    return [_kept(row) for row in await connection.execute(query)]


def _end_of_id(actor: Actor, request_id: str | None) -> str:
    if request_id is None:
        return "".join(secrets.choice(ID_SIGNS) for _ in range(ID_LENGTH))
    same = "|".join((actor.county, actor.tenant, actor.user, request_id))
    number = int.from_bytes(hashlib.sha256(same.encode()).digest())
    return "".join(ID_SIGNS[number // len(ID_SIGNS) ** place % len(ID_SIGNS)] for place in range(ID_LENGTH))


def _row(county: str, key: ApiKey, digest: bytes) -> dict[str, Any]:
    return {
        "county_id": county,
        "id": key.id,
        "tenant": key.tenant,
        "kind": key.kind.value,
        "label": key.label,
        "roles": [role.value for role in key.roles],
        "networks": key.networks,
        "digest": digest,
        "created_at": key.created_at,
        "created_by": key.created_by.user,
        "created_by_name": key.created_by.name,
        "expires_at": key.expires_at,
    }


def _kept(row: sa.Row[Any]) -> KeptKey:
    by = None
    if row.revoked_by is not None:
        by = ActorRef(tenant=row.tenant, user=row.revoked_by, name=row.revoked_by_name)
    key = ApiKey(
        id=row.id,
        tenant=row.tenant,
        kind=TenantKind(row.kind),
        label=row.label,
        roles=[Role(role) for role in row.roles],
        networks=list(row.networks),
        created_at=row.created_at,
        created_by=ActorRef(tenant=row.tenant, user=row.created_by, name=row.created_by_name),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=by,
    )
    return KeptKey(key=key, digest=bytes(row.digest), last_used_on=row.last_used_on)
