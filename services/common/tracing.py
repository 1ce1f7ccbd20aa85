"""Traces: W3C Trace Context through every part, and OpenTelemetry's spans where ``tracing`` is switched on.

The trace context always flows, also where nothing is exported: it came with the request (``traceparent``) or was made
at its beginning, and errors, logs, facts and messages carry its id. A span costs next to nothing while tracing is off.

Names and attributes of spans are names of operations, codes and ids. Nothing that people wrote goes into one: no
statement's parameters, no text of an exception.
"""

import random
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import (
    INVALID_SPAN,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.common.settings import Settings

Headers = Mapping[str, object]
"""Of a request or a message; a value of another type than text is not read."""

PARENT, STATE = "traceparent", "tracestate"
EVENT = "cloudEvents:"
"""Before the attributes of CloudEvents' Distributed Tracing extension, which keep where an event was made."""
FACTS_MADE = "xinqiao.facts"
"""Attribute: how many facts a transaction made."""
LONGEST = 512
"""Characters of a header that is read; a longer ``tracestate`` is dropped, as W3C allows."""

_w3c = TraceContextTextMapPropagator()
_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Makes spans with this tracer from now on; with None makes none, and passes contexts on as they come."""
    global _tracer
    _tracer = tracer


@contextmanager
def exporting(*, part: str, config: Settings) -> Iterator[None]:
    """Inside, this part's spans are exported where ``tracing`` is on; at the end what is left is sent."""
    if not config.tracing:
        yield
        return
    # Not loaded where tracing is off: it takes a part of a second, and memory.
    from services.common.tracing_export import Export, exporter_of

    export = Export(part=part, ratio=config.tracing_ratio, exporter=exporter_of(config))
    try:
        yield
    finally:
        export.close()


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    headers: Headers | None = None,
    trace: str | None = None,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Inside, this span is the current one. An exception that leaves it is told by its class alone.

    It belongs to what ``headers`` name; where they name nothing, to the current span; where there is none, to the
    trace with the id ``trace``. Else it begins a trace.
    """
    parent = _parent(headers, trace)
    if _tracer is None:
        if parent is None and not get_current_span().get_span_context().is_valid:
            parent = _remote(random.getrandbits(128) or 1)
        token = None if parent is None else attach(parent)
        try:
            # What notes something on it, notes nothing.
            yield INVALID_SPAN
        finally:
            if token is not None:
                detach(token)
        return
    # OpenTelemetry would keep an exception's text, and that may quote what people wrote.
    made = _tracer.start_span(
        name, context=parent, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    )
    token = attach(set_span_in_context(made, parent))
    try:
        yield made
    except BaseException as error:
        fail(made, type(error).__name__)
        raise
    finally:
        detach(token)
        made.end()


@contextmanager
def spans(name: str, many: Iterable[Headers], *, kind: SpanKind = SpanKind.CONSUMER) -> Iterator[None]:
    """One span for each message of a batch, in the trace of that message; none of them is the current one."""
    if _tracer is None:
        yield
        return
    with ExitStack() as open_spans:
        for headers in many:
            if (parent := _parent(headers, None)) is not None:
                made = _tracer.start_span(name, context=parent, kind=kind)
                open_spans.callback(made.end)
        yield


@contextmanager
def passing_on(name: str, headers: Headers, *, attributes: Mapping[str, str | int]) -> Iterator[dict[str, str]]:
    """Sending on a message that was made elsewhere: gives ``sent``, of a span of this hop where there is one."""
    if _tracer is None:
        yield {key: str(headers[EVENT + key]) for key in (PARENT, STATE) if EVENT + key in headers}
        return
    with span(name, kind=SpanKind.PRODUCER, headers=headers, attributes=attributes):
        yield sent()


def fail(made: Span, code: str) -> None:
    """Marks the span as failed, with a code or the class of an exception."""
    if made.is_recording():
        made.set_attribute("error.type", code)
        made.set_status(Status(StatusCode.ERROR))


def note(key: str, value: str | int) -> None:
    """Notes a code, an id or a number on the current span."""
    get_current_span().set_attribute(key, value)


def trace_id() -> str:
    """The id of the current trace, 32 hexadecimal digits; a new one where there is none."""
    current = get_current_span().get_span_context()
    return format_trace_id(current.trace_id if current.is_valid else random.getrandbits(128) or 1)


def current_trace() -> str | None:
    """The id of the current trace; None where there is none."""
    current = get_current_span().get_span_context()
    return format_trace_id(current.trace_id) if current.is_valid else None


def sent() -> dict[str, str]:
    """``traceparent``, and ``tracestate`` where there is one, for what is sent now; empty outside of any trace."""
    current = get_current_span().get_span_context()
    if not current.is_valid:
        return {}
    # Written by hand, for it is done once for each fact.
    parent = f"00-{current.trace_id:032x}-{current.span_id:016x}-{current.trace_flags:02x}"
    state = current.trace_state
    return {PARENT: parent, STATE: state.to_header()} if state else {PARENT: parent}


def made_here() -> dict[str, str]:
    """``sent`` as attributes of a CloudEvent that is made now."""
    return {EVENT + name: value for name, value in sent().items()}


def _parent(headers: Headers | None, trace: str | None) -> Context | None:
    """The context to work in; None where it is the current one, or there is none yet."""
    if headers is not None:
        for prefix in ("", EVENT):
            found = {name: headers.get(prefix + name) for name in (PARENT, STATE)}
            texts = {name: text for name, text in found.items() if isinstance(text, str) and len(text) <= LONGEST}
            if PARENT in texts:
                context = _w3c.extract(texts, Context())
                if get_current_span(context).get_span_context().is_valid:
                    return context
    if trace is not None and not get_current_span().get_span_context().is_valid:
        plain = trace.replace("-", "")
        if len(plain) == 32 and set(plain) <= set(string.hexdigits) and int(plain, 16):
            return _remote(int(plain, 16))
    return None


def _remote(trace: int) -> Context:
    """A context in this trace, not sampled, of a span that nobody has seen."""
    made = SpanContext(
        trace_id=trace, span_id=random.getrandbits(64) or 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.DEFAULT)
    )
    return set_span_in_context(NonRecordingSpan(made), Context())
