"""What the gateway keeps of the outside issuers while it runs."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from gateway.oidc.configuration import Provider, load_providers
from gateway.oidc.issuers import Issuer, http_client
from gateway.oidc.tokens import Said
from gateway.public.limiting import Buckets
from services.common.errors import NotFound
from services.common.settings import Settings, SettingsError

REMEMBERED = 10_000
"""Sign-ins by bearer token of which a process knows that the ledger has them; the database knows it of all."""

STARTS_PER_MINUTE = 300
"""Of one client address: a whole office signs in from behind one. Each leaves a row for some minutes."""
A_MINUTE = 60.0


@dataclass(frozen=True)
class OidcSide:
    """``app.state.oidc``."""

    providers: dict[str, Provider]
    issuers: dict[str, Issuer]
    client: httpx2.AsyncClient
    starts: Buckets
    noted: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, config: Settings, *, folder: Path) -> "OidcSide":
        """``folder``: of the settings file, beside which ``oidc_file`` lies. Raises ``SettingsError``."""
        providers = load_providers(folder / config.oidc_file) if config.oidc_file else ()
        if providers and not config.public_address:
            raise SettingsError("使用统一身份认证须设置配置项 public_address：登录后由它返回")
        return cls.with_providers(providers)

    @classmethod
    def with_providers(cls, providers: Iterable[Provider]) -> "OidcSide":
        client, known = http_client(), {provider.id: provider for provider in providers}
        return cls(
            providers=known,
            issuers={id: Issuer(provider, client=client) for id, provider in known.items()},
            client=client,
            starts=Buckets(size=STARTS_PER_MINUTE, seconds=A_MINUTE),
        )

    def provider(self, id: str) -> Provider:
        """Raises ``NotFound``."""
        if id not in self.providers:
            raise NotFound("没有这个统一身份认证入口，请核对地址")
        return self.providers[id]

    def of_token(self, said: Said) -> Provider | None:
        """Whose bearer token it says that it is: several counties may have the same issuer, each its own audience.

        Where none of them is named, the first of the issuer, which then refuses it; None for an issuer that is unknown.
        """
        there = [each for each in self.providers.values() if each.issuer == said.issuer and each.audiences]
        fitting = [each for each in there if set(each.audiences) & set(said.audiences)]
        return next(iter(fitting or there), None)

    def remember(self, once: str) -> None:
        self.noted[once] = None
        if len(self.noted) > REMEMBERED:
            self.noted.popitem(last=False)

    async def close(self) -> None:
        await self.client.aclose()
