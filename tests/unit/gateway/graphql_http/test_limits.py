"""What asks for too much is refused before it is executed: with a code, the limit, what was found and what it costs."""

from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from gateway import execution
from services.common.settings import Settings
from tests.unit.gateway.graphql_http.made import GRAPHQL, client, codes

DEFAULTS = Settings()
DEEP = "{ petition { " + "similar { " * 20 + "id" + " }" * 20 + " } }"
LINKS = "".join(f"fragment F{n} on User {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
BOMB = f"{{ me {{ ...F0 }} }} {LINKS} fragment F60 on User {{ name }}"


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(monkeypatch)


def refused(door: TestClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = door.post("/graphql", json={"query": query, "variables": variables}, headers=GRAPHQL)
    assert answer.status_code == 400, answer.json()
    (error,) = answer.json()["errors"]
    extensions: dict[str, Any] = error["extensions"]
    assert str(extensions["limit"]) in error["message"]
    return extensions


def unvalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever validates from now on fails: what asks for too much is refused before that, for it takes long."""

    def validated(*_: object, **__: object) -> None:
        raise AssertionError("validated")

    monkeypatch.setattr(execution, "validate", validated)


@pytest.mark.parametrize(
    ("query", "code", "limit"),
    [
        ("{ me { " + "name " * 4000 + "} }", "QUERY_TOO_LONG", DEFAULTS.query_max_tokens),
        ("{ me { name } } #" + "x" * 100_000, "QUERY_TOO_LONG", 100_000),
        (DEEP, "QUERY_TOO_DEEP", DEFAULTS.query_max_depth),
        ("{ " + "".join(f"a{n}: me {{ name }} " for n in range(31)) + "}", "TOO_MANY_ROOT_FIELDS", 30),
        ("{ me { " + "".join(f"a{n}: name " for n in range(51)) + "} }", "TOO_MANY_ALIASES", 50),
        ("{ me { " + "name @skip(if: false) " * 51 + "} }", "TOO_MANY_DIRECTIVES", 50),
        ("{ me { " + "name " * 102 + "} }", "TOO_MANY_REPEATS", 100),
        ("{ me { ...F } } fragment F on User { " + "... on User { name } " * 102 + "}", "TOO_MANY_REPEATS", 100),
        (BOMB, "TOO_MANY_REPEATS", 100),
        # Validation would compare them, although nothing spreads the fragment.
        ("{ me { name } } fragment F on User { " + "name " * 3900 + "}", "TOO_MANY_REPEATS", 100),
        ("{ recent(first: 101) { id } }", "LIST_TOO_LONG", 100),
        ("{ recent(first: 100) { similar(first: 100) { similar(first: 100) { id } } } }", "QUERY_TOO_COSTLY", 50_000),
    ],
)
def test_the_defaults_refuse_what_no_console_asks(
    door: TestClient, monkeypatch: pytest.MonkeyPatch, query: str, code: str, limit: int
) -> None:
    if code not in ("LIST_TOO_LONG", "QUERY_TOO_COSTLY"):
        unvalidated(monkeypatch)
    extensions = refused(door, query)
    assert (extensions["code"], extensions["limit"]) == (code, limit)
    if code != "QUERY_TOO_LONG":
        assert extensions["found"] > limit
        assert extensions["cost"] > 0


def test_what_is_nested_beyond_all_measure_is_refused_like_anything_too_deep(door: TestClient) -> None:
    for query in ("{ me " * 1500, "{ petition(id: " + "[" * 3000, "{ me " * 300 + "{ name }" + "}" * 300):
        assert refused(door, query)["code"] == "QUERY_TOO_DEEP"


def test_a_document_without_an_operation_is_refused_before_it_is_validated(
    door: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unvalidated(monkeypatch)
    answer = door.post("/graphql", json={"query": "fragment F on User { " + "name " * 3900 + "}"}, headers=GRAPHQL)
    assert codes(answer.json()) == ["INVALID_QUERY"]


def test_the_values_of_variables_are_looked_at_each_time(door: TestClient) -> None:
    query = "query($n: Int!, $m: Int = 10) { recent(first: $n) { similar(first: $m) { similar(first: $m) { id } } } }"
    assert refused(door, query, n=101) == {
        **{"code": "LIST_TOO_LONG", "repeat": "NO", "field": "first"},
        **{"limit": 100, "found": 101, "cost": 1 + 101 * (1 + 10 * (1 + 10))},
    }
    assert refused(door, query, n=100, m=100)["code"] == "QUERY_TOO_COSTLY"
    # GraphQL takes a whole number for an Int however JSON writes it.
    assert refused(door, query, n=101.0)["code"] == "LIST_TOO_LONG"
    assert refused(door, query, n=100.0, m=100.0)["code"] == "QUERY_TOO_COSTLY"
    answer = door.post("/graphql", json={"query": query, "variables": {"n": 5}})
    assert answer.json() == {"data": {"recent": []}}


def test_numbers_beyond_reading_are_not_written_out(door: TestClient) -> None:
    assert refused(door, BOMB)["found"] == 999_999_999


def test_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, query, code in (
        ("query_max_depth", "{ me { name } }", "QUERY_TOO_DEEP"),
        ("query_max_root_fields", "{ me { name } a: me { name } }", "TOO_MANY_ROOT_FIELDS"),
        ("query_max_aliases", "{ me { a: name b: name } }", "TOO_MANY_ALIASES"),
        ("query_max_cost", "{ me { name } }", "QUERY_TOO_COSTLY"),
        ("query_max_tokens", "{ me { name } }", "QUERY_TOO_LONG"),
        ("query_max_rows", "{ recent(first: 2) { id } }", "LIST_TOO_LONG"),
    ):
        assert refused(client(monkeypatch, msgspec.structs.replace(DEFAULTS, **{name: 1})), query)["code"] == code


def test_a_document_that_was_refused_is_refused_again_and_not_kept(door: TestClient) -> None:
    for _ in range(2):
        assert refused(door, DEEP)["code"] == "QUERY_TOO_DEEP"
