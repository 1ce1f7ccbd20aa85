"""The processes of an instance, found by the mark in their environment: never by name, so never another's."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.instance import MARK, Instance


def marked(run: str) -> list[int]:
    """The ids of the living processes that belong to the instance in this folder."""
    wanted = os.fsencode(f"{MARK}={run}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or not ours to read
    return found


def end_strays(instance: Instance, *, seconds: float = 30) -> int:
    """Ends what still runs of an instance that nobody keeps any more; tells how many processes there were.

    They are asked first, and killed after ``seconds``. A keeper that lost its socket is among them.
    """
    postmaster = _postmaster(instance)
    strays = {*marked(instance.run), *postmaster}
    for pid in strays:
        _send(pid, signal.SIGINT if pid in postmaster else signal.SIGTERM)

    def gone(number: signal.Signals | None = None) -> bool:
        left = {pid for pid in {*marked(instance.run), *_postmaster(instance)} if alive(pid)}
        if number:
            for pid in left:
                _send(pid, number)
        return not left

    if not wait_until(gone, seconds=seconds):
        wait_until(lambda: gone(signal.SIGKILL), seconds=10)
    return len(strays)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and is not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


def wait_until(condition: Callable[[], object], *, seconds: float, every: float = 0.1) -> bool:
    """Asks until the condition holds; False where it does not within the time."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(every)
    return True


def _postmaster(instance: Instance) -> list[int]:
    """The private database's main process, by its own lock file."""
    if instance.database is None:
        return []
    data = Path(instance.database.data)
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return []
    return [pid] if os.fsencode(data) in command and alive(pid) else []


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
