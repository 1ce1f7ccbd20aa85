"""Bearer tokens of an outside issuer: who stands behind one."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.identity.noting import note_session
from gateway.identity.tokens import Unauthenticated
from gateway.oidc.admitting import admit, note_bad
from gateway.oidc.configuration import Provider
from gateway.oidc.side import OidcSide
from gateway.oidc.tokens import BadToken, said, verified
from gateway.once import first_time, same_id
from services.common import clock, logs
from services.contracts.actor import Actor, ActorRef, system_actor
from services.contracts.identity import Account, SignInMethod, SignInOutcome

NOT_BELIEVED = "统一身份认证的令牌无效、已过期，或不是发给本平台的，请重新登录"

log = logs.get(__name__)


async def by_outside_token(state: Any, token: str) -> Actor | None:
    """Who stands behind the token, one of ``app.state.bearers``; None where no issuer that is known made it.

    Raises ``Unauthenticated`` for one that is not believed, ``NotAdmitted`` for one that gives its bearer no place,
    and ``IssuerAway``. The account is looked up each time: whom the administrator closes is out at once.
    """
    side: OidcSide = state.oidc
    named = said(token)
    provider = None if named is None else side.of_token(named)
    if named is None or provider is None:
        return None
    try:
        claims = verified(
            token,
            await side.issuers[provider.id].keys(named.key_id),
            algorithms=provider.algorithms,
            issuer=provider.issuer,
            audiences=provider.audiences,
            now=int(clock.now().timestamp()),
        )
    except BadToken as error:
        log.info("outside_token_refused", provider=provider.id, why=str(error))
        await note_bad(state.engine, provider=provider, method=SignInMethod.BEARER)
        raise Unauthenticated(NOT_BELIEVED) from error
    found = await admit(state.engine, provider=provider, claims=claims, method=SignInMethod.BEARER, keep_roles=False)
    await _note(side, state.engine, provider=provider, account=found)
    return found.actor(provider.county)


async def _note(side: OidcSide, engine: AsyncEngine, *, provider: Provider, account: Account) -> None:
    """Once an hour for each account: such tokens are renewed every few minutes, which is no sign-in."""
    county, hour = provider.county, clock.now().replace(minute=0, second=0, microsecond=0)
    once = same_id("bearer", county, provider.id, account.username, hour.isoformat())
    if once in side.noted:
        return
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        if await first_time(connection, county=county, id=once):
            await note_session(
                connection,
                county,
                id=once,
                method=SignInMethod.BEARER,
                outcome=SignInOutcome.OPENED,
                username=account.username,
                by=ActorRef(tenant=account.tenant, user=account.username, name=account.name),
            )
    side.remember(once)
