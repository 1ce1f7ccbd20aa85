"""Where files arrive before they are checked and stored: a folder of the instance, for its owner alone."""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

STALE_SECONDS = 24 * 3600
"""What arrived so long ago and still lies there was left by a process that died over it."""


class Incoming:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self.older(datetime.fromtimestamp(time.time() - STALE_SECONDS, UTC)):
            left.unlink(missing_ok=True)

    def file(self) -> Path:
        """A file of its own, empty and private."""
        number, name = tempfile.mkstemp(dir=self._folder)
        os.close(number)
        return Path(name)

    def older(self, before: datetime) -> Iterator[Path]:
        """What was last written before then."""
        for path in self._folder.iterdir():
            if path.stat().st_mtime < before.timestamp():
                yield path
