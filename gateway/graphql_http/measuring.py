"""How much a document asks for: one walk over it, before anything is validated or executed.

Fragments count where they are spread, each looked at once: what it adds up to is remembered, so a document whose
fragments double each other costs its length to measure, and comes out as large as it is. What the schema does not know
is passed over; validation tells of it afterwards.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    Undefined,
    VariableNode,
    get_named_type,
)

from gateway.graphql_http.costs import Costs

SIZE = "first"
"""The argument by which a page says how many rows it wants."""
ROWS_OF_A_PAGE = ("nodes", "edges")
DIGITS = 9
ABOUT_THE_SCHEMA = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Measure:
    """Of one operation, its fragments included."""

    depth: int
    """Fields below each other."""
    root_fields: int
    aliases: int
    directives: int
    repeats: int
    """Fields that stand in the same selection again. Validation compares each with each."""
    longest: int
    """The largest page that is asked for."""
    cost: int


@dataclass
class _Part:
    """What a selection adds up to, before it is known where it stands."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    longest: int = 0
    cost: int = 0
    paged: int = 0
    """The cost of each row, in a selection of a connection; its field knows how many rows there are."""
    keys: Counter[str] = field(default_factory=Counter)
    """The names under which the selection's own fields answer."""

    def add(self, other: "_Part") -> None:
        self.depth = max(self.depth, other.depth)
        self.longest = max(self.longest, other.longest)
        self.aliases += other.aliases
        self.directives += other.directives
        self.repeats += other.repeats
        self.cost += other.cost
        self.paged += other.paged
        self.keys.update(other.keys)

    @property
    def all_repeats(self) -> int:
        return self.repeats + self.keys.total() - len(self.keys)


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    *,
    variables: Mapping[str, Any],
    costs: Costs,
) -> Measure:
    """``variables``: as the caller sent them; only those count by which a page is sized.

    Raises ``RecursionError`` for a document that is nested deeper than Python goes.
    """
    walk = _Walk(schema, document, operation, variables, costs)
    root = walk.selection(operation.selection_set, schema.get_root_type(operation.operation))
    own = len(operation.directives) + sum(len(one.directives) for one in operation.variable_definitions)
    return Measure(
        depth=root.depth,
        root_fields=root.keys.total(),
        aliases=root.aliases,
        directives=root.directives + own,
        # Validation compares the fields of a fragment, too, that is spread nowhere.
        repeats=max([root.all_repeats, *walk.repeats_of_fragments()]),
        longest=root.longest,
        cost=root.cost,
    )


def sizes(document: DocumentNode) -> frozenset[str]:
    """The variables by which pages are sized, of all operations: what a measure depends on besides the document."""
    found: set[str] = set()
    stack: list[SelectionSetNode] = [
        definition.selection_set
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                found |= {
                    one.value.name.value
                    for one in node.arguments
                    if one.name.value == SIZE and isinstance(one.value, VariableNode)
                }
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                stack.append(node.selection_set)
    return frozenset(found)


class _Walk:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        costs: Costs,
    ) -> None:
        self._schema, self._costs = schema, costs
        self._variables = {
            **{
                one.variable.name.value: _number(one.default_value)
                for one in operation.variable_definitions
                if isinstance(one.default_value, IntValueNode)
            },
            **variables,
        }
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._measured: dict[str, _Part] = {}

    def selection(self, selection: SelectionSetNode | None, parent: object) -> _Part:
        whole = _Part()
        for node in selection.selections if selection is not None else ():
            whole.directives += len(node.directives)
            if isinstance(node, FieldNode):
                whole.add(self._field(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                whole.add(self._fragment(node.name.value))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                whole.add(self.selection(node.selection_set, self._type(condition.name.value) if condition else parent))
        return whole

    def repeats_of_fragments(self) -> list[int]:
        return [self._fragment(name).all_repeats for name in self._fragments]

    def _fragment(self, name: str) -> _Part:
        if name not in self._measured:
            # A fragment within itself adds nothing: validation refuses the document.
            self._measured[name] = _Part()
            fragment = self._fragments.get(name)
            if fragment is not None:
                part = self.selection(fragment.selection_set, self._type(fragment.type_condition.name.value))
                part.directives += len(fragment.directives)
                self._measured[name] = part
        return self._measured[name]

    def _type(self, name: str) -> object:
        return self._schema.get_type(name)

    def _field(self, node: FieldNode, parent: object) -> _Part:
        name = node.name.value
        definition = self._definition(parent, name)
        below = self.selection(node.selection_set, get_named_type(definition.type) if definition else None)
        part = _Part(
            depth=below.depth + 1,
            aliases=below.aliases + (node.alias is not None),
            directives=below.directives,
            repeats=below.all_repeats,
            longest=below.longest,
            keys=Counter([node.alias.value if node.alias else name]),
        )
        if definition is None or not isinstance(parent, Composite):
            return part
        part.cost = self._costs.of(parent.name, name)
        size = self._size(node, definition)
        if size is not None:
            part.longest = max(part.longest, size)
        if _is_connection(get_named_type(definition.type)):
            rows = size if size is not None else self._costs.rows_of(parent.name, name)
            part.cost += below.cost + rows * below.paged
        elif name in ROWS_OF_A_PAGE and _is_connection(parent):
            part.paged = below.cost
        elif _is_list(definition.type):
            part.cost += (size if size is not None else self._costs.rows_of(parent.name, name)) * below.cost
        else:
            part.cost += below.cost
        return part

    def _definition(self, parent: object, name: str) -> GraphQLField | None:
        if parent is self._schema.query_type and name in ABOUT_THE_SCHEMA:
            return ABOUT_THE_SCHEMA[name]
        return parent.fields.get(name) if isinstance(parent, Composite) else None

    def _size(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """None where the field has no such argument, or it is nothing that can be counted with."""
        argument = definition.args.get(SIZE)
        if argument is None:
            return None
        given: object = argument.default_value if argument.default_value is not Undefined else None
        for one in node.arguments:
            if one.name.value == SIZE and isinstance(one.value, IntValueNode):
                given = _number(one.value)
            elif one.name.value == SIZE and isinstance(one.value, VariableNode):
                given = self._variables.get(one.value.name.value, given)
        return max(given, 0) if isinstance(given, int) else None


def _number(node: IntValueNode) -> int:
    # Python refuses to read thousands of digits.
    return int(node.value) if len(node.value) <= DIGITS else 10**DIGITS


def _is_list(output: GraphQLOutputType) -> bool:
    return isinstance(output.of_type if isinstance(output, GraphQLNonNull) else output, GraphQLList)


def _is_connection(found: object) -> bool:
    return isinstance(found, GraphQLObjectType) and "pageInfo" in found.fields and "nodes" in found.fields
