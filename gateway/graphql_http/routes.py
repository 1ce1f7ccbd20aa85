"""``/graphql``: what the offices ask and do, with a bearer token."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.admitting import admitted
from gateway.context import Context
from gateway.execution import Checked
from gateway.graphql_http.answering import answered
from gateway.graphql_http.negotiation import negotiated
from gateway.idempotency import key_of
from gateway.web.requests import acting
from services.common import tracing


async def graphql(request: Request) -> Response:
    """GraphQL over HTTP: POST with JSON; GET with ``query`` or ``documentId``, for queries only."""
    actor = await admitted(request)
    key = key_of(request)
    media_type = negotiated(request.headers.get("accept"))

    async def context(checked: Checked) -> Context:
        return Context(
            actor=actor,
            engine=request.app.state.engine,
            rpc=request.app.state.rpc,
            trace=tracing.trace_id(),
            idempotency_key=key,
            config=request.app.state.config,
            session=request.state.signed_in.session,
        )

    with acting(request, actor):
        return await answered(request, media_type, executor=request.app.state.executor, context=context)


GRAPHQL_ROUTES = [Route("/graphql", graphql, methods=["GET", "POST"])]
