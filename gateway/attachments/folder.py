"""A folder of the instance as storage: files and folders for their owner alone."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from gateway.attachments.storage import Place

CHUNK = 256 * 1024
"""Bytes."""
STALE_SECONDS = 24 * 3600
"""What arrived so long ago and still lies there was left by a process that died over it."""


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._arriving = root / "incoming"
        self._arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._arriving.iterdir():
            if left.stat().st_mtime < time.time() - STALE_SECONDS:
                left.unlink(missing_ok=True)

    def incoming(self) -> Path:
        number, name = tempfile.mkstemp(dir=self._arriving)
        os.close(number)
        return Path(name)

    async def keep(self, place: Place, arrived: Path) -> bool:
        return await asyncio.to_thread(self._keep, self._path(place), arrived)

    async def open(self, place: Place) -> AsyncIterator[bytes]:
        return _chunks(await asyncio.to_thread(self._path(place).open, "rb"))

    async def remove(self, place: Place) -> None:
        await asyncio.to_thread(self._path(place).unlink, missing_ok=True)

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
