"""What a person sees of an import: its progress while it runs, and the file of rows that could not be taken."""

import csv
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from deploy.local.errors import LocalError
from deploy.local.progress import say
from deploy.operator.import_rows import unreadable

LINE_EVERY_SECONDS = 5.0
REASONS_SHOWN = 20
LINES_SHOWN = 5


def reason_lines(reasons: Mapping[str, list[int]]) -> list[str]:
    """How many rows were sent back for what, the most frequent first, each with the first lines."""
    ordered = sorted(reasons.items(), key=lambda one: (-len(one[1]), min(one[1])))
    found = []
    for reason, lines in ordered[:REASONS_SHOWN]:
        first = "、".join(map(str, sorted(lines)[:LINES_SHOWN]))
        found.append(f"  {len(lines)} 行：{reason}（第 {first} 行{'等' if len(lines) > LINES_SHOWN else ''}）")
    if len(ordered) > REASONS_SHOWN:
        found.append(f"  另有 {len(ordered) - REASONS_SHOWN} 种原因")
    return found


class Rejects:
    """A CSV file of the rows that were sent back: line, reason, and the row as it was.

    It exists only where there is such a row; that of an earlier run is replaced. Letters are personal data, so its
    owner alone may read it.
    """

    def __init__(self, path: Path, *, header: list[str]) -> None:
        """Raises ``LocalError`` where the file cannot be written, before a letter is sent."""
        self.path = path
        self._header = header
        self._file: TextIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open().close()
            path.unlink()
        except OSError as error:
            raise LocalError(f"退回清单 {path} 不能写入：{unreadable(error)}。可用 --rejects 另选一个文件") from error

    def add(self, *, line: int, cells: list[str], reason: str) -> None:
        if self._file is None:
            self._file = self._open()
            self._write(["行号", "退回原因", *self._header])
        self._write([str(line), reason, *cells])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> TextIO:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        # With the mark by which Excel knows UTF-8.
        return os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")

    def _write(self, cells: list[str]) -> None:
        csv.writer(self._file).writerow(cells)  # type: ignore[arg-type]


class Progress:
    """A bar on a terminal; elsewhere a line every few seconds."""

    def __init__(self, *, total: int, terminal: bool) -> None:
        self._total = total
        self._done = 0
        self._said = time.monotonic()
        self._bar: Any = tqdm(total=total, unit="件", dynamic_ncols=True) if terminal else None

    def step(self, summary: str) -> None:
        """One more row is done; ``summary`` says what became of all so far."""
        self._done += 1
        if self._bar is not None:
            self._bar.set_postfix_str(summary, refresh=False)
            self._bar.update()
        elif time.monotonic() - self._said >= LINE_EVERY_SECONDS:
            self._said = time.monotonic()
            say(f"  {self._done}/{self._total}：{summary}")

    def note(self, text: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        say(f"  {text}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
