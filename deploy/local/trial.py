"""Throw-away instances for tests: each test run has its own folder, beside a running platform."""

import contextlib
import shutil
from pathlib import Path

from deploy.local import borrowed
from deploy.local.errors import LocalError
from deploy.local.instance import RUN, Instance, outside_folder, remembered
from deploy.local.processes import end_strays

PREFIX = "test-"


def folder_of(pid: int) -> Path:
    """The folder of the instance that the test run with this process id uses."""
    return RUN / f"{PREFIX}{pid}"


def sweep(*, keep_logs: bool = False) -> None:
    """Clears away what test runs left that are no more: processes and data, and their logs too unless wanted."""
    for folder in RUN.glob(f"{PREFIX}*"):
        if not _is_pytest(folder.name.removeprefix(PREFIX)):
            remove(folder, keep_logs=keep_logs)


def end(folder: Path) -> None:
    """Ends every process of the instance at once, since what it holds is thrown away."""
    end_strays(_instance(folder), seconds=0)


def remove(folder: Path, *, keep_logs: bool = False) -> None:
    """Ends the instance and deletes it; its logs may stay for whoever looks into a failure."""
    end(folder)
    borrowed.give_back(_instance(folder))
    shutil.rmtree(outside_folder(folder), ignore_errors=True)
    if not keep_logs:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "logs":
            shutil.rmtree(entry, ignore_errors=True)
        elif not entry.is_dir():
            entry.unlink()


def _instance(folder: Path) -> Instance:
    found = None
    with contextlib.suppress(LocalError):  # interrupted while it was written
        found = remembered(folder)
    return found or Instance(run=str(folder), broker=None, database=None)


def _is_pytest(pid: str) -> bool:
    try:
        return b"pytest" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
