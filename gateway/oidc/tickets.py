"""Tickets: good once and for minutes, whichever gateway process they come back to. Kept by their digest alone."""

import hashlib
import secrets
from datetime import timedelta
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.oidc.model import oidc_ticket
from services.common import clock
from services.contracts.actor import system_actor

TICKET_BYTES = 32

T = TypeVar("T", bound=msgspec.Struct)


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that went to the issuer: its ticket is the ``state`` that comes back."""

    provider: str
    browser: str
    """Digest of what the browser's cookie says: another browser cannot end it."""
    nonce: str
    verifier: str
    """Of PKCE."""
    return_to: str


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the issuer vouched for: the page takes his tokens for the ticket."""

    browser: str
    username: str


async def issue(engine: AsyncEngine, *, county: str, data: msgspec.Struct, lives: timedelta) -> str:
    """A ticket for ``data``; what has run out of the county's others is swept away."""
    ticket, now = secrets.token_urlsafe(TICKET_BYTES), clock.now()
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        over = sa.delete(oidc_ticket).where(oidc_ticket.c.county_id == county, oidc_ticket.c.expires_at <= now)
        await connection.execute(over)
        row = {
            "county_id": county,
            "digest": digest(ticket),
            "use": type(data).__name__,
            "data": msgspec.to_builtins(data),
            "expires_at": now + lives,
        }
        await connection.execute(sa.insert(oidc_ticket).values(row))
    return ticket


async def take(engine: AsyncEngine, *, county: str, ticket: str, data: type[T]) -> T | None:
    """What the ticket stands for, once; None for one that was taken, has run out, or never was."""
    c = oidc_ticket.c
    taken = sa.delete(oidc_ticket).where(
        c.county_id == county, c.digest == digest(ticket), c.use == data.__name__, c.expires_at > clock.now()
    )
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        found = (await connection.execute(taken.returning(c.data))).scalar()
    return None if found is None else msgspec.convert(found, data)


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
