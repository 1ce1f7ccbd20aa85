"""The parts' log files: their last lines, and what is added to them."""

import time
from collections.abc import Iterator
from pathlib import Path

BLOCK = 64 * 1024


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log; none where there is no log yet."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        size = file.seek(0, 2)
        take = min(size, BLOCK)
        text = b""
        while True:
            file.seek(size - take)
            text = file.read(take)
            if take == size or text.count(b"\n") > lines:
                break
            take = min(size, take * 2)
    return text.decode("utf-8", "replace").splitlines()[-lines:]


def follow(paths: list[Path], *, every: float = 0.3) -> Iterator[tuple[Path, str]]:
    """Each line that is added to one of these logs from now on; a log that is rotated is followed into its new file."""
    places = {path: _size(path) for path in paths}
    rests = dict.fromkeys(paths, b"")
    while True:
        for path in paths:
            if _size(path) < places[path]:
                places[path], rests[path] = 0, b""
            if _size(path) == places[path]:
                continue
            with path.open("rb") as file:
                file.seek(places[path])
                added = file.read()
            places[path] += len(added)
            *whole, rests[path] = (rests[path] + added).split(b"\n")
            for line in whole:
                yield path, line.decode("utf-8", "replace")
        time.sleep(every)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
