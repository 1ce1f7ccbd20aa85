"""Where spans go: to an OpenTelemetry collector, or into the part's own log. Loaded where ``tracing`` is on."""

import threading
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import StatusCode, format_span_id, format_trace_id

from services.common import logs
from services.common.settings import Settings
from services.common.tracing import FACTS_MADE, use

EXPORT_SECONDS = 3.0
"""How long one delivery to a collector may take, its repetitions included."""
FLUSH_SECONDS = 5.0
"""How long a part that ends waits for its last spans to be taken."""
EVERY_SECONDS = 2.0

log = logs.get(__name__)


class LogExporter(SpanExporter):
    """Each span as a line of the log, for a machine without a collector."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            own, parent = span.get_span_context(), span.parent
            assert own is not None
            log.info(
                "span",
                span=span.name,
                trace=format_trace_id(own.trace_id),
                span_id=format_span_id(own.span_id),
                parent_id=format_span_id(parent.span_id) if parent else None,
                milliseconds=round(((span.end_time or 0) - (span.start_time or 0)) / 1e6, 3),
                failed=_failed(span),
                attributes=dict(span.attributes or {}),
            )
        return SpanExportResult.SUCCESS


class Processor(BatchSpanProcessor):
    """In batches and in the background; when a collector is away too long, what no longer fits is dropped."""

    def on_end(self, span: ReadableSpan) -> None:
        # The sweeper and the watcher look every second: a look that found nothing to do is no trace.
        if span.parent is None and not _failed(span) and (span.attributes or {}).get(FACTS_MADE) == 0:
            return
        super().on_end(span)


class Export:
    """Spans of one part, from its start to its end."""

    def __init__(self, *, part: str, ratio: float, exporter: SpanExporter) -> None:
        """``ratio``: of the traces that begin here the share that is kept; one that comes from elsewhere says itself
        whether it is."""
        self._provider = TracerProvider(
            resource=Resource.create({"service.namespace": "xinqiao", "service.name": part}),
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(Processor(exporter, schedule_delay_millis=EVERY_SECONDS * 1000))
        use(self._provider.get_tracer("xinqiao"))

    def close(self) -> None:
        """Sends what is left, and waits ``FLUSH_SECONDS`` at most: a collector that is away holds up nobody."""
        use(None)
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(FLUSH_SECONDS)


def _failed(span: ReadableSpan) -> bool:
    return span.status.status_code is StatusCode.ERROR


def exporter_of(config: Settings) -> SpanExporter:
    if config.tracing_exporter == "log":
        return LogExporter()
    return OTLPSpanExporter(endpoint=f"{config.tracing_endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
