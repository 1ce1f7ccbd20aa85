"""How much a document asks for, counted before it is executed."""

import time
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.graphql_http.costs import Costs
from gateway.graphql_http.measuring import Measure, measure, sizes
from tests.unit.gateway.graphql_http.made import schema

SCHEMA = schema()
COSTS = Costs(
    field=1, mutation=50, rows=10, fields={"*.totalCount": 20, "Query.recent": 100}, list_rows={"Query.tenants": 30}
)


def measured(text: str, **variables: Any) -> Measure:
    document = parse(text)
    operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    return measure(SCHEMA, document, operation, variables=variables, costs=COSTS)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ me { name } }", 2),
        ("{ me { name tenant { code name } } }", 5),
        ("{ petition { id title } }", 3),
        # A page multiplies its rows, not what is told of the page as a whole.
        ("{ petitions(first: 5) { nodes { id } } }", 1 + 1 + 5),
        ("{ petitions(first: 5) { nodes { id title } totalCount pageInfo { hasNextPage } } }", 1 + 1 + 5 * 2 + 20 + 2),
        ("{ petitions(first: 5) { edges { cursor node { id } } } }", 1 + 1 + 5 * (1 + 1 + 1)),
        ("{ petitions { nodes { id } } }", 1 + 1 + 20),
        # A list with a size of its own, one of the table's and one of which nothing is known.
        ("{ recent(first: 3) { id } }", 100 + 3),
        ("{ tenants { code } }", 1 + 30),
        ("{ petition { referrals { id } } }", 1 + 1 + 10),
        ("{ tenants { roles } }", 1 + 30),
        # Below each other they multiply.
        ("{ petitions(first: 7) { nodes { referrals { to { name } } } } }", 1 + 1 + 7 * (1 + 10 * 2)),
        ("{ recent(first: 2) { similar(first: 3) { similar(first: 4) { id } } } }", 100 + 2 * (1 + 3 * (1 + 4))),
        ("mutation { close }", 50),
        ('mutation { a: register(title: "x") { id } b: register(title: "y") { id } }', 102),
        # What the schema tells of itself costs as a whole.
        ("{ __schema { types { name fields { name } } } }", 1),
        ("{ __typename me { __typename } }", 1),
    ],
)
def test_what_a_document_costs(query: str, cost: int) -> None:
    assert measured(query).cost == cost


@pytest.mark.parametrize(
    ("query", "variables", "longest"),
    [
        ("query($n: Int) { recent(first: $n) { id } }", {"n": 7}, 7),
        ("query($n: Int = 4) { recent(first: $n) { id } }", {}, 4),
        ("query($n: Int = 4) { recent(first: $n) { id } }", {"n": 9}, 9),
        ("query($n: Int) { recent(first: $n) { id } }", {}, 10),
        ("query($n: Int) { recent(first: $n) { id } }", {"n": -5}, 0),
        ("query($n: Int) { recent { ...F } } fragment F on Petition { similar(first: $n) { id } }", {"n": 70}, 70),
        ("{ recent(first: 99999999999999999999) { id } }", {}, 10**9),
        ("{ petitions(first: 3) { nodes { similar(first: 8) { id } } } }", {}, 8),
    ],
)
def test_variables_size_pages_too(query: str, variables: dict[str, Any], longest: int) -> None:
    assert measured(query, **variables).longest == longest


def test_the_variables_that_size_pages_are_known() -> None:
    query = """query($a: Int, $b: Int, $c: ID) { recent(first: $a) { id } petition(id: $c) { ...F } }
        fragment F on Petition { ... on Petition { similar(first: $b) { id } } }"""
    assert sizes(parse(query)) == {"a", "b"}


def test_the_shape_of_a_document() -> None:
    found = measured("query($x: Boolean! @a) @b { a: me @skip(if: $x) { name n: name ...F } me { name } }"
                     " fragment F on User @c { tenant { code name name } }")  # fmt: skip
    assert (found.depth, found.root_fields, found.aliases) == (3, 2, 2)
    assert found.directives == 4
    assert found.repeats == 1


def test_fragments_count_where_they_are_spread() -> None:
    query = "{ a: me { ...F } b: me { ...F ...F } } fragment F on User { x: name @skip(if: false) }"
    found = measured(query)
    assert (found.aliases, found.directives, found.repeats) == (2 + 3, 3, 1)
    assert found.cost == 2 + 3


def test_what_stands_in_fragments_of_a_page_is_multiplied_by_its_rows() -> None:
    query = """{ petitions(first: 6) { ...Page } }
        fragment Page on PetitionConnection { ... on PetitionConnection { nodes { ...Row } } totalCount }
        fragment Row on Petition { id title }"""
    assert measured(query).cost == measured("{ petitions(first: 6) { nodes { id title } totalCount } }").cost


def test_fragments_that_double_each_other_are_measured_at_once() -> None:
    links = "".join(f"fragment F{n} on User {{ ...F{n + 1} ...F{n + 1} }}\n" for n in range(300))
    began = time.perf_counter()
    found = measured(f"{{ me {{ ...F0 }} }} {links} fragment F300 on User {{ x: name }}")
    assert time.perf_counter() - began < 1
    assert found.aliases == 2**300
    assert found.cost == 2**300 + 1
    assert found.repeats == 2**300 - 1


def test_fragments_within_themselves_come_to_an_end() -> None:
    query = "{ me { ...A } } fragment A on User { name ...B } fragment B on User { tenant { code } ...A }"
    assert measured(query).depth == 3


@pytest.mark.parametrize(
    "query",
    ["{ nothing { at { all } } }", "{ me { ...Unknown } }", "{ ... on Nobody { name } }", "{ me(first: 3) { name } }"],
)
def test_what_the_schema_does_not_know_is_left_to_validation(query: str) -> None:
    assert measured(query).cost <= 2


def test_a_measure_of_many_operations_is_of_the_one_that_is_meant() -> None:
    document = parse("query A { me { name } } query B { a: me { name } b: me { name } }")
    of_b = document.definitions[1]
    assert isinstance(of_b, OperationDefinitionNode)
    assert measure(SCHEMA, document, of_b, variables={}, costs=COSTS).root_fields == 2
