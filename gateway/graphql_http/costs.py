"""What each field costs: one table, ``costs.toml``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

TABLE = Path(__file__).parent / "costs.toml"


class Costs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In units of about one value of an answer. ``fields`` and ``list_rows`` are by ``Type.field``."""

    field: int
    mutation: int
    """Of a field of ``Mutation`` that ``fields`` does not name."""
    rows: int
    """Of a list that says neither ``first`` nor stands in ``list_rows``."""
    fields: dict[str, int]
    list_rows: dict[str, int] = {}

    def of(self, parent: str, name: str) -> int:
        if parent.startswith("__"):
            return 0  # Of the schema's own description: ``__schema`` costs as a whole.
        found = self.fields.get(f"{parent}.{name}", self.fields.get(f"*.{name}"))
        if found is not None:
            return found
        return self.mutation if parent == "Mutation" else self.field

    def rows_of(self, parent: str, name: str) -> int:
        return self.list_rows.get(f"{parent}.{name}", self.rows)


def load(text: str | None = None) -> Costs:
    """Raises ``msgspec.ValidationError`` for a table that makes no sense."""
    table: Mapping[str, object] = tomllib.loads(TABLE.read_text("utf-8") if text is None else text)
    return msgspec.convert(table, Costs)
