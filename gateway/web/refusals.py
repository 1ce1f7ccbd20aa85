"""How refusals and faults leave that come to no answer of a route of their own: JSON, a code, a sentence in Chinese."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.archives.packing import ArchiveDamaged, ArchiveTooLarge
from gateway.attachments.routes import STATUSES
from gateway.context import extensions_of
from gateway.database import DatabaseAway
from gateway.graphql_http.refusals import HTTP_STATUSES, MutationNeedsPost
from gateway.identity import Unauthenticated, routes
from gateway.metrics.counted import count
from gateway.public.limiting import TooManyRequests
from gateway.web.body_limit import BodyTooLarge
from gateway.web.requests import told_in
from services.common.errors import NotFound, Refusal
from services.contracts.fact import Problem

NO_ROUTE = "没有这个地址；接口在 /graphql（POST），登录在 /auth/token（POST），健康状况在 /healthz（GET）"
OTHER_METHOD = "这个地址不支持该请求方法，可用的方法见响应头 Allow"
STATUS: Mapping[str, int] = {
    Unauthenticated.code: 401,
    NotFound.code: 404,
    TooManyRequests.code: 429,
    DatabaseAway.code: 503,
    BodyTooLarge.code: 413,
    ArchiveTooLarge.code: 413,
    ArchiveDamaged.code: 500,
    **HTTP_STATUSES,
    **routes.STATUSES,
    **STATUSES,
}
"""Of a refusal outside of a GraphQL answer; any other is a 400."""
HEADERS: Mapping[type[Refusal], Mapping[str, str]] = {
    Unauthenticated: {"WWW-Authenticate": "Bearer"},
    MutationNeedsPost: {"Allow": "POST"},
}


def problem_body(problem: Problem) -> dict[str, Any]:
    """As GraphQL writes errors, whatever the route."""
    return {"errors": [{"message": problem.message, "extensions": extensions_of(problem)}]}


async def refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    headers = dict(HEADERS.get(type(refusal), {}))
    problem = refusal.problem
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    count(operation="refused", told=told_in(request.scope), code=problem.code)
    return JSONResponse(problem_body(problem), status_code=STATUS.get(problem.code, 400), headers=headers)


async def no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = Problem(code="NO_SUCH_ROUTE", message=OTHER_METHOD if error.status_code == 405 else NO_ROUTE)
    return JSONResponse(problem_body(problem), status_code=error.status_code, headers=error.headers)


HANDLERS: Mapping[Any, Any] = {Refusal: refused, HTTPException: no_such_route}
"""Starlette's table. What is no refusal is masked by ``gateway.web.faults``, within the other middleware."""
