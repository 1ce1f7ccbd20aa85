"""What each request passes on its way to its route, outermost first."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from gateway.traced import Traced
from gateway.web.body_limit import BodyLimit
from gateway.web.faults import Faults
from gateway.web.request_log import REQUEST_HEADER, RequestLog
from gateway.web.security import SecurityHeaders
from services.common.settings import Settings

OWN_BODY_LIMITS = ("/attachments",)
"""They stream, and measure by ``attachment_max_mb``."""


def stack(config: Settings) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders, config=config),
        # The log line below is within the request's trace.
        Middleware(Traced),
        Middleware(RequestLog),
        *([_cors(config)] if config.cors_origins else []),
        Middleware(BodyLimit, most=config.max_body_kb * 1024, own=OWN_BODY_LIMITS),
        Middleware(Faults),
    ]


def _cors(config: Settings) -> Middleware:
    """For consoles of other origins, by name. No credentials: tokens travel in a header of their own."""
    return Middleware(
        CORSMiddleware,
        allow_origins=config.cors_origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Idempotency-Key", REQUEST_HEADER, "traceparent", "tracestate"),
        expose_headers=("X-Trace-Id", "traceresponse", REQUEST_HEADER, "Retry-After", "Content-Disposition"),
        allow_credentials=False,
    )
