"""The context flows with and without export; spans tell operations, codes and ids, nothing that people wrote."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import StatusCode

from services.common import tracing
from services.common.settings import Settings
from tests.harness.collector import started_collector

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


class Memory:
    def __init__(self, ratio: float = 1.0) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(ratio)), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        tracing.use(provider.get_tracer("test"))

    def __getitem__(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self._exporter.get_finished_spans() if span.name == name]
        return found

    @property
    def names(self) -> list[str]:
        return [span.name for span in self._exporter.get_finished_spans()]


@pytest.fixture
def memory() -> Iterator[Memory]:
    yield Memory()
    tracing.use(None)


def numbers(span: ReadableSpan) -> tuple[str, str, str | None]:
    own, parent = span.get_span_context(), span.parent
    assert own is not None
    return f"{own.trace_id:032x}", f"{own.span_id:016x}", f"{parent.span_id:016x}" if parent else None


def test_without_export_the_context_flows_as_it_came() -> None:
    with tracing.span("request", headers={"traceparent": TRACEPARENT, "tracestate": "vendor=1"}), tracing.span("inner"):
        assert tracing.trace_id() == TRACE
        assert tracing.sent() == {"traceparent": TRACEPARENT, "tracestate": "vendor=1"}
        assert tracing.made_here()["cloudEvents:traceparent"] == TRACEPARENT
    assert tracing.sent() == {}


def test_without_export_what_begins_here_has_one_id_and_asks_nobody_to_sample() -> None:
    with tracing.span("request"):
        trace = tracing.trace_id()
        with tracing.span("inner"):
            assert tracing.trace_id() == trace
        assert tracing.sent()["traceparent"].split("-")[1::2] == [trace, "00"]
    assert len(trace) == 32
    assert tracing.trace_id() != trace


@pytest.mark.parametrize(
    "given",
    [
        *({}, {"traceparent": ""}, {"traceparent": 7}, {"traceparent": b"00"}, {"traceparent": {"a": 1}}),
        *({"traceparent": f"00-{'0' * 32}-{PARENT}-01"}, {"traceparent": f"ff-{TRACE}-{PARENT}-01"}),
        *({"traceparent": f"00-{TRACE.upper()}x-{PARENT}-01"}, {"traceparent": TRACEPARENT * 20}),
    ],
)
def test_headers_that_are_none_begin_a_trace(given: tracing.Headers) -> None:
    with tracing.span("request", headers=given):
        assert tracing.trace_id() != TRACE


def test_an_endless_tracestate_is_dropped_and_the_trace_goes_on() -> None:
    endless = ",".join(f"k{n}=v" for n in range(400))
    with tracing.span("request", headers={"traceparent": TRACEPARENT, "tracestate": endless}):
        assert tracing.sent() == {"traceparent": TRACEPARENT}


def test_of_a_message_the_last_hop_counts_before_where_its_event_was_made() -> None:
    hop = f"00-{TRACE}-{'1' * 16}-01"
    with tracing.span("on", headers={"cloudEvents:traceparent": TRACEPARENT, "traceparent": hop}):
        assert tracing.sent() == {"traceparent": hop}
    with tracing.span("on", headers={"cloudEvents:traceparent": TRACEPARENT}):
        assert tracing.sent() == {"traceparent": TRACEPARENT}


def test_a_message_of_before_is_in_the_trace_that_its_fact_names() -> None:
    with tracing.span("on", headers={}, trace="0192f6a0-6c1e-7d57-9a5b-2a3f5e8c1d41"):
        assert tracing.trace_id() == "0192f6a06c1e7d579a5b2a3f5e8c1d41"
    with tracing.span("on", headers={}, trace="t-1"):
        assert len(tracing.trace_id()) == 32


def test_spans_are_children_of_what_came_and_of_each_other(memory: Memory) -> None:
    with tracing.span("request", headers={"traceparent": TRACEPARENT}):
        with tracing.span("command", attributes={"xinqiao.county": "611021"}):
            sent = tracing.sent()
        with tracing.span("view"):
            pass
    with tracing.span("service", headers=sent):
        pass
    ids = {name: numbers(memory[name]) for name in ("request", "command", "view", "service")}
    assert {trace for trace, _, _ in ids.values()} == {TRACE}
    assert ids["request"][2] == PARENT
    assert ids["command"][2] == ids["view"][2] == ids["request"][1]
    assert ids["service"][2] == ids["command"][1]


def test_each_message_of_a_batch_has_its_span_in_its_own_trace(memory: Memory) -> None:
    other = f"00-{'a' * 32}-{'b' * 16}-01"
    with tracing.spans("view", [{"traceparent": TRACEPARENT}, {}, {"traceparent": other}]):
        assert tracing.current_trace() is None
    traces = sorted(numbers(span)[0] for span in memory._exporter.get_finished_spans())
    assert traces == [TRACE, "a" * 32]


def test_who_asks_not_to_be_sampled_is_not_and_still_has_a_context(memory: Memory) -> None:
    with tracing.span("request", headers={"traceparent": TRACEPARENT[:-1] + "0"}):
        assert tracing.trace_id() == TRACE
        assert tracing.sent()["traceparent"].endswith("-00")
    assert memory.names == []


def test_of_what_begins_here_the_share_that_is_set_is_kept() -> None:
    try:
        memory = Memory(ratio=0.25)
        for _ in range(2000):
            with tracing.span("request"):
                assert tracing.current_trace()
        assert 0.15 < len(memory.names) / 2000 < 0.35
    finally:
        tracing.use(None)


def test_an_exception_is_told_by_its_class_and_never_by_its_text(memory: Memory) -> None:
    with pytest.raises(ValueError, match="张三"), tracing.span("command"):
        raise ValueError("张三 13800001234")
    span = memory["command"]
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert span.status.description is None
    assert span.events == ()


def test_a_part_that_ends_has_sent_its_last_span_to_the_collector() -> None:
    with started_collector() as collector:
        config = Settings(tracing=True, tracing_endpoint=collector.endpoint)
        with tracing.exporting(part="intake", config=config), tracing.span("outer"), tracing.span("inner"):
            trace = tracing.trace_id()
        spans = {span.name: span for span in collector.of(trace)}
        assert spans["inner"].parent == spans["outer"].id
        assert spans["outer"].parent == ""
        assert {span.part for span in spans.values()} == {"intake"}


def test_a_look_that_found_nothing_to_do_is_no_trace() -> None:
    with started_collector() as collector:
        config = Settings(tracing=True, tracing_endpoint=collector.endpoint)
        with tracing.exporting(part="sweeper", config=config):
            for facts in (0, 2):
                with tracing.span("transaction") as span:
                    span.set_attribute(tracing.FACTS_MADE, facts)
            with tracing.span("command"), tracing.span("transaction") as span:
                span.set_attribute(tracing.FACTS_MADE, 0)
        kept = sorted((span.name, span.attributes.get(tracing.FACTS_MADE)) for span in collector.spans)
        assert kept == [("command", None), ("transaction", 0), ("transaction", 2)]


def test_a_collector_that_takes_nothing_holds_up_neither_work_nor_the_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        config = Settings(tracing=True, tracing_endpoint=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        began = time.monotonic()
        with tracing.exporting(part="intake", config=config):
            for _ in range(3000):
                with tracing.span("command"):
                    pass
            worked = time.monotonic() - began
        assert worked < 3
        assert time.monotonic() - began < worked + 8


def test_off_makes_no_exporter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "services.common.tracing_export", None)
    with tracing.exporting(part="intake", config=Settings()), tracing.span("command") as span:
        assert not span.is_recording()


GREEN = """
import os
import services.common.process  # patches, as every service process does
import eventlet
from services.common import logs, tracing
from services.common.settings import Settings

logs.configure(part="green", level="INFO")
ticks = 0

def tick():
    global ticks
    while True:
        ticks += 1
        eventlet.sleep(0.01)

def work(number):
    given = {"traceparent": f"00-{number:032x}-{number:016x}-01"}
    with tracing.span("outer", headers=given):
        for _ in range(5):
            eventlet.sleep(0.01)
            with tracing.span("inner"):
                eventlet.sleep(0.01)
                assert tracing.trace_id() == f"{number:032x}", (number, tracing.trace_id())
                logs.get("green").info("worked", number=number)
    assert tracing.current_trace() is None

config = Settings(tracing=True, tracing_endpoint=os.environ["ENDPOINT"])
with tracing.exporting(part="green", config=config):
    eventlet.spawn(tick)
    pool = eventlet.GreenPool(50)
    for number in range(1, 51):
        pool.spawn(work, number)
    pool.waitall()
    before = ticks
    eventlet.sleep(3)  # The background exporter's turn has come meanwhile.
    assert ticks - before > 100, ticks - before
"""


def test_green_workers_keep_their_traces_apart_and_the_exporter_works_beside_them() -> None:
    with started_collector() as collector:
        environ = {**os.environ, "ENDPOINT": collector.endpoint}
        done = subprocess.run([sys.executable, "-c", GREEN], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(collector.spans) == 50 * 6
        for number in range(1, 51):
            spans = collector.of(f"{number:032x}")
            (outer,) = [span for span in spans if span.name == "outer"]
            assert outer.parent == f"{number:016x}"
            assert [span.parent for span in spans if span.name == "inner"] == [outer.id] * 5
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    worked = [line for line in lines if line["event"] == "worked"]
    assert len(worked) == 250
    assert all(line["trace"] == f"{line['number']:032x}" for line in worked)
