"""What raises and is no refusal is a fault of ours: logged with its trace id, and answered with that alone."""

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.context import extensions_of, unkeyed
from gateway.database import AWAY, DatabaseAway
from gateway.idempotency import HEADER
from services.common import logs, tracing
from services.common.errors import Internal, NotConfirmed, Refusal
from services.contracts.fact import Problem

log = logs.get(__name__)


class Faults:
    """Innermost of the middleware, so that the answer passes all the others: it has their headers, and is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except ClientDisconnect:
            return  # Nobody is there to read an answer.
        except Exception as error:
            trace = tracing.trace_id()
            log.error("request_failed", trace=trace, exc_info=error)
            if started:
                raise
            problem, status = _told(error, trace, writes=scope["method"] != "GET", keyed=HEADER in Headers(scope=scope))
            body = {"errors": [{"message": problem.message, "extensions": extensions_of(problem)}]}
            headers = None if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
            await JSONResponse(body, status_code=status, headers=headers)(scope, receive, send)


def _told(error: Exception, trace: str, *, writes: bool, keyed: bool) -> tuple[Problem, int]:
    """What is said of it, under which status. Of what may have changed something nobody knows whether it has."""
    refusal: Refusal
    if not isinstance(error, AWAY):
        refusal, status = Internal(f"{Internal.default}（追踪编号 {trace}）"), 500
    else:
        refusal, status = NotConfirmed() if writes else DatabaseAway(), 503
    problem = refusal.problem
    return unkeyed(problem) if writes and not keyed else problem, status
