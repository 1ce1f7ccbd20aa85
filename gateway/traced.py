"""The trace of a request, at the outermost: what everything inside belongs to, and what the answer says of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common import tracing

SERVER_FAULT = 500


class Traced:
    """Continues the trace of a request's ``traceparent``, or begins one.

    Every answer says its id in ``X-Trace-Id``, and in ``traceresponse`` as W3C drafts it. A span is named by its route
    and not by its address: that may hold the number of a case or a signed link.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, method = Headers(scope=scope), scope["method"]
        came = {tracing.PARENT: headers.get(tracing.PARENT), tracing.STATE: ",".join(headers.getlist(tracing.STATE))}
        about = {"http.request.method": method}
        with alone(), tracing.span(method, kind=SpanKind.SERVER, headers=came, attributes=about) as span:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status, answer = message["status"], MutableHeaders(scope=message)
                    answer["X-Trace-Id"] = tracing.trace_id()
                    answer["traceresponse"] = tracing.sent()[tracing.PARENT]
                    span.set_attribute("http.response.status_code", status)
                    if status >= SERVER_FAULT:
                        tracing.fail(span, str(status))
                await send(message)

            try:
                await self._app(scope, receive, told)
            finally:
                if (path := getattr(scope.get("route"), "path", None)) is not None:
                    span.update_name(f"{method} {path}")
                    span.set_attribute("http.route", path)


@contextmanager
def alone() -> Iterator[None]:
    """Inside, no trace is current. The server may call for the next request of a connection from within the one before,
    whose trace would then be its own."""
    token = attach(Context())
    try:
        yield
    finally:
        detach(token)
