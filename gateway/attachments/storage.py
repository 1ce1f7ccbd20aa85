"""Where the files of cases are kept. One interface: a folder here (``folder``), elsewhere an object store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


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


class Storage(Protocol):
    """What is stored is whole, and does not change any more."""

    def incoming(self) -> Path:
        """A local file of its own, empty and private, for what is arriving and not yet checked."""

    async def keep(self, place: Place, arrived: Path) -> bool:
        """Stores what has arrived; False where the place has it already. The local file is left to the caller."""

    async def open(self, place: Place) -> AsyncIterator[bytes]:
        """Its content, chunk by chunk. Raises ``FileNotFoundError`` before the first."""

    async def remove(self, place: Place) -> None:
        """Nothing happens where there is none."""
