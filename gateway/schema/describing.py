"""Says of every type, field, argument and value what it is, in Chinese and in English.

Chinese: what the schema's own source says, else what the name means (``words.toml``). English: the name read as words,
for a name is chosen to be the field's standard term, else what the file says of it.
"""

import re
import tomllib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, is_specified_scalar_type

WORDS = Path(__file__).parent / "words.toml"
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BETWEEN = " / "

SCALARS = {
    "Date": ("日期，形如 2026-02-28；法定日期一律按北京时间", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"),
    "DateTime": ("时刻，带时区，形如 2026-02-28T01:30:00+00:00", "https://www.rfc-editor.org/rfc/rfc3339"),
    "Time": ("一日中的时间，形如 08:30:00，北京时间", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"),
}


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text("utf-8"))


def describe(schema: GraphQLSchema) -> None:
    """Completes every description of the schema; raises ``LookupError`` naming what is without a word."""
    mutations = _mutation_names(schema)
    for type_ in schema.type_map.values():
        if type_.name.startswith("__") or is_specified_scalar_type(type_):
            continue
        if isinstance(type_, GraphQLScalarType) and type_.name in SCALARS:
            type_.description, type_.specified_by_url = SCALARS[type_.name]
        type_.description = _both(type_.description, type_.name, partial(_of_type, type_.name, mutations))
        for name, field in getattr(type_, "fields", {}).items():
            field.description = _both(field.description, name, partial(_of_name, name, f"{type_.name}.{name}"))
            for argument, each in getattr(field, "args", {}).items():
                place = f"{type_.name}.{name}({argument})"
                each.description = _both(each.description, argument, partial(_of_name, argument, place))
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                value.description = _both(value.description, name.lower(), partial(_of_value, f"{type_.name}.{name}"))


def _both(said: str | None, name: str, in_words: Callable[[], str]) -> str:
    """``said``: by the source itself; Chinese, or English of an enumeration of the services'."""
    own = (said or "").strip()
    if CHINESE.search(own):
        english = f"{BETWEEN}{_english(name)}"
        # An argument that stands at many places is one object, and described at the first of them.
        return own if own.endswith(english) else f"{' '.join(own.split())}{english}"
    return f"{in_words()}{BETWEEN}{' '.join(own.split()) or _english(name)}"


def _english(name: str) -> str:
    given = _words()["english"].get(name)
    return given or " ".join(CAPITAL.sub(" ", name).split()).capitalize()


def _of_name(name: str, place: str) -> str:
    names, ids = _words()["names"], _words()["ids"]
    if name in names:
        return names[name]
    for ending, said in (("Labels", "{}（文字）"), ("Label", "{}（文字）"), ("Ids", "{}的标识"), ("Id", "{}的标识")):
        base = name.removesuffix(ending)
        word = (ids.get(CAPITAL.sub("-", base).lower()) if "Id" in ending else None) or names.get(base)
        if base != name and word:
            return said.format(word)
    raise LookupError(f"{place} has no Chinese description: say it at the field, or enter {name} in words.toml")


def _of_value(place: str) -> str:
    if place in _words()["values"]:
        return _words()["values"][place]
    raise LookupError(f"{place} has no Chinese description: enter it in words.toml")


def _of_type(name: str, mutations: dict[str, str]) -> str:
    if name in _words()["types"]:
        return _words()["types"][name]
    if name in mutations:
        return f"{mutations[name]}：填写的内容"
    if name.endswith("Edge"):
        return "列表中的一行及其位置"
    if name.endswith("Payload"):
        return "办理结果"
    raise LookupError(f"type {name} has no Chinese description: say it at the type, or enter it in words.toml")


def _mutation_names(schema: GraphQLSchema) -> dict[str, str]:
    """By the type of a mutation's input what the mutation does."""
    root = schema.mutation_type
    found: dict[str, str] = {}
    for field in root.fields.values() if isinstance(root, GraphQLObjectType) else []:
        given: Any = field.args.get("input")
        if given is not None and field.description:
            found[given.type.of_type.name] = field.description.rstrip("。")
    return found
