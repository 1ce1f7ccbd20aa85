"""The checks of graphql-cop (dolevf's, which is no package of PyPI), each asked as it asks them, of the defaults."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from gateway.execution import MAX_ERRORS
from services.common.settings import Settings
from tests.unit.gateway.graphql_http.made import client, codes

CIRCULAR_INTROSPECTION = (
    "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name }" + " }" * 10
)
CIRCULAR_FRAGMENT = """query { __schema { ...A } }
    fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }"""


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(monkeypatch)


@pytest.fixture
def open_door(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """As ``./xinqiao up`` sets it where only this machine reaches it."""
    return client(monkeypatch, introspection=True, graphiql=True, query_suggestions=True)


def ask(door: TestClient, query: str) -> dict[str, Any]:
    body: dict[str, Any] = door.post("/graphql", json={"query": query}).json()
    return body


def test_alias_overloading(door: TestClient) -> None:
    query = "query cop { " + "".join(f"alias{n}:__typename \n" for n in range(101)) + "}"
    assert codes(ask(door, query)) == ["TOO_MANY_ROOT_FIELDS"]
    below = "query cop { me { " + "".join(f"alias{n}:__typename \n" for n in range(101)) + "} }"
    assert codes(ask(door, below)) == ["TOO_MANY_ALIASES"]


def test_array_based_query_batching(door: TestClient) -> None:
    answer = door.post("/graphql", json=[{"query": "query cop { __typename }"}] * 10)
    assert (answer.status_code, codes(answer.json())) == (400, ["BATCHING_REFUSED"])


def test_directive_overloading(door: TestClient) -> None:
    assert len(ask(door, "query cop { __typename " + "@aa" * 10 + " }")["errors"]) <= MAX_ERRORS + 1 < 10
    assert codes(ask(door, "query cop { __typename " + "@aa" * 60 + " }")) == ["TOO_MANY_DIRECTIVES"]


def test_introspection_based_circular_query(door: TestClient, open_door: TestClient) -> None:
    assert set(codes(ask(door, CIRCULAR_INTROSPECTION))) == {"INVALID_QUERY"}
    assert codes(ask(open_door, CIRCULAR_INTROSPECTION)) == ["INVALID_QUERY"]


def test_circular_fragment(door: TestClient, open_door: TestClient) -> None:
    for one in (door, open_door):
        assert set(codes(ask(one, CIRCULAR_FRAGMENT))) == {"INVALID_QUERY"}


def test_field_duplication(door: TestClient) -> None:
    assert codes(ask(door, "query cop { " + "__typename \n" * 500 + "}")) == ["TOO_MANY_ROOT_FIELDS"]
    assert codes(ask(door, "query cop { me { " + "__typename \n" * 500 + "} }")) == ["TOO_MANY_REPEATS"]


@pytest.mark.parametrize(
    "query",
    [
        "query cop { __schema { directive } }",
        "{ mee { name } }",
        "{ me { nam } }",
        "{ petitions(frist: 1) { __typename } }",
        "{ ... on Petitoin { id } }",
        "query($x: Strin) { me { name } }",
        'mutation { register(tile: "x") { id } }',
    ],
)
def test_field_suggestions(door: TestClient, open_door: TestClient, query: str) -> None:
    assert "Did you mean" not in str(ask(door, query))
    assert "Did you mean" in str(ask(open_door, query))


def test_introspection(door: TestClient, open_door: TestClient) -> None:
    query = "query cop { __schema { types { name fields { name } } } }"
    assert set(codes(ask(door, query))) == {"INVALID_QUERY"}
    assert len(ask(open_door, query)["data"]["__schema"]["types"]) > 10
    assert codes(ask(door, '{ __type(name: "Petition") { name } }'))[0] == "INVALID_QUERY"
    # What clients add to every selection tells nothing of the schema that they do not ask for anyway.
    assert ask(door, "{ __typename me { __typename name } }")["data"]["me"] == {"__typename": "User", "name": "甲"}


def test_graphql_ide(door: TestClient, open_door: TestClient) -> None:
    for path in ("/graphiql", "/playground", "/console", "/graphql"):
        answer = door.get(path, headers={"Accept": "text/html"})
        assert answer.status_code in {404, 406}
        assert not {"graphiql.min.css", "GraphQL Playground", "GraphiQL"} & set(answer.text.split())
    assert "GraphiQL" in open_door.get("/graphiql").text


def test_mutation_over_get(door: TestClient) -> None:
    answer = door.get("/graphql", params={"query": "mutation { __typename }"})
    assert (answer.status_code, codes(answer.json())) == (405, ["MUTATION_NEEDS_POST"])


def test_post_based_url_encoded_query(door: TestClient) -> None:
    for asked in ("query cop { __typename }", "mutation { close }"):
        answer = door.post("/graphql", data={"query": asked})
        assert (answer.status_code, codes(answer.json())) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
        assert door.post("/graphql", params={"query": asked}).status_code == 415


def test_trace_mode(door: TestClient) -> None:
    for query in ("query cop { __typename }", "{ broken }", "{"):
        body = ask(door, query)
        assert "extensions" not in body
        assert not {"tracing", "exception", "stacktrace"} & {
            key for error in body.get("errors", []) for key in error["extensions"]
        }


def test_unhandled_errors(door: TestClient) -> None:
    assert codes(ask(door, "qwerty cop { abc }")) == ["INVALID_QUERY"]
    (error,) = ask(door, "{ broken }")["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "repeat": "YES"}
    assert "13800001234" not in str(error)


def test_production_starts_with_all_of_it_off() -> None:
    config = Settings()
    assert [config.introspection, config.graphiql, config.query_suggestions] == [False] * 3
