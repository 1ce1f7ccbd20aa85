"""What an issuer publishes of itself, fetched over HTTP and kept for a while: its addresses and its keys."""

import asyncio
import time
from collections.abc import Callable

import httpx2
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.oidc.configuration import Provider, secure
from gateway.oidc.tokens import public_keys
from services.common import logs
from services.common.errors import Unavailable
from services.common.wording import UNDECODABLE

TIMEOUT_SECONDS = 5.0
FRESH_SECONDS = 3600.0
"""How long keys are taken as they are before they are fetched anew."""
KEPT_SECONDS = 24 * 3600.0
"""How long they still do while the issuer does not answer."""
BETWEEN_SECONDS = 10.0
"""Between two fetches, whatever unknown keys tokens name and however often the issuer fails."""
WELL_KNOWN = "/.well-known/openid-configuration"

log = logs.get(__name__)


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Of OpenID Connect Discovery what is used here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    metadata: Metadata
    keys: KeySet
    at: float


class IssuerAway(Unavailable):
    code = "ISSUER_UNAVAILABLE"
    default = "统一身份认证暂时连接不上，请稍后重试，或用本平台的用户名和密码登录"


class Issuer:
    """One provider's issuer. ``moment``: seconds of a clock that only goes forward."""

    def __init__(
        self, provider: Provider, *, client: httpx2.AsyncClient, moment: Callable[[], float] = time.monotonic
    ) -> None:
        self._provider, self._client, self._moment = provider, client, moment
        self._published: Published | None = None
        self._tried_at: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Raises ``IssuerAway``."""
        return (await self._current(None)).metadata

    async def keys(self, key_id: str | None) -> KeySet:
        """The keys; fetched anew where ``key_id``, which a token names, is not among them. Raises ``IssuerAway``."""
        return (await self._current(key_id)).keys

    async def _current(self, key_id: str | None) -> Published:
        if not self._known(key_id):
            # Who comes while they are being fetched waits for them.
            async with self._one_at_a_time:
                if not self._known(key_id) and self._may_fetch():
                    await self._fetch()
        found = self._published
        if found is None or self._moment() - found.at > KEPT_SECONDS:
            raise IssuerAway()
        return found

    def _known(self, key_id: str | None) -> bool:
        found = self._published
        if found is None or self._moment() - found.at >= FRESH_SECONDS:
            return False
        return key_id is None or any(key.kid == key_id for key in found.keys.keys)

    def _may_fetch(self) -> bool:
        return self._tried_at is None or self._moment() - self._tried_at >= BETWEEN_SECONDS

    async def _fetch(self) -> None:
        self._tried_at = self._moment()
        try:
            found = msgspec.json.decode(await self._get(self._provider.issuer.rstrip("/") + WELL_KNOWN), type=Metadata)
            if found.issuer != self._provider.issuer:
                raise ValueError("another issuer")
            if not all(map(secure, (found.authorization_endpoint, found.token_endpoint, found.jwks_uri))):
                raise ValueError("an address without TLS")
            keys = public_keys(msgspec.json.decode(await self._get(found.jwks_uri)))
        except (httpx2.HTTPError, httpx2.InvalidURL, *UNDECODABLE, JoseError, ValueError) as error:
            log.warning("issuer_away", provider=self._provider.id, error=type(error).__name__)
            return
        self._published = Published(metadata=found, keys=keys, at=self._moment())

    async def _get(self, url: str) -> bytes:
        answer = await self._client.get(url, headers={"Accept": "application/json"})
        answer.raise_for_status()
        return answer.content


def http_client() -> httpx2.AsyncClient:
    """Follows no redirect: an issuer says its addresses itself."""
    return httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False)
