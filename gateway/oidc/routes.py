"""``/auth/oidc``: the issuers there are, to one of them, back, and the tokens of whoever came back.

No token stands in an address: the callback sends the browser to the page with a ticket behind the ``#``, which no
server and no ``Referer`` sees, and the page exchanges it, once, within a minute, in the browser that began.
"""

import re
import secrets
import time
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.bodies import body_of
from gateway.identity.sessions import open_session
from gateway.oidc.configuration import Provider
from gateway.oidc.flow import AT_THE_ISSUER, IssuerRefused, SignInExpired, begin, finish, started
from gateway.oidc.issuers import IssuerAway
from gateway.oidc.mapping import NotAdmitted
from gateway.oidc.side import OidcSide
from gateway.oidc.tickets import Arrived, Started, digest, take
from gateway.web.refusals import refused
from services.common.errors import InvalidInput, Refusal
from services.contracts.identity import SignInMethod

COOKIE = "xq_sign_in"
PATH = "/auth/oidc"
COOKIE_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

STATUSES: dict[type[Refusal], int] = {NotAdmitted: 403, IssuerRefused: 403, SignInExpired: 400, IssuerAway: 503}
"""Of a refusal outside of a GraphQL answer."""


class Exchange(msgspec.Struct):
    provider: str
    code: str


async def providers(request: Request) -> Response:
    """What a page of ours offers: ``[{"id", "name", "county", "login"}]``."""
    side: OidcSide = request.app.state.oidc
    listed = [
        {"id": each.id, "name": each.name, "county": each.county, "login": f"{PATH}/{each.id}/login"}
        for each in side.providers.values()
    ]
    return JSONResponse({"providers": listed}, headers=NO_STORE)


async def login(request: Request) -> Response:
    """``?return_to=``: a page of ours, ``/`` where it is left out."""
    state = request.app.state
    provider = state.oidc.provider(request.path_params["provider"])
    state.oidc.starts.take(state.door.client(request).address, now=time.monotonic())
    to = own_page(request.query_params.get("return_to", "/"), own=state.config.public_address)
    # Kept where it is there: two sign-ins of one browser do not end each other.
    browser = _browser(request) or secrets.token_urlsafe(32)
    address = await begin(
        state.oidc, state.engine, provider=provider, browser=browser, back=_callback(request, provider), to=to
    )
    answer = RedirectResponse(address, status_code=303, headers=NO_STORE)
    answer.set_cookie(
        COOKIE,
        browser,
        max_age=int(AT_THE_ISSUER.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=state.config.public_address.startswith("https://"),
    )
    return answer


async def callback(request: Request) -> Response:
    """``?state=&code=`` or ``?state=&error=``, as the issuer sends the browser back."""
    state = request.app.state
    provider = state.oidc.provider(request.path_params["provider"])
    given = request.query_params
    begun = await started(
        state.engine, provider=provider, state=given.get("state", ""), browser=_browser(request) or ""
    )
    try:
        if "code" not in given:
            raise IssuerRefused()
        back = _callback(request, provider)
        ticket = await finish(state.oidc, state.engine, provider=provider, begun=begun, code=given["code"], back=back)
    except Refusal as refusal:
        return _to_page(begun, {"error": refusal.code, "message": refusal.message})
    return _to_page(begun, {"provider": provider.id, "code": ticket})


async def exchange(request: Request) -> Response:
    """``provider`` and ``code`` from behind the ``#`` -> the tokens of a session."""
    state = request.app.state
    asked = await body_of(request, Exchange, "请提交 provider 和 code")
    provider = state.oidc.provider(asked.provider)
    arrived = await take(state.engine, county=provider.county, ticket=asked.code, data=Arrived)
    if arrived is None or arrived.browser != digest(_browser(request) or ""):
        raise SignInExpired()
    tokens = await open_session(
        state.engine,
        config=state.config,
        county=provider.county,
        username=arrived.username,
        method=SignInMethod.OIDC,
        client=state.door.client(request),
    )
    return JSONResponse(msgspec.to_builtins(tokens), headers=NO_STORE)


async def refused_here(request: Request, refusal: Exception) -> Response:
    """As any refusal leaves, with a status of its own."""
    answer = await refused(request, refusal)
    assert isinstance(refusal, Refusal)
    answer.status_code = STATUSES[type(refusal)]
    return answer


def own_page(given: str, *, own: str) -> str:
    """The whole address of a page of ours, without what stands behind ``#``. Raises ``InvalidInput`` for another's."""
    wrong = InvalidInput("return_to 只能是本平台的页面，例如 /", field="return_to")
    # Browsers read a backslash as a slash, and leave out line breaks and tabs.
    if "\\" in given or any(ord(sign) <= 32 or ord(sign) == 127 for sign in given):
        raise wrong
    try:
        found, ours = urlsplit(urljoin(f"{own.rstrip('/')}/", given)), urlsplit(own)
    except ValueError as error:
        raise wrong from error
    if (found.scheme, found.netloc) != (ours.scheme, ours.netloc):
        raise wrong
    return found._replace(fragment="").geturl()


def _to_page(begun: Started, told: dict[str, str]) -> Response:
    return RedirectResponse(f"{begun.return_to}#{urlencode(told)}", status_code=303, headers=NO_STORE)


def _callback(request: Request, provider: Provider) -> str:
    own: str = request.app.state.config.public_address
    return f"{own.rstrip('/')}{PATH}/{provider.id}/callback"


def _browser(request: Request) -> str | None:
    given = request.cookies.get(COOKIE, "")
    return given if COOKIE_FORM.fullmatch(given) else None


OIDC_ROUTES = [
    Route(PATH, providers, methods=["GET"]),
    Route(f"{PATH}/exchange", exchange, methods=["POST"]),
    Route(f"{PATH}/{{provider}}/login", login, methods=["GET"]),
    Route(f"{PATH}/{{provider}}/callback", callback, methods=["GET"]),
]
OIDC_HANDLERS: dict[Any, Any] = dict.fromkeys(STATUSES, refused_here)
"""For Starlette's table."""
