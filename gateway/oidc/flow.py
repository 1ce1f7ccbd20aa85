"""The code flow with PKCE, state and nonce: to the issuer, and back with a person whom it vouches for."""

import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.oidc.admitting import admit, note_bad
from gateway.oidc.configuration import Provider
from gateway.oidc.issuers import TIMEOUT_SECONDS, IssuerAway
from gateway.oidc.side import OidcSide
from gateway.oidc.tickets import Arrived, Started, digest, issue, take
from gateway.oidc.tokens import BadToken, check_party, said, verified
from services.common import clock, logs
from services.common.errors import Refusal
from services.contracts.identity import SignInMethod

AT_THE_ISSUER = timedelta(minutes=10)
"""To sign in there, with a second factor that has to be found first."""
BACK_HERE = timedelta(minutes=1)
"""For the page to take its tokens."""
VERIFIER_BYTES = 48

log = logs.get(__name__)


class SignInExpired(Refusal):
    """A state that was used, ran out, or began in another browser: these answer alike."""

    code = "SIGN_IN_EXPIRED"
    default = "本次登录已失效（超时、已用过，或不是从这个浏览器开始的），请返回登录页重新登录"


class IssuerRefused(Refusal):
    code = "ISSUER_REFUSED"
    default = "统一身份认证未通过，请重新登录；仍不成功的，请联系系统管理员"


async def begin(side: OidcSide, engine: AsyncEngine, *, provider: Provider, browser: str, back: str, to: str) -> str:
    """The issuer's address to send the browser to.

    ``browser``: what its cookie says; ``back``: our own address of the callback; ``to``: of the page at the end. Raises
    ``IssuerAway``.
    """
    metadata = await side.issuers[provider.id].metadata()
    nonce, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(VERIFIER_BYTES)
    started = Started(provider=provider.id, browser=digest(browser), nonce=nonce, verifier=verifier, return_to=to)
    state = await issue(engine, county=provider.county, data=started, lives=AT_THE_ISSUER)
    async with _client(provider, back) as client:
        address, _ = client.create_authorization_url(
            metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    return str(address)


async def started(engine: AsyncEngine, *, provider: Provider, state: str, browser: str) -> Started:
    """The sign-in that comes back, once. Raises ``SignInExpired``, which the ledger is told of."""
    found = await take(engine, county=provider.county, ticket=state, data=Started)
    if found is None or found.provider != provider.id or not compare_digest(found.browser, digest(browser)):
        await note_bad(engine, provider=provider, method=SignInMethod.OIDC)
        raise SignInExpired()
    return found


async def finish(
    side: OidcSide, engine: AsyncEngine, *, provider: Provider, begun: Started, code: str, back: str
) -> str:
    """A ticket for the tokens of whoever the issuer vouches for.

    Raises ``IssuerAway``, ``IssuerRefused`` and ``NotAdmitted``; the ledger is told of the last two.
    """
    try:
        claims = await _claims(side, provider=provider, begun=begun, code=code, back=back)
    except BadToken as error:
        log.info("outside_sign_in_refused", provider=provider.id, why=str(error))
        await note_bad(engine, provider=provider, method=SignInMethod.OIDC)
        raise IssuerRefused() from error
    found = await admit(engine, provider=provider, claims=claims, method=SignInMethod.OIDC, keep_roles=True)
    arrived = Arrived(browser=begun.browser, username=found.username)
    return await issue(engine, county=provider.county, data=arrived, lives=BACK_HERE)


async def _claims(side: OidcSide, *, provider: Provider, begun: Started, code: str, back: str) -> dict[str, Any]:
    metadata = await side.issuers[provider.id].metadata()
    try:
        async with _client(provider, back) as client:
            given = await client.fetch_token(metadata.token_endpoint, code=code, code_verifier=begun.verifier)
    except OAuthError as error:
        raise BadToken(f"token endpoint: {error.error}") from error
    except httpx2.HTTPError as error:
        log.warning("issuer_away", provider=provider.id, error=type(error).__name__)
        raise IssuerAway() from error
    except ValueError as error:
        raise BadToken("token endpoint: unreadable") from error
    id_token = given.get("id_token")
    named = said(id_token) if isinstance(id_token, str) else None
    if named is None:
        raise BadToken("no id token")
    claims = verified(
        id_token,
        await side.issuers[provider.id].keys(named.key_id),
        algorithms=provider.algorithms,
        issuer=provider.issuer,
        audiences=(provider.client_id,),
        now=int(clock.now().timestamp()),
        nonce=begun.nonce,
    )
    check_party(claims, client_id=provider.client_id)
    return claims


def _client(provider: Provider, back: str) -> Any:
    return AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret or None,
        token_endpoint_auth_method=provider.client_auth if provider.client_secret else "none",
        scope=" ".join(provider.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
    )
