"""Versions in the schema: what carries one, and that every mutation may say on which it rests. One place for all."""

from copy import copy
from typing import Any

import graphene
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_nullable_type,
)

from gateway.schema.types import context_of
from gateway.versions import Said
from services.common.errors import InvalidInput
from services.contracts.base import State
from services.contracts.topology import VERSIONED

MOST = 20
"""Versions that one mutation may name."""
UNKNOWN = 0
"""Of a state that came out of a service's answer and made no fact: nothing has this version."""

EXPECTED = GraphQLInputObjectType(
    "ExpectedVersion",
    {
        "id": GraphQLInputField(GraphQLNonNull(GraphQLID), description="对象的标识（id）"),
        "version": GraphQLInputField(GraphQLNonNull(GraphQLInt), description="读取时的版本（version）"),
    },
    description="办理所依据的版本：该对象此后如已被他人更改，则不办理，答复 VERSION_CONFLICT",
)
EXPECT = GraphQLArgument(
    GraphQLList(GraphQLNonNull(EXPECTED)),
    description=f"办理所依据的各对象及其版本，最多 {MOST} 个；有一个已不是该版本的，本次操作不办理",
)


def add_versions(schema: GraphQLSchema, *, without: frozenset[str] = frozenset()) -> None:
    """``version`` to each object that people change, and ``expect`` to each mutation but ``without``, which no service
    carries out."""
    schema.type_map[EXPECTED.name] = EXPECTED
    for state in VERSIONED:
        kind = schema.type_map[state.__name__]
        assert isinstance(kind, GraphQLObjectType)
        kind.fields["version"] = GraphQLField(
            GraphQLNonNull(GraphQLInt),
            resolve=_version,
            description="版本，每次更改加一；办理时在 expect 中写明，即不会覆盖他人的更改。不详的为 0，请重新读取",
        )
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        field.resolve = _guarded(field.resolve, field.args, takes=name not in without)
        if name not in without:
            field.args["expect"] = EXPECT


def _version(row: Any, info: graphene.ResolveInfo) -> int:
    state: State = row if isinstance(row, State) else row.state
    return context_of(info).reader.versions.get((state.fact_type, state.aggregate_id), UNKNOWN)


def with_defaults(type_: Any, value: Any) -> Any:
    """The value with what was given as null, and has a default, by that: as if it had not been given."""
    type_ = get_nullable_type(type_)
    if isinstance(type_, GraphQLList) and isinstance(value, list):
        return [with_defaults(type_.of_type, one) for one in value]
    if not isinstance(type_, GraphQLInputObjectType) or value is None:
        return value
    for name, field in type_.fields.items():
        key = field.out_name or name
        if key in value:
            given = with_defaults(field.type, value[key])
            value[key] = copy(field.default_value) if given is None and field.default_value is not Undefined else given
    return value


def _guarded(resolve: Any, known: dict[str, GraphQLArgument], *, takes: bool) -> Any:
    types = {each.out_name or name: each.type for name, each in known.items()}

    async def guarded(root: Any, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        said = (arguments.pop("expect", None) or []) if takes else []
        if len(said) > MOST:
            raise InvalidInput(f"expect 最多写明 {MOST} 个对象的版本", field="expect")
        # Mutations of one document are carried out one after the other.
        with context_of(info).mutation([Said(one["id"], one["version"]) for one in said], own=not takes):
            answer = resolve(root, info, **{name: with_defaults(types[name], one) for name, one in arguments.items()})
            return await answer if hasattr(answer, "__await__") else answer

    return guarded
