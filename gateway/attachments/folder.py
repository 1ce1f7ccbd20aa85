"""A folder of the instance as storage: files and folders for their owner alone."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from gateway.attachments.incoming import Incoming
from gateway.attachments.storage import Place, StorageError, Stored

CHUNK = 256 * 1024
"""Bytes."""


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = Incoming(root / "incoming")

    def check(self) -> None:
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise StorageError(f"附件目录 {self._root} 不可读写，请检查其所有者和权限")

    def incoming(self) -> Path:
        return self._incoming.file()

    async def keep(self, place: Place, arrived: Path) -> bool:
        return await asyncio.to_thread(self._keep, self._path(place), arrived)

    async def open(self, place: Place) -> AsyncIterator[bytes]:
        return _chunks(await asyncio.to_thread(self._path(place).open, "rb"))

    async def remove(self, place: Place) -> None:
        await asyncio.to_thread(self._path(place).unlink, missing_ok=True)

    def listed(self) -> Iterator[Stored]:
        for path in self._root.glob("*/*/*"):
            place = Place.of_key(path.relative_to(self._root).as_posix())
            if place is not None and path.is_file():
                found = path.stat()
                yield Stored(place, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def unfinished(self, *, before: datetime, remove: bool) -> int:
        left = list(self._incoming.older(before))
        if remove:
            for path in left:
                path.unlink(missing_ok=True)
        return len(left)

    def _path(self, place: Place) -> Path:
        return self._root / place.key

    def _keep(self, path: Path, arrived: Path) -> bool:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(arrived)
        try:
            # A link and no renaming: what is there is never replaced.
            os.link(arrived, path)
        except FileExistsError:
            return False
        for folder in (path.parent, path.parent.parent, self._root):
            _sync(folder)
        return True


def _sync(path: Path) -> None:
    """Writes a file, or the names in a folder, through to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
