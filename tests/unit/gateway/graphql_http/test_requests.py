"""What may be sent to ``/graphql``, and what is answered, through the real door."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.unit.gateway.graphql_http.made import GRAPHQL, client, codes

JSON = {"Content-Type": "application/json"}
ME = "{ me { name } }"


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(monkeypatch)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'application/json;charset="UTF-8"']
)
def test_json_in_utf_8_is_taken(door: TestClient, content_type: str) -> None:
    answer = door.post("/graphql", content=json.dumps({"query": ME}), headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()) == (200, {"data": {"me": {"name": "甲"}}})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json; charset=gbk",
        "application/jsonp",
        "application/graphql",
        "",
    ],
)
def test_what_a_page_of_another_site_could_send_is_refused(door: TestClient, content_type: str) -> None:
    for query in (ME, "mutation { close }"):
        body = json.dumps({"query": query}).encode()
        answer = door.post("/graphql", content=body, headers={"Content-Type": content_type})
        assert (answer.status_code, codes(answer.json())) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "INVALID_INPUT"),
        (b"{", "INVALID_INPUT"),
        (b"null", "INVALID_INPUT"),
        (b'"{ me { name } }"', "INVALID_INPUT"),
        (b"{}", "INVALID_INPUT"),
        (b'{"qeury": "{ me { name } }"}', "INVALID_INPUT"),
        (b'{"query": null}', "INVALID_INPUT"),
        (b'{"query": ["{ me { name } }"]}', "INVALID_INPUT"),
        (b'{"query": "{ me { name } }", "documentId": "sha256:0"}', "INVALID_INPUT"),
        (b'{"query": "{ me { name } }", "variables": "x"}', "INVALID_INPUT"),
        (b'{"query": "{ me { name } }", "variables": [1]}', "INVALID_INPUT"),
        (b'{"query": "{ me { name } }", "operationName": 3}', "INVALID_INPUT"),
        (b'{"query": "{ me { name } }", "extensions": false}', "INVALID_INPUT"),
        (b'{"query": "\xff"}', "INVALID_INPUT"),
        (b"[" * 200_000, "INVALID_INPUT"),
        # What PostgreSQL cannot take: in a variable, and in the document itself.
        (rb'{"query": "query($s: String) { ask(about: $s) }", "variables": {"s": "a\u0000b"}}', "INVALID_INPUT"),
        (rb'{"query": "{ ask(about: \"a\\u0000b\") }"}', "INVALID_INPUT"),
        (b'[{"query": "{ me { name } }"}]', "BATCHING_REFUSED"),
        (b"[]", "BATCHING_REFUSED"),
    ],
)
def test_what_is_no_request_is_a_400_in_both_media_types(door: TestClient, accept: str, body: bytes, code: str) -> None:
    answer = door.post("/graphql", content=body, headers={**JSON, "Accept": accept})
    assert (answer.status_code, codes(answer.json())) == (400, [code])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"query": "{"}, "INVALID_QUERY"),
        ({"query": "{ nothing }"}, "INVALID_QUERY"),
        ({"query": "query A { me { name } } query B { me { name } }"}, "INVALID_QUERY"),
        ({"query": ME, "operationName": "Other"}, "INVALID_QUERY"),
        ({"query": "query($i: ID!) { petition(id: $i) { id } }"}, "INVALID_INPUT"),
        (
            {"query": "query($n: Int!) { petitions(first: $n) { totalCount } }", "variables": {"n": "x"}},
            "INVALID_INPUT",
        ),
        ({"query": "subscription { caseChanged { id } }"}, "SUBSCRIPTION_NEEDS_SOCKET"),
        ({"documentId": "sha256:0"}, "UNKNOWN_DOCUMENT"),
        ({"query": "{ __schema { queryType { name } } }"}, "INVALID_QUERY"),
        ({"query": "fragment F on Query { me { name } }"}, "INVALID_QUERY"),
    ],
)
def test_a_document_that_cannot_be_executed_says_so_as_the_media_type_wants(
    door: TestClient, asked: dict[str, Any], code: str
) -> None:
    new, old = door.post("/graphql", json=asked, headers=GRAPHQL), door.post("/graphql", json=asked)
    assert (new.status_code, old.status_code) == (400, 200)
    assert set(codes(new.json())) == set(codes(old.json())) == {code}
    assert "data" not in new.json()


def test_what_fails_while_it_is_executed_is_a_200_with_data_and_errors(door: TestClient) -> None:
    answer = door.post("/graphql", json={"query": "{ me { name } broken }"}, headers=GRAPHQL)
    assert answer.status_code == 200
    assert answer.json()["data"] == {"me": {"name": "甲"}, "broken": None}
    (error,) = answer.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["broken"], "INTERNAL")
    # Masked: the trace id leads to the log, and nothing of what went wrong is told.
    assert answer.headers["X-Trace-Id"] in error["message"]
    assert not {"赵小树", "RuntimeError", "Traceback"} & set(error["message"].split())
    assert set(error) == {"message", "path", "locations", "extensions"}


def test_null_stands_for_a_parameter_that_is_not_given(door: TestClient) -> None:
    asked = {"query": ME, "variables": None, "operationName": None, "extensions": None, "documentId": None}
    assert door.post("/graphql", json=asked).json() == {"data": {"me": {"name": "甲"}}}


def test_queries_may_be_asked_by_get(door: TestClient) -> None:
    query = "query A($n: Int) { petitions(first: $n) { __typename } } query B { me { name } }"
    given = {"query": query, "operationName": "B", "variables": '{"n": 3}', "extensions": "{}"}
    answer = door.get("/graphql", params=given, headers=GRAPHQL)
    assert (answer.status_code, answer.json()) == (200, {"data": {"me": {"name": "甲"}}})


def test_a_mutation_by_get_is_refused_with_the_method_that_is_allowed(door: TestClient) -> None:
    for accept in ("application/json", "application/graphql-response+json"):
        given = {"query": "query A { me { name } } mutation B { close }", "operationName": "B"}
        answer = door.get("/graphql", params=given, headers={"Accept": accept})
        assert (answer.status_code, codes(answer.json())) == (405, ["MUTATION_NEEDS_POST"])
        assert answer.headers["Allow"] == "POST"
    assert door.post("/graphql", json=given).json() == {"data": {"close": True}}


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "variables={}", "query={me{name}}&query={me{name}}", "query={me{name}}&variables=x",
     "query={me{name}}&variables=[1]", "query={me{name}}&extensions=1"],
)  # fmt: skip
def test_a_get_without_a_query_or_with_parameters_that_do_not_fit_is_a_400(door: TestClient, query_string: str) -> None:
    answer = door.get(f"/graphql?{query_string}")
    assert (answer.status_code, codes(answer.json())) == (400, ["INVALID_INPUT"])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_told_which_there_are(door: TestClient, method: str) -> None:
    answer = door.request(method, "/graphql")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_who_accepts_no_json_is_told_so(door: TestClient) -> None:
    answer = door.post("/graphql", json={"query": ME}, headers={"Accept": "text/html"})
    assert (answer.status_code, codes(answer.json())) == (406, ["NOT_ACCEPTABLE"])


def test_no_answer_is_kept_by_whoever_stands_between(door: TestClient) -> None:
    answer = door.get("/graphql", params={"query": ME})
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Accept")
