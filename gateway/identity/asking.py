"""Who sends a request: by the token of a session, or of another issuer."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import HTTPConnection

from gateway.identity.sessions import SignedIn, standing
from gateway.identity.tokens import Unauthenticated, is_ours, read_access
from services.common import clock
from services.contracts.actor import Actor

Bearer = Callable[[Any, str], Awaitable[Actor | None]]
"""``(app.state, token)`` -> who stands behind a token that no session of ours gave out; None where it is not of this
kind. Raises ``Unauthenticated`` where it is, and is worth nothing. ``app.state.bearers`` are tried one by one."""


async def actor_of(connection: HTTPConnection) -> Actor:
    """Who sent the request, with the tenant and the roles that his account has at this moment.

    Raises ``Unauthenticated`` without a token, with one that is no good, of a session that ended or of an account that
    was closed; ``PasswordChangeRequired`` where the account's password was set by somebody else.
    """
    return (await signed_in(connection)).settled


async def signed_in(connection: HTTPConnection) -> SignedIn:
    """As ``actor_of``, with the session; also where the password must be changed first. What was found out stays in
    ``connection.state.signed_in``."""
    here = await who(connection.app.state, token_of(connection))
    connection.state.signed_in = here
    return here


async def who(state: Any, token: str) -> SignedIn:
    """Who stands behind a token, however it came; ``state``: the application's. Raises ``Unauthenticated``."""
    if is_ours(token):
        access = read_access(token, key=state.config.token_key)
        return await standing(state.engine, access, now=clock.now())
    for bearer in state.bearers:
        actor = await bearer(state, token)
        if actor is not None:
            return SignedIn(actor=actor, session=None, must_change=False)
    raise Unauthenticated()


def token_of(connection: HTTPConnection) -> str:
    """The bearer token. Raises ``Unauthenticated``."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Unauthenticated()
    return value.strip()
