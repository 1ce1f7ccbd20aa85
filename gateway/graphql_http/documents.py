"""Documents that are parsed and validated already: those in use, and those that an office has entered beforehand."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from graphql import DocumentNode

from gateway.graphql_http.measuring import Measure
from services.common.settings import SettingsError

CACHED_DOCUMENTS = 1000
CACHED_CHARACTERS = 4_000_000
"""Of their texts together; a parsed document takes some fifty times its text."""
MEASURES = 32
"""Kept of one document: one for each operation and each set of page sizes that was asked for."""
SHA256 = "sha256:"


@dataclass
class Prepared:
    """A document that parses, fits the schema and keeps the limits of shape."""

    document: DocumentNode
    sizes: frozenset[str]
    """The variables by which its pages are sized."""
    measures: OrderedDict[object, Measure] = field(default_factory=OrderedDict)

    def sizes_in(self, variables: Mapping[str, Any]) -> dict[str, int]:
        """Of what is no ``Int`` the type check tells. ``5.0`` is one."""
        given = {name: variables.get(name) for name in self.sizes}
        return {
            name: int(many)
            for name, many in given.items()
            if isinstance(many, int) or (isinstance(many, float) and many.is_integer())
        }

    def keep(self, key: object, measure: Measure) -> None:
        self.measures[key] = measure
        if len(self.measures) > MEASURES:
            self.measures.popitem(last=False)


class Cache:
    """The documents used last, bounded by their number and by the length of their texts."""

    def __init__(self, *, most: int = CACHED_DOCUMENTS, characters: int = CACHED_CHARACTERS) -> None:
        self._most, self._characters, self._held = most, characters, 0
        self._documents: OrderedDict[str, Prepared] = OrderedDict()

    def get(self, text: str) -> Prepared | None:
        found = self._documents.get(text)
        if found is not None:
            self._documents.move_to_end(text)
        return found

    def keep(self, text: str, prepared: Prepared) -> None:
        if text not in self._documents:
            self._held += len(text)
        self._documents[text] = prepared
        while len(self._documents) > self._most or self._held > self._characters:
            dropped, _ = self._documents.popitem(last=False)
            self._held -= len(dropped)

    def __len__(self) -> int:
        return len(self._documents)


def manifests(files: Iterable[str]) -> Mapping[str, str]:
    """The documents of these manifests by their id: JSON objects ``{"sha256:<hex>": "query …"}``.

    An id that says it is a digest must be the document's own. Raises ``SettingsError`` naming file and mistake.
    """
    found: dict[str, str] = {}
    for file in files:
        try:
            given = msgspec.json.decode(Path(file).read_bytes(), type=dict[str, str])
        except OSError as error:
            raise SettingsError(f"配置项 persisted_documents 中的文件 {file} 无法读取：{error}") from error
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise SettingsError(f'语句清单 {file} 应为 JSON 对象，形如 {{"sha256:…": "query …"}}：{error}') from error
        for id, text in given.items():
            if id.startswith(SHA256) and id != digest(text):
                raise SettingsError(f"语句清单 {file} 中 {id} 与语句不符，语句的摘要是 {digest(text)}")
            if found.setdefault(id, text) != text:
                raise SettingsError(f"语句清单 {file} 中的 {id} 在另一份清单中是不同的语句")
    return found


def digest(text: str) -> str:
    """``sha256:`` and the digest of the document's UTF-8, in hexadecimal."""
    return SHA256 + hashlib.sha256(text.encode()).hexdigest()
