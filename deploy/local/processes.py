"""The processes of an instance, found by the mark in their environment: never by name, so never another's."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
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

    Our own parts first, while broker and database still serve them; each is asked, and killed after ``seconds``.
    A keeper that lost its socket is among them.
    """
    strays = _living(instance)
    for group in ({pid for pid in strays if _is_python(pid)}, strays):
        postmaster = _postmaster(instance)
        for pid in group:
            _send(pid, signal.SIGINT if pid in postmaster else signal.SIGTERM)
        if not wait_until(partial(_all_ended, group), seconds=seconds):
            for pid in group:
                _send(pid, signal.SIGKILL)
    # A keeper that was killed just now may have started one more.
    wait_until(lambda: not _killed(instance), seconds=10)
    return len(strays)


def _living(instance: Instance) -> set[int]:
    return {pid for pid in {*marked(instance.run), *_postmaster(instance)} if alive(pid)}


def _killed(instance: Instance) -> set[int]:
    left = _living(instance)
    for pid in left:
        _send(pid, signal.SIGKILL)
    return left


def _all_ended(group: set[int]) -> bool:
    return not any(map(alive, group))


def _is_python(pid: int) -> bool:
    try:
        return os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(sys.executable)
    except OSError:
        return False


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
