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


def input_type(mutation: str) -> str:
    """Name of the type of a mutation's ``input``."""
    return str(get_named_type(object_type("Mutation").fields[mutation].args["input"].type))


def shown_by(mutation: str) -> list[str]:
    """What a mutation shows besides its errors."""
    payload = get_named_type(object_type("Mutation").fields[mutation].type)
    assert isinstance(payload, GraphQLObjectType)
    return [name for name in payload.fields if name != "errors"]


def keys_shown_by(mutation: str) -> str:
    """A selection of all that a mutation shows but its errors, each by its key."""
    payload = object_type(str(get_named_type(object_type("Mutation").fields[mutation].type)))
    chosen = []
    for name in shown_by(mutation):
        kind = get_named_type(payload.fields[name].type)
        fields = kind.fields if isinstance(kind, GraphQLObjectType) else {}
        key = next((each for each in KEYS if each in fields), "__typename")
        chosen.append(f"{name} {{ {key} }}" if fields else name)
    return " ".join(chosen)


PERSONAL = {("Attachment", "url")}
"""Another for each reader and moment; test_what_belongs_to_a_case follows it."""
KEYS = ("id", "code", "referralId")


def selection(root: GraphQLObjectType, *, by_key: frozenset[str] = frozenset()) -> str:
    """Every field that can be reached from the type.

    A kind of thing that has a key is shown whole once, at the place nearest to the root, and elsewhere by its key: its
    fields answer alike wherever it stands. ``by_key``: kinds that are nowhere shown whole.
    """
    whole: dict[str, tuple[str, ...]] = {}
    level = [((), root)]
    while level:
        below: list[Any] = []
        for path, kind in level:
            if kind.name in by_key or whole.setdefault(kind.name, path) != path:
                continue
            for name, field in kind.fields.items():
                inner = get_named_type(field.type)
                if isinstance(inner, GraphQLObjectType):
                    below.append(((*path, name), inner))
        level = below
    return _shown(root, (), whole)


def _shown(kind: GraphQLObjectType, path: tuple[str, ...], whole: Mapping[str, tuple[str, ...]]) -> str:
    key = next((name for name in KEYS if name in kind.fields), None)
    if key is not None and whole.get(kind.name) != path:
        return f"{{ {key} }}"
    chosen = []
    for name, field in kind.fields.items():
        if (kind.name, name) in PERSONAL:
            continue
        assert not any(map(is_required_argument, field.args.values())), f"{kind.name}.{name}: say what to ask it for"
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            chosen.append(name)
        else:
            assert isinstance(inner, GraphQLObjectType), f"{kind.name}.{name}: {inner} is neither leaf nor object"
            chosen.append(f"{name} {_shown(inner, (*path, name), whole)}")
    return "{ " + " ".join(chosen) + " }"


CASE = frozenset({"Petition", "Referral"})
FILE = f"fragment File on Petition {selection(object_type('Petition'))}"
PARTS = {
    "referrals": "Referral",
    "clocks": "Clock",
    "reviews": "Review",
    "extensions": "Extension",
    "meetings": "CaseMeeting",
    "settlements": "Settlement",
    "approvals": "Approval",
    "attachments": "Attachment",
    "milestones": "Milestone",
    "supervisions": "Supervision",
    "talks": "Talk",
    "notices": "Notice",
    "followUps": "FollowUp",
    "urgentReports": "UrgentReport",
}
"""What belongs to a case and has a key, by the field of the case file."""
HEAD = f"fragment File on Petition {selection(object_type('Petition'), by_key=frozenset(PARTS.values()))}"
"""The case file with its parts by their keys."""
ENDED = selection(object_type("EndedReferral"))
CLOCK = selection(object_type("Clock"), by_key=CASE)
SUPERVISION = selection(object_type("Supervision"), by_key=CASE | {"Clock"})
REMINDER = selection(object_type("Reminder"), by_key=CASE | {"Clock"})
REGIME = selection(object_type("Regime"))


def head_of(file: Any) -> Any:
    """What ``HEAD`` reads of a whole case file."""
    if file is None:
        return None
    return {**file, **{name: [{"id": one["id"]} for one in file[name]] for name in PARTS}}


def post(client: httpx.Client, query: str, variables: Mapping[str, Any] | None = None) -> httpx.Response:
    return client.post("/graphql", json={"query": query, "variables": dict(variables or {})})


def answer(response: httpx.Response) -> dict[str, Any]:
    """The whole body of an answer that was a proper one: nothing failed but what was not found."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    assert codes <= {"NOT_FOUND"}, response.text
    return body


MARKS = "fragment File on Petition { timeline { id act } }"
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
    return [without_readings(body["data"][name]) for name in names]


def without_readings(file: Any) -> Any:
    """The file but for who has read it: every look of an observer at an accusation stands on its timeline from then."""
    if file is None:
        return None
    return {**file, "timeline": [entry for entry in file["timeline"] if entry.get("act") != "READ"]}


def lists_by(
    client: httpx.Client, filters: Mapping[str, Mapping[str, Any]], *, field: str = "petitions"
) -> dict[str, Any]:
    """By name of filter: ``totalCount`` and the ids, each by all the ways in which a list tells them."""
    kind = SCHEMA.type_map["Query"].fields[field].args["filter"].type  # type: ignore[attr-defined]
    declared = ", ".join(f"${name}: {kind}" for name in filters)
    fields = " ".join(
        f"{name}: {field}(filter: ${name}, first: 100) {{ totalCount nodes {{ id }} edges {{ node {{ id }} }} }}"
        for name in filters
    )
    data: dict[str, Any] = answer(post(client, f"query({declared}) {{ {fields} }}", filters))["data"]
    return data


def each_by_id(client: httpx.Client, field: str, shown: str, ids: Sequence[str]) -> list[Any]:
    """What ``field(id)`` answers for each id, in as many documents as it takes; None for each that is not found."""
    found: list[Any] = []
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        names = [f"v{index}" for index in range(len(some))]
        asked = SCHEMA.type_map["Query"].fields[field].args["id"].type  # type: ignore[attr-defined]
        declared = ", ".join(f"${name}: {asked}" for name in names)
        kind = get_named_type(SCHEMA.type_map["Query"].fields[field].type)  # type: ignore[attr-defined]
        fields = " ".join(f"{name}: {field}(id: ${name}) {{ ...It }}" for name in names)
        query = f"query({declared}) {{ {fields} }} fragment It on {kind} {shown}"
        data = answer(post(client, query, dict(zip(names, some, strict=True))))["data"]
        found += [data[name] for name in names]
    return found


def all_nodes(client: httpx.Client, field: str, shown: str) -> list[Any]:
    """Every node of a list, page by page."""
    query = f"query($after: Cursor) {{ {field}(first: 100, after: $after) {{ totalCount nodes {shown}"
    query += " pageInfo { hasNextPage endCursor } } }"
    found: list[Any] = []
    after = None
    while True:
        page = answer(post(client, query, {"after": after}))["data"][field]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


def pages(client: httpx.Client, *, text: str, order: str, size: int) -> list[str]:
    """The ids of a list read page by page."""
    query = """query($text: String, $order: PetitionOrder, $first: Int, $after: Cursor) {
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
    """The list with the head of the case file of each row."""
    query = (
        f"query($text: String) {{ petitions(filter: {{ text: $text }}, first: 100) {{ nodes {{ ...File }} }} }} {HEAD}"
    )
    nodes: list[Any] = answer(post(client, query, {"text": text}))["data"]["petitions"]["nodes"]
    return [without_readings(node) for node in nodes]


def ended_referrals(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(post(client, f"{{ endedReferrals(first: 100) {ENDED} }}"))["data"][
        "endedReferrals"
    ]
    return found
