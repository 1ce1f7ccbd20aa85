"""``/metrics``: Prometheus' text format, for whoever the settings let read it: figures of every tenant stand there."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.metrics.counted import registry
from gateway.metrics.sampled import sampled
from gateway.public.limiting import Network, client_address, is_in, networks
from services.common.settings import Settings


class _Asked(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


@dataclass(frozen=True)
class Readers:
    """Who may read: by ``metrics_token``, or from one of ``metrics_networks``."""

    token: str
    near: tuple[Network, ...]
    proxies: tuple[Network, ...]

    @classmethod
    def of(cls, config: Settings) -> "Readers":
        """Raises ``SettingsError`` for what is no address or network."""
        near = networks(config.metrics_networks, key="metrics_networks")
        return cls(config.metrics_token, near, networks(config.trusted_proxies))

    def allow(self, *, peer: str, forwarded: str, bearer: str) -> bool:
        """Through a proxy only where it is a trusted one: another would lend everybody its own address."""
        if self.token and hmac.compare_digest(bearer.encode(), self.token.encode()):
            return True
        if not forwarded:
            return is_in(peer, self.near)
        if not is_in(peer, self.proxies):
            return False
        return is_in(client_address(peer=peer, forwarded=forwarded, trusted=self.proxies), self.near)


async def metrics(request: Request) -> Response:
    """Whoever may not read it is told what is told of any unknown address."""
    state = request.app.state
    may = state.metrics_readers.allow(
        peer=request.client.host if request.client else "",
        forwarded=",".join(request.headers.getlist("x-forwarded-for")),
        bearer=request.headers.get("authorization", "").removeprefix("Bearer "),
    )
    if not may:
        raise HTTPException(404)
    asked = CollectorRegistry()
    asked.register(_Asked(await sampled(engine=state.engine, rpc=state.rpc, amqp_url=state.config.amqp_url)))
    text = generate_latest(registry) + generate_latest(asked)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


METRICS_ROUTES = [Route("/metrics", metrics, methods=["GET"])]
