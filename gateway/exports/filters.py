"""What an export is asked for: the filter of the list in GraphQL as JSON, or the first and the last day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from graphql import GraphQLError, GraphQLInputObjectType, GraphQLSchema
from graphql.utilities import coerce_input_value

from services.common.errors import InvalidInput
from services.common.wording import explain
from services.contracts.base import ANYBODY

Conditions = Sequence[sa.ColumnElement[bool]]
Filter = Callable[[Any, datetime, GraphQLSchema], Conditions]
"""What the address says under ``filter``, decoded from JSON -> conditions at an instant. Raises ``InvalidInput``."""


def of_list(name: str, conditions: Callable[[dict[str, Any], datetime], Conditions]) -> Filter:
    """The filter of this input type, read as GraphQL reads it."""

    def read(given: Any, now: datetime, schema: GraphQLSchema) -> Conditions:
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        try:
            return conditions(coerce_input_value(given, kind), now)
        except GraphQLError as error:
            raise InvalidInput(f"筛选条件 filter 不符合接口定义（{name}）：{error.message}", field="filter") from error

    return read


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both included."""

    first: date | None = msgspec.field(default=None, name="from")
    last: date | None = msgspec.field(default=None, name="to")


def of_days(day: sa.ColumnElement[date]) -> Filter:
    """``{"from": "2026-01-01", "to": "2026-03-31"}``, either may be missing."""

    def read(given: Any, now: datetime, schema: GraphQLSchema) -> Conditions:
        try:
            days = msgspec.convert(given, Days)
        except msgspec.ValidationError as error:
            said = f"筛选条件 filter 只认起止日期 from、to，如 2026-01-31：{explain(error)[0]}"
            raise InvalidInput(said, field="filter") from error
        found = []
        if days.first is not None:
            found.append(day >= days.first)
        if days.last is not None:
            found.append(day <= days.last)
        return found

    return read


def decoded(text: str | None) -> Any:
    """The filter as JSON; nothing is an empty one."""
    if not text:
        return {}
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidInput("筛选条件 filter 不是完整的 JSON，请核对", field="filter") from error


def not_confined(table: sa.Table) -> sa.ColumnElement[bool]:
    """For everybody who sees the case by his tenant and role: no accusation, and nothing of one."""
    return table.c.named.is_(None) | table.c.named.contains([ANYBODY])
