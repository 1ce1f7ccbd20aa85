"""What an observer can read, all of it: the queries are made from the schema, so a new field is in them by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.schema.root import build_schema

SCHEMA: GraphQLSchema = build_schema()


def object_type(name: str) -> GraphQLObjectType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def values_of(enum: str) -> list[str]:
    found = SCHEMA.type_map[enum]
    assert isinstance(found, GraphQLEnumType)
    return list(found.values)


def inputs_of(name: str) -> set[str]:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return set(found.fields)


def selection(kind: GraphQLObjectType, above: tuple[str, ...] = ()) -> str:
    """Every field that can be reached from the type, except back to a type above it."""
    chosen = []
    for name, field in kind.fields.items():
        assert not any(map(is_required_argument, field.args.values())), f"{kind.name}.{name}: say what to ask it for"
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            chosen.append(name)
        elif inner.name not in above:
            assert isinstance(inner, GraphQLObjectType), f"{kind.name}.{name}: {inner} is neither leaf nor object"
            chosen.append(f"{name} {selection(inner, (*above, kind.name))}")
    return "{ " + " ".join(chosen) + " }"


FILE = f"fragment File on Petition {selection(object_type('Petition'))}"
ENDED = selection(object_type("EndedReferral"))


def post(client: httpx.Client, query: str, variables: Mapping[str, Any] | None = None) -> httpx.Response:
    return client.post("/graphql", json={"query": query, "variables": dict(variables or {})})


def answer(response: httpx.Response) -> dict[str, Any]:
    """The whole body of an answer that was a proper one: nothing failed but what was not found."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    assert codes <= {"NOT_FOUND"}, response.text
    return body


MARKS = "fragment File on Petition { timeline { id } }"
"""Whatever changes in a case stands on its timeline."""


def marks_by(client: httpx.Client, key: str, kind: str, values: Sequence[str]) -> list[Any]:
    """As ``files_by``, but only what tells whether anything has changed since."""
    return files_by(client, key, kind, values, fragment=MARKS)


def files_by(client: httpx.Client, key: str, kind: str, values: Sequence[str], *, fragment: str = FILE) -> list[Any]:
    """The case files asked for in one document by ``id`` or ``number``; None for each that is not found.

    In one document, so that the batching of the reads is under test as well.
    """
    names = [f"v{index}" for index in range(len(values))]
    declared = ", ".join(f"${name}: {kind}" for name in names)
    fields = " ".join(f"{name}: petition({key}: ${name}) {{ ...File }}" for name in names)
    body = answer(post(client, f"query({declared}) {{ {fields} }} {fragment}", dict(zip(names, values, strict=True))))
    failed = {error["path"][0] for error in body.get("errors", [])}
    assert failed == {name for name in names if body["data"][name] is None}, "each is either there or not found"
    return [body["data"][name] for name in names]


def lists_by(client: httpx.Client, filters: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """By name of filter: ``totalCount`` and the ids, each by all the ways in which a list tells them."""
    declared = ", ".join(f"${name}: PetitionFilter" for name in filters)
    fields = " ".join(
        f"{name}: petitions(filter: ${name}, first: 100) {{ totalCount nodes {{ id }} edges {{ node {{ id }} }} }}"
        for name in filters
    )
    data: dict[str, Any] = answer(post(client, f"query({declared}) {{ {fields} }}", filters))["data"]
    return data


def pages(client: httpx.Client, *, text: str, order: str, size: int) -> list[str]:
    """The ids of a list read page by page."""
    query = """query($text: String, $order: PetitionOrder, $first: Int, $after: String) {
      petitions(filter: { text: $text }, orderBy: $order, first: $first, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        variables = {"text": text, "order": order, "first": size, "after": after}
        page = answer(post(client, query, variables))["data"]["petitions"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


def newest(client: httpx.Client, text: str) -> list[Any]:
    """The list with the whole case file of each row."""
    query = (
        f"query($text: String) {{ petitions(filter: {{ text: $text }}, first: 100) {{ nodes {{ ...File }} }} }} {FILE}"
    )
    nodes: list[Any] = answer(post(client, query, {"text": text}))["data"]["petitions"]["nodes"]
    return nodes


def ended_referrals(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(post(client, f"{{ endedReferrals(first: 100) {ENDED} }}"))["data"][
        "endedReferrals"
    ]
    return found
