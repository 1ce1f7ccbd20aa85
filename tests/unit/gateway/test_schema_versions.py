"""What people change carries its version, and every mutation that a service carries out may name versions."""

import pytest
from graphql import GraphQLObjectType, GraphQLSchema
from graphql.utilities import coerce_input_value

from gateway.schema.root import BY_GATEWAY, build_schema
from gateway.schema.versions import with_defaults
from services.contracts.topology import STATE_BY_TYPE, VERSIONED


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()


@pytest.mark.parametrize("state", VERSIONED)
def test_what_people_change_carries_its_version(schema: GraphQLSchema, state: type) -> None:
    kind = schema.type_map[state.__name__]
    assert isinstance(kind, GraphQLObjectType)
    assert str(kind.fields["version"].type) == "Int!"
    assert "id" in kind.fields, "a version belongs to an id"


def test_they_are_known_to_the_bus() -> None:
    assert {state.fact_type for state in VERSIONED} <= STATE_BY_TYPE.keys()


def test_every_mutation_takes_versions_but_those_of_the_gateway_itself(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    without = {name for name, field in schema.mutation_type.fields.items() if "expect" not in field.args}
    assert without == BY_GATEWAY


def test_what_is_given_as_null_and_has_a_default_is_as_if_it_had_not_been_given(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    type_ = schema.mutation_type.fields["registerPetition"].args["input"].type
    given = {"channel": "LETTER", "receivedOn": "2026-11-02", "nature": "APPEAL", "title": "反映路灯", "body": "坏了"}
    plain, nulls = (
        with_defaults(type_, coerce_input_value(one, type_))
        for one in (given, {**given, "petitioners": None, "accused": None, "place": None})
    )
    assert dict(nulls) == {**plain, "place": None}
