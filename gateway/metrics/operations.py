"""What a request asked, as a label: kind and root field, words of the schema. An operation's name is the caller's own
text and stands in none."""

from graphql import FieldNode, OperationDefinitionNode, OperationType

INTROSPECTION = "__"
SEVERAL, OTHER = "several", "other"
INVALID = "invalid"
"""Of what is no operation that may be executed."""


def operation_label(operation: OperationDefinitionNode) -> str:
    """``query petitions``, ``mutation registerPetition``; ``query several`` of more than one field."""
    kind: OperationType = operation.operation
    names = {node.name.value for node in operation.selection_set.selections if isinstance(node, FieldNode)}
    plain = {name for name in names if not name.startswith(INTROSPECTION)}
    spread = any(not isinstance(node, FieldNode) for node in operation.selection_set.selections)
    if spread or len(plain) > 1:
        return f"{kind.value} {SEVERAL}"
    return f"{kind.value} {plain.pop()}" if plain else f"{kind.value} {OTHER}"
