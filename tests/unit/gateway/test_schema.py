"""The schema as the repository shows it: a change of the contract shows in its diff, and breaks nobody unannounced."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, is_specified_scalar_type, print_schema

from deploy.operator.schema import PRINTED, read, released_of
from gateway.schema.changes import forbidden, undated
from gateway.schema.describing import describe
from services.common import clock

CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
each_interface = pytest.mark.parametrize("printed", PRINTED, ids=lambda path: path.parent.name)


@pytest.fixture(scope="module")
def interfaces() -> dict[Path, GraphQLSchema]:
    return {path: build() for path, build in PRINTED.items()}


@each_interface
def test_the_printed_schema_is_the_one_that_is_served(interfaces: dict[Path, GraphQLSchema], printed: Path) -> None:
    assert printed.read_text("utf-8") == print_schema(interfaces[printed]), "run ./xinqiao schema print"


@each_interface
def test_nothing_breaks_that_was_not_announced(interfaces: dict[Path, GraphQLSchema], printed: Path) -> None:
    assert (
        forbidden(released=read(released_of(printed)), now=interfaces[printed], today=clock.legal_day(clock.now()))
        == []
    )
    assert undated(interfaces[printed]) == []


@each_interface
def test_everything_is_described_in_chinese_and_in_english(
    interfaces: dict[Path, GraphQLSchema], printed: Path
) -> None:
    said = dict(descriptions(interfaces[printed]))
    assert [place for place, text in said.items() if not CHINESE.search(text or "")] == []
    assert [place for place, text in said.items() if not ENGLISH.search(text or "")] == []


def test_a_name_without_a_word_is_told() -> None:
    with pytest.raises(LookupError, match=r"Query\.unheardOf"):
        describe(build_schema("type Query { unheardOf: Int }"))


def descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for type_ in schema.type_map.values():
        if type_.name.startswith("__") or is_specified_scalar_type(type_):
            continue
        yield type_.name, type_.description
        for name, field in getattr(type_, "fields", {}).items():
            yield f"{type_.name}.{name}", field.description
            for argument, each in getattr(field, "args", {}).items():
                yield f"{type_.name}.{name}({argument})", each.description
        for name, value in getattr(type_, "values", {}).items():
            yield f"{type_.name}.{name}", value.description


RELEASED = """type Query {
  kept: Int
  going: Int @deprecated(reason: "2027-05-01 起停用；改用 kept")
  found(by: Int, old: Int @deprecated(reason: "2027-05-01 起停用")): Colour
}
enum Colour { RED GREEN @deprecated(reason: "2027-05-01 起停用") }"""


@pytest.mark.parametrize(
    ("now", "breaks"),
    [
        (RELEASED, 0),
        (RELEASED.replace("  kept: Int\n", ""), 1),
        ("type Query { kept: Int found(by: Int): Colour }\nenum Colour { RED }", 0),
        (RELEASED.replace("RED GREEN", "GREEN"), 1),
        (RELEASED.replace("kept: Int", "kept: String"), 1),
        (RELEASED.replace("by: Int", "by: Int!"), 1),
        (RELEASED.replace("kept: Int", "kept: Int\n  new: Int"), 0),
    ],
)
def test_only_what_was_announced_may_go_when_its_day_has_come(now: str, breaks: int) -> None:
    released, changed = build_schema(RELEASED), build_schema(now)
    assert len(forbidden(released=released, now=changed, today=date(2027, 5, 1))) == breaks


def test_what_was_announced_may_not_go_before_its_day() -> None:
    now = build_schema("type Query { kept: Int found(by: Int): Colour }\nenum Colour { RED }")
    assert len(forbidden(released=build_schema(RELEASED), now=now, today=date(2027, 4, 30))) == 3


def test_a_deprecation_says_from_when() -> None:
    assert undated(build_schema('type Query { a: Int @deprecated(reason: "改用 b") b: Int }')) == ["Query.a"]
