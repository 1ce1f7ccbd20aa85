"""Versions in the schema: what carries one, and that every mutation may say on which it rests. One place for all."""

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
        field.resolve = _guarded(field.resolve, takes=name not in without)
        if name not in without:
            field.args["expect"] = EXPECT


def _version(row: Any, info: graphene.ResolveInfo) -> int:
    state: State = row if isinstance(row, State) else row.state
    return context_of(info).reader.versions.get((state.fact_type, state.aggregate_id), UNKNOWN)


def _guarded(resolve: Any, *, takes: bool) -> Any:
    async def guarded(root: Any, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        said = (arguments.pop("expect", None) or []) if takes else []
        if len(said) > MOST:
            raise InvalidInput(f"expect 最多写明 {MOST} 个对象的版本", field="expect")
        # Mutations of one document are carried out one after the other.
        with context_of(info).mutation([Said(one["id"], one["version"]) for one in said], own=not takes):
            answer = resolve(root, info, **arguments)
            return await answer if hasattr(answer, "__await__") else answer

    return guarded
