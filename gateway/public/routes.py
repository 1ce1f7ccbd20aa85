"""The ways of the public side: ``GET /public/{county}``, a page, and ``POST /public/{county}/graphql``; no login."""

import base64
import hashlib
import html
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from graphql import DocumentNode, OperationType, get_operation_ast
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gateway.bodies import GraphQLRequest, body_of
from gateway.execution import Executor, InvalidDocument, InvalidQuery, shown_error
from gateway.public.asking import OneThingAtATime, PublicContext
from gateway.public.limiting import Buckets, Guesses, Network, TooManyRequests, client_address, networks
from gateway.public.reading import county_of
from gateway.public.schema import build_public_schema
from services.common import logs
from services.common.errors import InvalidInput, NotFound
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.public import public_actor

PAGE = (Path(__file__).parent / "page.html").read_text("utf-8")
LONGEST_QUERY = 4000
"""Characters of a document: those of the page have a few hundred, the one that asks for the schema has more."""
CACHED_DOCUMENTS = 50
"""The page has thirteen. Strangers write others, and each takes memory."""
A_MINUTE, AN_HOUR = 60.0, 3600.0

SECURITY = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _digests(tag: str) -> str:
    """The page's own blocks of this kind, as its policy names them: no other is carried out."""
    blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)
    found = (base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks)
    return " ".join(f"'sha256-{digest}'" for digest in found)


PAGE_SECURITY = {
    **SECURITY,
    "Content-Security-Policy": f"default-src 'none'; script-src {_digests('script')}; style-src {_digests('style')};"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


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
                introspection=config.graphiql,
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
    return HTMLResponse(PAGE.replace("{{county}}", html.escape(name)), headers=PAGE_SECURITY)


async def graphql(request: Request) -> Response:
    side: PublicSide = request.app.state.public
    try:
        return await _answer(request, side)
    except TooManyRequests as refused:
        return too_many(refused)


async def _answer(request: Request, side: PublicSide) -> Response:
    side.admit(request, writes=False)
    body = await body_of(request, GraphQLRequest, "请以 JSON 提交 query（以及 variables、operationName）")
    if len(body.query) > LONGEST_QUERY:
        raise InvalidInput(f"查询语句超过 {LONGEST_QUERY} 个字符，请缩短后重试")
    trace = new_id()
    try:
        document = side.executor.document(body.query)
    except InvalidDocument as invalid:
        errors = [shown_error(error, trace, of=InvalidQuery) for error in invalid.found]
        return JSONResponse({"errors": errors}, status_code=400, headers=SECURITY)
    if _writes(document, body.operation_name):
        side.admit(request, writes=True)
    county, _ = await asked_county(request)
    context = PublicContext(
        actor=public_actor(county),
        engine=request.app.state.engine,
        rpc=request.app.state.rpc,
        trace=trace,
        idempotency_key=request.headers.get("idempotency-key"),
        config=request.app.state.config,
        guesses=side.guesses,
        moment=time.monotonic(),
    )
    with logs.context(county=county, tenant=context.actor.tenant, trace=trace):
        response = await side.executor.execute(
            query=body.query, variables=body.variables, operation=body.operation_name, context=context
        )
    headers = {**SECURITY, "X-Trace-Id": trace}
    status = 200
    if context.locked is not None:
        headers["Retry-After"], status = str(context.locked.retry_after), 429
    return Response(msgspec.json.encode(response), status_code=status, media_type="application/json", headers=headers)


def _writes(document: DocumentNode, operation: str | None) -> bool:
    found = get_operation_ast(document, operation)
    return found is not None and found.operation is OperationType.MUTATION


async def asked_county(request: Request) -> tuple[str, str]:
    """Code and name of the county in the address. Raises ``NotFound``."""
    found = await county_of(request.app.state.engine, request.path_params["county"])
    if found is None:
        raise NotFound("没有这个县的公众服务页，请核对地址")
    return found


def too_many(refused: TooManyRequests) -> Response:
    error: dict[str, Any] = {"message": refused.message, "extensions": {"code": refused.code}}
    headers = {**SECURITY, "Retry-After": str(refused.retry_after)}
    return JSONResponse({"errors": [error]}, status_code=429, headers=headers)


PUBLIC_ROUTES = [
    Route("/public/{county}", page, methods=["GET"]),
    Route("/public/{county}/graphql", graphql, methods=["POST"]),
]
