"""The schema as the repository shows it: a change of the contract shows in its diff."""

from pathlib import Path

from graphql import print_schema

import gateway
from gateway.schema.root import build_schema

SDL = Path(gateway.__file__).parent / "schema.graphql"


def test_the_printed_schema_is_the_one_that_is_served() -> None:
    now = print_schema(build_schema())
    assert SDL.read_text("utf-8") == now, f"write it anew: print_schema(build_schema()) -> {SDL.name}"
