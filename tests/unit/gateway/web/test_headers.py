"""What holds for every route: headers, origins, body limits, masked faults, and the line in the log."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient
from structlog.testing import LogCapture

from gateway.pages import POLICY, WELCOME
from gateway.web.security import HEADERS, NOTHING, policy_of
from tests.unit.gateway.graphql_http.made import client, codes

CONSOLE = "https://console.example.gov.cn"


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(monkeypatch)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    before = structlog.get_config()
    capture = LogCapture()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.configure(**before)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/graphql", 405),
        ("GET", "/graphql?query={me{name}}", 200),
        ("GET", "/graphql", 400),
        ("GET", "/files/abc", 200),
        ("GET", "/files/abc?raise=1", 500),
    ],
)
def test_every_answer_has_the_security_headers(door: TestClient, method: str, path: str, status: int) -> None:
    answer = door.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in answer.headers
    assert len(answer.headers["X-Trace-Id"]) == 32


def test_what_a_route_says_itself_stands(door: TestClient) -> None:
    answer = door.get("/files/abc?own=1")
    assert (answer.headers["Content-Security-Policy"], answer.headers["Cache-Control"]) == ("sandbox", "private")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_https_is_kept_to_where_the_public_address_is_https(monkeypatch: pytest.MonkeyPatch) -> None:
    secure = client(monkeypatch, public_address="https://xinqiao.example.gov.cn")
    assert secure.get("/files/abc").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_welcome_page_carries_out_its_own_script_alone() -> None:
    assert WELCOME.count("<script>") == WELCOME.count("<style>") == 1
    assert policy_of(WELCOME) == POLICY
    assert (POLICY.count("sha256-"), "unsafe" in POLICY) == (2, False)
    assert "frame-ancestors 'none'" in NOTHING


def test_graphiql_loads_nothing_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client(monkeypatch, graphiql=True).get("/graphiql")
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy


def test_without_a_setting_no_page_of_another_origin_may_ask(door: TestClient) -> None:
    preflight = {"Origin": CONSOLE, "Access-Control-Request-Method": "POST"}
    answers = [door.options("/graphql", headers=preflight), door.post("/graphql", json={}, headers=preflight)]
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


def test_a_console_of_another_origin_may_ask_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    door = client(monkeypatch, cors_origins=(CONSOLE,))
    headers = "authorization, content-type, idempotency-key, traceparent"
    wanted = {"Origin": CONSOLE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
    answer = door.options("/graphql", headers=wanted)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == CONSOLE
    assert set(headers.split(", ")) <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(", "))
    asked = door.post("/graphql", json={"query": "{ me { name } }"}, headers={"Origin": CONSOLE})
    assert asked.headers["Access-Control-Allow-Origin"] == CONSOLE
    assert "Origin" in asked.headers["Vary"]
    assert "Accept" in asked.headers["Vary"]
    assert "X-Trace-Id" in asked.headers["Access-Control-Expose-Headers"]
    for one in (answer, asked):
        assert "Access-Control-Allow-Credentials" not in one.headers


@pytest.mark.parametrize(
    ("origin", "method", "header"),
    [
        ("https://elsewhere.example", "POST", ""),
        ("null", "POST", ""),
        (CONSOLE, "DELETE", ""),
        (CONSOLE, "POST", "x-y"),
    ],
)
def test_what_is_not_allowed_gets_no_leave(
    monkeypatch: pytest.MonkeyPatch, origin: str, method: str, header: str
) -> None:
    door = client(monkeypatch, cors_origins=(CONSOLE,))
    wanted = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    answer = door.options("/graphql", headers={name: value for name, value in wanted.items() if value})
    assert answer.status_code == 400
    assert answer.headers.get("Access-Control-Allow-Origin") != origin or origin == CONSOLE


@pytest.mark.parametrize("path", ["/graphql", "/files/abc"])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_large_is_refused_on_every_route(
    monkeypatch: pytest.MonkeyPatch, path: str, chunked: bool
) -> None:
    door = client(monkeypatch, max_body_kb=16)
    body = b"x" * (16 * 1024 + 1)
    answer = door.post(path, content=iter([body[:9000], body[9000:]]) if chunked else body, headers=JSON)
    assert (answer.status_code, codes(answer.json())) == (413, ["BODY_TOO_LARGE"])
    assert "16 KB" in answer.json()["errors"][0]["message"]
    assert door.post("/files/abc", content=body[:-1]).content == body[:-1]


def test_attachments_measure_for_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"x" * 100_000
    assert client(monkeypatch, max_body_kb=16).post("/attachments", content=body).content == body


def test_a_fault_is_masked_behind_its_trace(door: TestClient, logged: list[Any]) -> None:
    answer = door.get("/files/abc?raise=1")
    assert (answer.status_code, codes(answer.json())) == (500, ["INTERNAL"])
    trace = answer.headers["X-Trace-Id"]
    assert trace in answer.json()["errors"][0]["message"]
    assert "13800001234" not in answer.text
    assert [one["trace"] for one in logged if one["event"] == "request_failed"] == [trace]


def test_a_request_is_logged_by_its_route_and_not_by_what_it_is_about(door: TestClient, logged: list[Any]) -> None:
    secret = "611021N202611220001"
    headers = {"X-Request-Id": "13800001234", "Authorization": "Bearer s3cret", "X-Forwarded-For": "203.0.113.9"}
    door.get(f"/files/{secret}?code={secret}&name=赵小树", headers=headers)
    door.get(f"/{secret}")
    query = f'query Work {{ me {{ name }} petition(id: "{secret}") {{ id }} }}'
    door.post("/graphql", json={"query": query, "variables": {"v": secret}}, headers=headers)
    lines = [one for one in logged if one["event"] == "request"]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("GET", "/files/{token}", 200),
        ("GET", "-", 404),
        ("POST", "/graphql", 200),
    ]
    assert {"county": "611021", "tenant": "xfj", "operation": "Work", "kind": "query"}.items() <= lines[2].items()
    assert lines[2]["cost"] == 4
    assert all(one["ms"] >= 0 and one["trace"] for one in lines)
    assert lines[2]["bytes"] > 20
    told = json.dumps(lines, ensure_ascii=False)
    for personal in (secret, "赵小树", "13800001234", "s3cret", "203.0.113.9", "clerk@luonan"):
        assert personal not in told


@pytest.mark.parametrize(
    ("given", "back", "in_log"),
    [
        ("0192f6a0-6c1e-7d57-9a5b-2a3f5e8c1d40", True, True),
        ("build-7.2", True, False),
        ("13800001234", True, False),
        ("a b", False, False),
        ("x" * 65, False, False),
    ],
)
def test_a_request_id_comes_back_and_only_a_uuid_is_logged(
    door: TestClient, logged: list[Any], given: str, back: bool, in_log: bool
) -> None:
    answer = door.get("/files/abc", headers={"X-Request-Id": given})
    assert (answer.headers.get("X-Request-Id") == given) is back
    (line,) = (one for one in logged if one["event"] == "request")
    assert ("request_id" in line) is in_log


def test_an_operation_whose_name_is_no_plain_word_is_not_named(door: TestClient, logged: list[Any]) -> None:
    name = "x" * 65
    door.post("/graphql", json={"query": f"query {name} {{ me {{ name }} }}"})
    (line,) = (one for one in logged if one["event"] == "request")
    assert "operation" not in line


JSON = {"Content-Type": "application/json"}
