"""From a request to its answer, alike for the offices and for the public: who asks, and what with, is the route's."""

import re
import time
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.context import Context
from gateway.execution import Checked, Executor, InvalidDocument
from gateway.graphql_http.asking import asked_of
from gateway.graphql_http.negotiation import MediaType
from gateway.graphql_http.refusals import (
    InvalidQuery,
    MutationNeedsPost,
    QueryTooCostly,
    SubscriptionNeedsSocket,
    UnknownDocument,
)
from gateway.graphql_http.showing import shown_refusal
from gateway.metrics.counted import OK, count
from gateway.metrics.operations import INVALID, operation_label
from gateway.web.requests import tell, told_in
from services.common import tracing
from services.common.errors import ServiceBusy

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
"""An operation's name that may stand in the log."""
OF_THE_DOCUMENT = (InvalidQuery, QueryTooCostly, UnknownDocument, SubscriptionNeedsSocket)
"""Refused as a GraphQL answer, whose status depends on the media type; other refusals have a status of their own."""


class ContextFor(Protocol):
    async def __call__(self, checked: Checked) -> Context:
        """The context for an operation that will be executed. May refuse it."""


async def answered(request: Request, media_type: MediaType, *, executor: Executor, context: ContextFor) -> Response:
    """Raises the refusals of requests that are none; a document that is refused, and what fails while it is executed,
    is an answer."""
    began, label, made = time.perf_counter(), INVALID, None
    asked = await asked_of(request)
    try:
        checked = executor.checked(asked)
        label = operation_label(checked.operation)
        if request.method != "POST" and checked.writes:
            raise MutationNeedsPost()
        told_of(request, checked)
        made = await context(checked)
        response = await executor.answer(checked, variables=asked.variables, context=made)
    except InvalidDocument as invalid:
        trace = tracing.trace_id()
        response = {"errors": [executor.shown(error, trace, of=InvalidQuery) for error in invalid.found]}
    except OF_THE_DOCUMENT as refusal:
        response = {"errors": [shown_refusal(refusal)]}
    code = next((error["extensions"]["code"] for error in response.get("errors", ())), made and made.code)
    seconds = time.perf_counter() - began
    count(operation=label, told=told_in(request.scope), code=code or OK, seconds=seconds)
    sent = respond(response, media_type)
    if made is not None and checked.writes and (problem := made.nothing_begun) is not None:
        # Its errors say so; the status lets those see it, too, who only pass it on.
        sent.status_code = 429 if problem.code == ServiceBusy.code else 503
        sent.headers["Retry-After"] = str(problem.retry_after or 1)
    return sent


def told_of(request: Request, checked: Checked) -> None:
    name = checked.operation.name
    plain = name.value if name is not None and PLAIN.fullmatch(name.value) else None
    tell(request, operation=plain, kind=checked.operation.operation.value, cost=checked.measure.cost)


def respond(
    response: Mapping[str, Any], media_type: MediaType, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Without ``data`` nothing was executed: 400 in the standard's own media type, 200 in the older one."""
    status = 400 if "data" not in response and media_type is MediaType.GRAPHQL else 200
    return Response(
        msgspec.json.encode(response),
        status_code=status,
        headers={"Content-Type": media_type.header, "Vary": "Accept", **(headers or {})},
    )
