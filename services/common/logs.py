"""Structured logs: one JSON object a line, with county, tenant, petition and trace, and no personal data.

Log calls take an event name and ids only. What people wrote (titles, bodies, names, reasons, numbers of
phones and papers) is never passed to a logger; ``scrub`` removes it should a field of that name appear.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

from services.common.tracing import current_trace

NEVER_LOGGED = frozenset(
    {"title", "body", "name", "petitioners", "identity_number", "phone", "address", "opinion", "note", "reason",
     "password", "token", "command", "state", "remark"}
)  # fmt: skip


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for field in NEVER_LOGGED & event.keys():
        event[field] = "***"
    return event


def with_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Adds the id of the trace in which the line is logged."""
    if "trace" not in event and (trace := current_trace()) is not None:
        event["trace"] = trace
    return event


def without_rows(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops PostgreSQL's DETAIL lines from tracebacks: they quote the row, and so what people wrote."""
    if isinstance(text := event.get("exception"), str):
        event["exception"] = "\n".join(line for line in text.splitlines() if not line.startswith("DETAIL:"))
    return event


def configure(*, part: str, level: str) -> None:
    """Sends this process's logs, ours and libraries', to standard output as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_trace,
        scrub,
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_rows,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("amqp", "kombu", "aiormq", "aio_pika", "uvicorn.access", "nameko"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # The drivers' errors quote the statement's parameters, and those are what people wrote.
    logging.getLogger("sqlalchemy").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(part=part)


@contextmanager
def context(**ids: str | None) -> Iterator[None]:
    """Puts ids on every line that is logged inside."""
    with structlog.contextvars.bound_contextvars(**{key: value for key, value in ids.items() if value}):
        yield


def get(name: str) -> Any:
    return structlog.stdlib.get_logger(name)
