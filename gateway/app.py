"""The door: routes, who is at it, and how errors leave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gateway.attachments.routes import ROUTES, STATUSES
from gateway.attachments.stores import storage_of
from gateway.bodies import GraphQLRequest, body_of
from gateway.context import Context
from gateway.database import connect
from gateway.documents.approval_fetching import approval_file
from gateway.documents.desk_routes import DESK_ROUTES
from gateway.documents.fetching import circular_file
from gateway.documents.paper_fetching import referral_paper
from gateway.documents.reception_routes import RECEPTION_ROUTES
from gateway.documents.roster_sheet import ROSTER_ROUTES
from gateway.execution import Executor, InvalidDocument, InvalidQuery, shown_error
from gateway.exports.routes import AT_A_TIME, EXPORT_ROUTES
from gateway.feeds.routes import FEED_ROUTES
from gateway.health import health
from gateway.identity import Unauthenticated, actor_of, issue_token, log_in
from gateway.public.routes import PUBLIC_ROUTES, PublicSide
from gateway.reading import ViewReader
from gateway.rpc import Rpc
from gateway.schema.root import build_schema
from services.common import logs, settings
from services.common.errors import Internal, NotFound, Refusal
from services.common.ids import new_id
from services.common.settings import Settings

WELCOME = Path(__file__).parent / "welcome.html"
GRAPHQL_RESPONSE = "application/graphql-response+json"

STATUS = {Unauthenticated.code: 401, "WRONG_LOGIN": 401, NotFound.code: 404, **STATUSES}
"""Of a refusal outside of GraphQL; any other is a 400."""

log = logs.get(__name__)


class Login(msgspec.Struct):
    username: str
    password: str


def create_app(config: Settings) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        engine = connect(config.gateway_database_url)
        app.state.storage = storage_of(config, folder=settings.folder())
        async with Rpc.connect(config.amqp_url, timeout=config.rpc_timeout_seconds) as rpc:
            app.state.config, app.state.engine, app.state.rpc = config, engine, rpc
            app.state.schema = build_schema()
            app.state.executor = Executor(app.state.schema, introspection=config.graphiql)
            app.state.exports = asyncio.Semaphore(AT_A_TIME)
            app.state.public = PublicSide.of(config)
            yield
        await engine.dispose()

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["POST"]),
            Route("/auth/token", token, methods=["POST"]),
            Route("/documents/circulars/{name}.docx", circular_document, methods=["GET"]),
            Route("/documents/approvals/{id}.docx", approval_document, methods=["GET"]),
            Route("/documents/approvals/{id}/{step}.docx", approval_document, methods=["GET"]),
            Route("/documents/referrals/{id}/{paper}.docx", referral_document, methods=["GET"]),
            *DESK_ROUTES,
            *ROSTER_ROUTES,
            *RECEPTION_ROUTES,
            *ROUTES,
            *EXPORT_ROUTES,
            *PUBLIC_ROUTES,
            *FEED_ROUTES,
            Route("/healthz", healthz, methods=["GET"]),
            Route("/", welcome, methods=["GET"]),
        ],
        exception_handlers={Refusal: refused, HTTPException: no_such_route, Exception: failed},
        lifespan=lifespan,
    )


async def token(request: Request) -> Response:
    """``username`` and ``password``, as JSON or as a form -> ``{"access_token", "token_type", "expires_in"}``."""
    login = await body_of(request, Login, "请提交 username 和 password")
    actor = await log_in(request.app.state.engine, username=login.username, password=login.password)
    minutes = request.app.state.config.token_minutes
    access_token = issue_token(actor, key=request.app.state.config.token_key, minutes=minutes)
    return JSONResponse(
        {"access_token": access_token, "token_type": "bearer", "expires_in": minutes * 60},
        headers={"Cache-Control": "no-store"},
    )


async def graphql(request: Request) -> Response:
    actor = actor_of(request)
    body = await body_of(request, GraphQLRequest, "请以 JSON 提交 query（以及 variables、operationName）")
    context = Context(
        actor=actor,
        engine=request.app.state.engine,
        rpc=request.app.state.rpc,
        trace=new_id(),
        idempotency_key=request.headers.get("idempotency-key"),
        config=request.app.state.config,
    )
    media_type = GRAPHQL_RESPONSE if GRAPHQL_RESPONSE in request.headers.get("accept", "") else "application/json"
    status = 200
    with logs.context(county=actor.county, tenant=actor.tenant, trace=context.trace):
        try:
            response = await request.app.state.executor.execute(
                query=body.query, variables=body.variables, operation=body.operation_name, context=context
            )
        except InvalidDocument as invalid:
            response = {"errors": [shown_error(error, context.trace, of=InvalidQuery) for error in invalid.found]}
            status = 400
    return Response(
        msgspec.json.encode(response),
        status_code=status,
        media_type=media_type,
        headers={"X-Trace-Id": context.trace, "Cache-Control": "no-store"},
    )


async def circular_document(request: Request) -> Response:
    """An issued circular by its id, or ``draft.docx?kind=MONTH&year=2026&number=6``; with a bearer token."""
    actor = actor_of(request)
    engine, reader = request.app.state.engine, ViewReader(engine=request.app.state.engine, actor=actor)
    with logs.context(county=actor.county, tenant=actor.tenant, trace=new_id()):
        try:
            name = request.path_params["name"]
            made = await circular_file(engine=engine, reader=reader, actor=actor, name=name, query=request.query_params)
        finally:
            await reader.release()
    return Response(made.body, media_type=made.media_type, headers=made.headers)


async def approval_document(request: Request) -> Response:
    """The form of an approval flow's run (呈批表), or the paper of one of its steps; with a bearer token."""
    actor = actor_of(request)
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with logs.context(county=actor.county, tenant=actor.tenant, trace=new_id()):
        try:
            id, step = request.path_params["id"], request.path_params.get("step")
            made = await approval_file(reader=reader, approval_id=id, step_id=step)
        finally:
            await reader.release()
    return Response(made.body, media_type=made.media_type, headers=made.headers)


async def referral_document(request: Request) -> Response:
    """A paper of a hand-over: ``letter``, ``opinion``, ``refusal`` or ``receipt``; with a bearer token."""
    actor = actor_of(request)
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with logs.context(county=actor.county, tenant=actor.tenant, trace=new_id()):
        try:
            id, paper = request.path_params["id"], request.path_params["paper"]
            made = await referral_paper(reader=reader, referral_id=id, name=paper)
        finally:
            await reader.release()
    return Response(made.body, media_type=made.media_type, headers=made.headers)


async def welcome(request: Request) -> Response:
    """For whoever opens the address in a browser."""
    return HTMLResponse(WELCOME.read_text("utf-8"))


async def no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = "没有这个地址；接口在 /graphql（POST），登录在 /auth/token（POST），健康状况在 /healthz（GET）"
    body = {"errors": [{"message": message, "extensions": {"code": "NO_SUCH_ROUTE"}}]}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


async def healthz(request: Request) -> Response:
    report = await health(engine=request.app.state.engine, rpc=request.app.state.rpc)
    return JSONResponse(report, status_code=200 if report["status"] == "ok" else 503)


async def refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    problem = refusal.problem
    unauthenticated = isinstance(refusal, Unauthenticated)
    headers = {"WWW-Authenticate": "Bearer"} if unauthenticated else None
    body = {"errors": [{"message": problem.message, "extensions": {"code": problem.code}}]}
    return JSONResponse(body, status_code=STATUS.get(problem.code, 400), headers=headers)


async def failed(request: Request, error: Exception) -> Response:
    trace = new_id()
    log.error("request_failed", path=request.url.path, trace=trace, exc_info=error)
    message = f"{Internal.default}（追踪编号 {trace}）"
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": Internal.code}}]}, status_code=500)
