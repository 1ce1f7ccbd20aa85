"""Operations made from the schema: every query field and every mutation with arguments that fit, for any user.

Nothing is entered here for a new field: its arguments follow from their types and names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import httpx
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from services.common.ids import new_id
from tests.isolation import reading
from tests.isolation.scene import Case
from tests.journey.story import today

SOMETIMES = 0.3
"""How often an argument or input field that need not be given is given."""
AT_ONCE = {"Query": 1, "Mutation": 15}
"""Fields in one document. A query that must not be null takes the others of its document with it when it is refused."""
CODES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("tenant", "registeredBy", "addressee", "involves", "owner", "competent"), ("slj", "xfj", "zrzy")),
    **dict.fromkeys(("place", "covers", "township"), ("611021102", "611021001")),
    **dict.fromkeys(("username", "login", "user"), ("nobody@luonan",)),
}
"""Values of identifiers that are no UUIDs, by the name of the argument. No account that others need is among them."""


@dataclass(frozen=True)
class Operation:
    """One field of ``Query`` or ``Mutation`` with its variables."""

    name: str
    field: GraphQLField
    given: Mapping[str, Any]


def operations(root: str, cases: Sequence[Case], draw: Random) -> Iterator[Operation]:
    """Each field of the root type, about one of these cases where it asks for one."""
    for name, field in reading.object_type(root).fields.items():
        case = draw.choice(cases)
        given = {
            argument: value(each.type, argument, case, draw)
            for argument, each in field.args.items()
            if isinstance(each.type, GraphQLNonNull) or _names_something(argument) or draw.random() < SOMETIMES
        }
        yield Operation(name, field, given)


def value(type_: Any, name: str, case: Case, draw: Random) -> Any:
    """A value that fits the type; where it names a case or a part of one, it is this case's."""
    if isinstance(type_, GraphQLNonNull):
        return value(type_.of_type, name, case, draw)
    if isinstance(type_, GraphQLList):
        return [value(type_.of_type, name, case, draw)]
    if isinstance(type_, GraphQLEnumType):
        return draw.choice(list(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {
            key: value(each.type, key, case, draw)
            for key, each in type_.fields.items()
            if isinstance(each.type, GraphQLNonNull) or _names_something(key) or draw.random() < SOMETIMES
        }
    return _leaf(type_.name, name, case, draw)


def _names_something(name: str) -> bool:
    return name == "id" or name.endswith("Id")


def _leaf(kind: str, name: str, case: Case, draw: Random) -> Any:
    day = today() + timedelta(days=draw.randint(-40, 40))
    if kind == "UUID":
        if name in ("petitionId", "id", "petition"):
            return case.id
        return (case.first_referral if name == "referralId" else case.parts.get(name)) or new_id()
    leaves: dict[str, Any] = {
        "ID": draw.choice(CODES.get(name, ("slj", case.id))),
        "Int": 50 if name == "first" else draw.choice((0, 1, 2, 20, -1)),
        "Float": 0.5,
        "Boolean": draw.random() < 0.5,
        "Date": str(day),
        "DateTime": f"{day}T08:30:00+08:00",
        "Time": "08:30:00",
        "Cursor": "eyJub3RoaW5nIjogMX0=",
        "String": draw.choice(CODES.get(name, (case.number, "核实情况", "%_'\\", ""))),
    }
    return leaves[kind]


def documents(root: str, asked: Sequence[Operation]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations in documents, each with all that its answer can show."""
    kind = {"Query": "query", "Mutation": "mutation"}[root]
    for start in range(0, len(asked), AT_ONCE[root]):
        some = asked[start : start + AT_ONCE[root]]
        declared, fields, variables = [], [], {}
        for operation in some:
            arguments = []
            for argument, given in operation.given.items():
                variable = f"{operation.name}_{argument}"
                declared.append(f"${variable}: {operation.field.args[argument].type}")
                arguments.append(f"{argument}: ${variable}")
                variables[variable] = given
            said = f"({', '.join(arguments)})" if arguments else ""
            fields.append(f"{operation.name}{said} {_shown(operation.field)}")
        head = f"({', '.join(declared)})" if declared else ""
        yield f"{kind}{head} {{ {' '.join(fields)} }}", variables


def _shown(field: GraphQLField) -> str:
    answered = get_named_type(field.type)
    if is_leaf_type(answered):
        return ""
    assert isinstance(answered, GraphQLObjectType)
    return reading.selection(answered)


def answered(client: httpx.Client, document: str, variables: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The text of the answer, and what shows that the server failed: other statuses than the interface promises, and
    masked faults."""
    response = reading.post(client, document, variables)
    faults = [f"status {response.status_code}"] if response.status_code >= 500 else []
    body = response.json()
    refused = [error["extensions"]["code"] for error in body.get("errors", []) if not error.get("path")]
    # All that can be asked at once of some lists of lists costs more than anybody may ask, and is refused so.
    if not body.get("data") and refused not in ([], ["QUERY_TOO_COSTLY"]):
        faults.append(f"nothing was tried: {body}")
    for error in body.get("errors", []):
        code = error["extensions"]["code"]
        if code in ("INTERNAL", "INVALID_QUERY"):
            faults.append(f"{error.get('path')}: {code}: {error['message']}")
    for name, payload in (body.get("data") or {}).items():
        for error in (payload or {}).get("errors", []) if isinstance(payload, dict) else []:
            if isinstance(error, dict) and error.get("code") == "INTERNAL":
                faults.append(f"{name}: {error}")
    return response.text, faults
