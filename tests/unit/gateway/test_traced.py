"""What a request's trace is, at the gateway's edge."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.traced import Traced
from services.common import tracing

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def told(request: Request) -> Response:
    return PlainTextResponse(tracing.trace_id(), status_code=int(request.path_params["status"]))


async def broken(request: Request) -> Response:
    raise ValueError("张三")


APP = Traced(Starlette(routes=[Route("/files/{status}", told), Route("/broken", broken)]))


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider.get_tracer("test"))
    yield exporter
    tracing.use(None)


def get(path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=APP, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_an_answer_tells_the_trace_that_came_with_the_request() -> None:
    answer = get("/files/200", {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert answer.text == answer.headers["x-trace-id"] == TRACE
    assert answer.headers["traceresponse"].startswith(f"00-{TRACE}-")


def test_each_request_without_one_begins_its_own() -> None:
    first, second = get("/files/200"), get("/files/404")
    assert first.text == first.headers["x-trace-id"] != second.headers["x-trace-id"]
    assert len(first.text) == 32


def test_the_span_is_named_by_the_route_and_not_by_the_address(spans: InMemorySpanExporter) -> None:
    get("/files/503?name=张三", {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    (span,) = spans.get_finished_spans()
    assert (span.name, span.kind, span.status.status_code) == ("GET /files/{status}", SpanKind.SERVER, StatusCode.ERROR)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 503,
        "http.route": "/files/{status}",
        "error.type": "503",
    }


def test_what_fails_is_told_by_its_class(spans: InMemorySpanExporter) -> None:
    answer = get("/broken")
    assert answer.status_code == 500
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert span.events == ()


def test_an_address_that_is_none_is_not_told(spans: InMemorySpanExporter) -> None:
    get("/张三")
    (span,) = spans.get_finished_spans()
    assert span.name == "GET"


def test_what_was_current_where_it_was_called_from_is_not_its_trace() -> None:
    with tracing.span("the request before it on the same connection"):
        assert get("/files/200").text != tracing.trace_id()
