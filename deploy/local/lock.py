"""One command at a time changes what runs in a clone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import LocalError


@contextmanager
def exclusive(run: Path) -> Iterator[None]:
    """Held while ``up`` or ``down`` works; raises ``LocalError`` at once if another holds it."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError("本目录中已有一个 ./xinqiao up 或 down 正在运行，请等它结束后再试。") from None
        yield
