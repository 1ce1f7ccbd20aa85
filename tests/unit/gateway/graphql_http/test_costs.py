"""The table of costs, against the schema that is served and what a console asks of it."""

from collections.abc import Iterator

import msgspec
import pytest
from graphql import GraphQLObjectType, OperationDefinitionNode, get_introspection_query, get_named_type, parse, validate

from gateway.graphql_http.costs import load
from gateway.graphql_http.limits import MAX_REPEATS, Limits
from gateway.graphql_http.measuring import Measure, measure
from gateway.schema.paging import MAX_PAGE
from gateway.schema.root import build_schema
from services.common.settings import Settings

COSTS = load()
SCHEMA = build_schema()
LIMITS = Limits.of(Settings())


def measured(text: str) -> Measure:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    (operation,) = (one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    return measure(SCHEMA, document, operation, variables={}, costs=COSTS)


def fields(kind: GraphQLObjectType, levels: int) -> str:
    """All fields that need no argument, so many levels down."""
    found = []
    for name, one in kind.fields.items():
        below = get_named_type(one.type)
        if any(argument.type.__class__.__name__ == "GraphQLNonNull" for argument in one.args.values()):
            continue
        if not isinstance(below, GraphQLObjectType):
            found.append(name)
        elif levels:
            found.append(f"{name} {{ {fields(below, levels - 1)} }}")
    return " ".join(found) or "__typename"


def test_every_name_in_the_table_is_one_of_the_schema() -> None:
    def known() -> Iterator[str]:
        yield "Query.__schema"
        for kind in SCHEMA.type_map.values():
            if isinstance(kind, GraphQLObjectType):
                for name in kind.fields:
                    yield from (f"{kind.name}.{name}", f"*.{name}")

    assert {*COSTS.fields, *COSTS.list_rows} - set(known()) == set()


def test_a_table_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        load("field = 1\nmutation = 1\nrows = 'ten'\n[fields]\n")
    with pytest.raises(msgspec.ValidationError):
        load("field = 1\nmutation = 1\nrows = 10\nfeilds = {}\n[fields]\n")


def test_the_largest_page_is_that_of_the_lists() -> None:
    assert LIMITS.rows == MAX_PAGE


def test_what_a_console_asks_is_within_the_defaults() -> None:
    petition = SCHEMA.type_map["Petition"]
    assert isinstance(petition, GraphQLObjectType)
    row = "id number title statusLabel nextDueOn tenant: registeredBy { code name }"
    for query in (
        # One case in full, down to what stands below its parts.
        f'{{ petition(id: "01990000-0000-7000-8000-000000000000") {{ {fields(petition, 2)} }} }}',
        # The largest page of a work list, with the parts of each case.
        f"{{ petitions(first: 100) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {row}"
        " referrals { id stateLabel toTenant { code name } } clocks { obligationLabel dueOn } } } } }",
        # What a start page shows at once.
        "{ me { name } " + " ".join(f"l{n}: petitions {{ totalCount nodes {{ {row} }} }}" for n in range(12)) + " }",
        get_introspection_query(),
    ):  # fmt: skip
        found = measured(query)
        LIMITS.check_shape(found)
        LIMITS.check_amount(found)
        assert len(query) < LIMITS.characters
        assert found.repeats <= MAX_REPEATS
