"""``/auth``: in, on, out, and a password of one's own."""

import time
from dataclasses import dataclass

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.bodies import body_of
from gateway.database import scoped
from gateway.identity.asking import signed_in
from gateway.identity.passwords import WeakPassword
from gateway.identity.renewing import RefreshUsed, renew
from gateway.identity.sessions import Client, PasswordChangeRequired, Tokens, end_sessions
from gateway.identity.signing_in import WrongLogin, WrongPassword, change_password, log_in
from gateway.public.limiting import Buckets, Network, TooManyRequests, client_address, networks
from services.common.errors import Forbidden
from services.common.settings import Settings
from services.contracts.actor import system_actor

A_MINUTE = 60.0
NO_STORE = {"Cache-Control": "no-store"}

STATUSES = {
    WrongLogin.code: 401,
    WrongPassword.code: 403,
    WeakPassword.code: 400,
    PasswordChangeRequired.code: 403,
    RefreshUsed.code: 409,
    Forbidden.code: 403,
    TooManyRequests.code: 429,
}
"""Of a refusal outside of GraphQL."""


class Login(msgspec.Struct):
    username: str
    password: str


class Refresh(msgspec.Struct):
    refresh_token: str


class NewPassword(msgspec.Struct):
    password: str
    new_password: str


@dataclass(frozen=True)
class Door:
    """What the way in keeps in memory: how often each address got a login wrong."""

    failures: Buckets
    trusted: tuple[Network, ...]

    @classmethod
    def of(cls, config: Settings) -> "Door":
        return cls(
            failures=Buckets(size=config.login_failures_per_minute, seconds=A_MINUTE),
            trusted=networks(config.trusted_proxies),
        )

    def client(self, connection: HTTPConnection) -> Client:
        """From where somebody comes."""
        forwarded = ",".join(connection.headers.getlist("x-forwarded-for"))
        peer = connection.client.host if connection.client else ""
        address = client_address(peer=peer, forwarded=forwarded, trusted=self.trusted)
        return Client(address=address, agent=connection.headers.get("user-agent", ""))


async def token(request: Request) -> Response:
    """``username`` and ``password``, as JSON or as a form -> ``Tokens``."""
    login = await body_of(request, Login, "请提交 username 和 password")
    state = request.app.state
    door: Door = state.door
    client = door.client(request)
    # Counted before it is tried, so that many at once are no more; whoever is let in has not failed.
    door.failures.take(client.address, now=time.monotonic())
    given = await log_in(
        state.engine, config=state.config, username=login.username, password=login.password, client=client
    )
    door.failures.give_back(client.address)
    return _answer(given)


async def refresh(request: Request) -> Response:
    """``refresh_token``, as JSON or as a form -> ``Tokens``; the token that was given is used up."""
    asked = await body_of(request, Refresh, "请提交 refresh_token")
    state = request.app.state
    return _answer(await renew(state.engine, config=state.config, token=asked.refresh_token))


async def logout(request: Request) -> Response:
    """Ends the session of the access token that is sent along: its tokens are worth nothing from then on."""
    here = await signed_in(request)
    if here.session is not None:
        actor = here.actor
        async with scoped(request.app.state.engine, system_actor(actor.county, "gateway")) as connection:
            await end_sessions(
                connection, county=actor.county, username=actor.user, by=actor.reference, only=here.session
            )
    return Response(status_code=204, headers=NO_STORE)


async def password(request: Request) -> Response:
    """``password`` and ``new_password`` -> 204; with an access token, also one that opens nothing else yet."""
    here = await signed_in(request)
    asked = await body_of(request, NewPassword, "请提交 password（原密码）和 new_password（新密码）")
    state = request.app.state
    await change_password(
        state.engine, config=state.config, signed_in=here, current=asked.password, new=asked.new_password
    )
    return Response(status_code=204, headers=NO_STORE)


def _answer(tokens: Tokens) -> Response:
    return JSONResponse(msgspec.to_builtins(tokens), headers=NO_STORE)


AUTH_ROUTES = [
    Route("/auth/token", token, methods=["POST"]),
    Route("/auth/refresh", refresh, methods=["POST"]),
    Route("/auth/logout", logout, methods=["POST"]),
    Route("/auth/password", password, methods=["POST"]),
]
