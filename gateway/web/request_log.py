"""A line in the log for each request: which route, how it ended, how long it took; nothing of whom it was about.

The path is the route's own template (``/attachments/{id}``): numbers, codes and links of paths, and all of the query,
stay out of the log. So does the client's address.
"""

import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.web.requests import told_in
from services.common import logs, tracing

REQUEST_HEADER = "X-Request-Id"
PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A request id that is given back; another would be a way to write into our headers."""
NO_ROUTE = "-"

log = logs.get(__name__)


class RequestLog:
    """Logs each response when its last byte is gone, and gives it the caller's own request id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 0, 0
        request_id = Headers(scope=scope).get(REQUEST_HEADER, "")

        async def measured(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if PLAIN.fullmatch(request_id):
                    MutableHeaders(scope=message)[REQUEST_HEADER] = request_id
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            log.info(
                "request",
                method=scope["method"],
                route=route_of(scope),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                bytes=size,
                trace=tracing.trace_id(),
                **({"request_id": request_id} if _is_uuid(request_id) else {}),
                **told_in(scope),
            )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, never the path itself."""
    return getattr(scope.get("route"), "path", NO_ROUTE)


def _is_uuid(text: str) -> bool:
    # Anything else might be a person's number.
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
