"""The ways of the public side: ``GET /public/{county}``, a page, and ``POST /public/{county}/graphql``; no login."""

import html
import time
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.execution import Checked, Executor
from gateway.graphql_http.answering import answered
from gateway.graphql_http.limits import Limits
from gateway.graphql_http.negotiation import negotiated
from gateway.idempotency import key_of
from gateway.public.asking import OneThingAtATime, PublicContext
from gateway.public.limiting import Buckets, Guesses, Network, client_address, networks
from gateway.public.publicised import FRAME_POLICY, framed, read_pages
from gateway.public.reading import county_of
from gateway.public.schema import build_public_schema
from gateway.reading import ViewReader
from gateway.web.requests import acting
from gateway.web.security import policy_of
from services.common import tracing
from services.common.errors import NotFound
from services.common.settings import Settings
from services.contracts.public import public_actor

PAGE = (Path(__file__).parent / "page.html").read_text("utf-8")
LONGEST_QUERY = 4000
"""Characters of a document: those of the page have a few hundred, the one that asks for the schema has more."""
CACHED_DOCUMENTS = 50
"""The page has fifteen. Strangers write others, and each takes memory."""
A_MINUTE, AN_HOUR = 60.0, 3600.0

POLICY = policy_of(PAGE)


@dataclass(frozen=True)
class PublicSide:
    """What the public side keeps while the gateway runs."""

    executor: Executor
    reads: Buckets
    writes: Buckets
    guesses: Guesses
    trusted: tuple[Network, ...]

    @classmethod
    def of(cls, config: Settings) -> "PublicSide":
        return cls(
            executor=Executor(
                build_public_schema(),
                introspection=config.introspection,
                suggestions=config.query_suggestions,
                limits=replace(Limits.of(config), characters=LONGEST_QUERY),
                more_rules=(OneThingAtATime,),
                cached=CACHED_DOCUMENTS,
            ),
            reads=Buckets(size=config.public_reads_per_minute, seconds=A_MINUTE),
            writes=Buckets(size=config.public_writes_per_hour, seconds=AN_HOUR),
            guesses=Guesses(most=config.public_wrong_codes, seconds=config.public_lock_minutes * 60),
            trusted=networks(config.trusted_proxies),
        )

    def admit(self, request: Request, *, writes: bool) -> None:
        """Counts the request against its client's address. Raises ``TooManyRequests``."""
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        peer = request.client.host if request.client else ""
        address = client_address(peer=peer, forwarded=forwarded, trusted=self.trusted)
        (self.writes if writes else self.reads).take(address, now=time.monotonic())


async def page(request: Request) -> Response:
    _, name = await asked_county(request)
    return HTMLResponse(PAGE.replace("{{county}}", html.escape(name)), headers={"Content-Security-Policy": POLICY})


async def publicised(request: Request) -> Response:
    side: PublicSide = request.app.state.public
    side.admit(request, writes=False)
    county, name = await asked_county(request)
    slug, wanted = request.path_params["county"], request.path_params["address"]
    reader = ViewReader(engine=request.app.state.engine, actor=public_actor(county))
    try:
        found = {each["address"]: each for each in await read_pages(reader, slug=slug)}
    finally:
        await reader.release()
    if wanted not in found:
        raise NotFound("没有这项公示内容，请从本县公众服务页进入")
    said = framed(found[wanted]["page"], county=name, slug=slug, office=found[wanted]["tenant_name"])
    return HTMLResponse(said, headers={"Content-Security-Policy": FRAME_POLICY})


async def graphql(request: Request) -> Response:
    side: PublicSide = request.app.state.public
    side.admit(request, writes=False)
    media_type = negotiated(request.headers.get("accept"))
    county, _ = await asked_county(request)
    asking = PublicContext(
        actor=public_actor(county),
        engine=request.app.state.engine,
        rpc=request.app.state.rpc,
        trace=tracing.trace_id(),
        idempotency_key=key_of(request),
        config=request.app.state.config,
        guesses=side.guesses,
        slug=request.path_params["county"],
        moment=time.monotonic(),
    )

    async def context(checked: Checked) -> PublicContext:
        if checked.writes:
            side.admit(request, writes=True)
        return asking

    with acting(request, asking.actor):
        response = await answered(request, media_type, executor=side.executor, context=context)
    if asking.locked is not None:
        response.status_code, response.headers["Retry-After"] = 429, str(asking.locked.retry_after)
    return response


async def asked_county(request: Request) -> tuple[str, str]:
    """Code and name of the county in the address. Raises ``NotFound``."""
    found = await county_of(request.app.state.engine, request.path_params["county"])
    if found is None:
        raise NotFound("没有这个县的公众服务页，请核对地址")
    return found


PUBLIC_ROUTES = [
    Route("/public/{county}", page, methods=["GET"]),
    Route("/public/{county}/pages/{address}", publicised, methods=["GET"]),
    Route("/public/{county}/graphql", graphql, methods=["GET", "POST"]),
]
