"""Where the files of cases are kept. One interface: a folder (``folder``), or an object store (``object_store``)."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

KEY = re.compile(r"(?P<county>\d{6})/(?P<end>[0-9a-f]{2})/(?P<id>[0-9a-f-]{34}(?P=end))")


@dataclass(frozen=True)
class Place:
    """Which file: nothing in it was named by a person."""

    county: str
    id: str
    """The attachment's, a UUID."""

    @property
    def key(self) -> str:
        # The last digits are random, the first are a time.
        return f"{self.county}/{self.id[-2:]}/{self.id}"

    @classmethod
    def of_key(cls, key: str) -> Self | None:
        """None for what is no key of ours."""
        found = KEY.fullmatch(key)
        return cls(found["county"], found["id"]) if found else None


@dataclass(frozen=True)
class Stored:
    place: Place
    size: int
    """Bytes."""
    since: datetime
    """When it was stored, an instant."""


class Storage(Protocol):
    """What is stored is whole, and does not change any more."""

    def check(self) -> None:
        """Raises ``StorageError``, with words for the operator, where nothing could be stored."""

    def incoming(self) -> Path:
        """A local file of its own, empty and private, for what is arriving and not yet checked."""

    async def keep(self, place: Place, arrived: Path) -> bool:
        """Stores what has arrived; False where the place has it already. The local file is left to the caller."""

    async def open(self, place: Place) -> AsyncIterator[bytes]:
        """Its content, chunk by chunk. Raises ``FileNotFoundError`` before the first."""

    async def remove(self, place: Place) -> None:
        """Nothing happens where there is none."""

    def listed(self) -> Iterator[Stored]:
        """Every file, in no order; whatever else lies there is none of ours."""

    def unfinished(self, *, before: datetime, remove: bool) -> int:
        """How many files began to arrive before then, and never came to be stored; removed where asked for."""


class StorageError(Exception):
    """The storage cannot be used; the message says why, and what to do."""
