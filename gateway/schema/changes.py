"""Which changes of the interface break those who use it, and which of them were announced long enough before.

A field, argument or value that goes is deprecated first, with the day from which it may be gone in its reason:
``2027-05-01 起停用；改用 …``. Only what the released interface says so, and whose day has come, may be taken away.
"""

import re
from collections.abc import Iterator
from datetime import date

from graphql import BreakingChange, BreakingChangeType, GraphQLSchema, build_schema, find_breaking_changes, print_schema

GONE_FROM = re.compile(r"(\d{4}-\d{2}-\d{2}) 起停用")
REMOVALS = {
    BreakingChangeType.FIELD_REMOVED,
    BreakingChangeType.ARG_REMOVED,
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
}


def gone_from(reason: str | None) -> date | None:
    """The day from which what is deprecated for this reason may be gone."""
    found = GONE_FROM.search(reason or "")
    return date.fromisoformat(found[1]) if found else None


def forbidden(*, released: GraphQLSchema, now: GraphQLSchema, today: date) -> list[str]:
    """The breaking changes between the two that were not announced, each in a line."""
    announced = dict(_announced(released))
    # As printed: types that a library made of classes of its own would count as changed.
    now = build_schema(print_schema(now))
    return [
        change.description
        for change in find_breaking_changes(released, now)
        if not (change.type in REMOVALS and _is_due(change, announced, today))
    ]


def undated(schema: GraphQLSchema) -> list[str]:
    """What is deprecated without the day from which it may be gone."""
    return [place for place, reason in _announced(schema) if gone_from(reason) is None]


def _is_due(change: BreakingChange, announced: dict[str, str], today: date) -> bool:
    for place, reason in announced.items():
        day = gone_from(reason)
        # graphql-core's words begin with the place, but for a value of an enumeration.
        type_, _, name = place.partition(".")
        said = change.description
        if (said.startswith(f"{place} ") or said == f"{name} was removed from enum type {type_}.") and day:
            return day <= today
    return False


def _announced(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """What is deprecated, by its place: ``Type.field`` or ``Enum.VALUE``; of an argument ``Type.field arg name``."""
    for type_ in schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            if field.deprecation_reason:
                yield f"{type_.name}.{name}", field.deprecation_reason
            for argument, each in getattr(field, "args", {}).items():
                if each.deprecation_reason:
                    yield f"{type_.name}.{name} arg {argument}", each.deprecation_reason
        for name, value in getattr(type_, "values", {}).items():
            if value.deprecation_reason:
                yield f"{type_.name}.{name}", value.deprecation_reason
