"""Commands that run one after the other beside another one: what they say is kept, and shown whole."""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple


class Job(NamedTuple):
    title: str
    command: tuple[str, ...]


class Done(NamedTuple):
    job: Job
    code: int
    seconds: float
    said: str
    """All that it wrote, errors among it."""

    @property
    def passed(self) -> bool:
        return self.code == 0


class Beside:
    """A queue of jobs on a thread of its own; each starts when the one before has ended, whether that failed or not."""

    def __init__(self, jobs: Sequence[Job], *, folder: Path, tell: Callable[[Done], None]) -> None:
        self.done: list[Done] = []
        self._jobs = jobs
        self._folder = folder
        self._tell = tell
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="beside", daemon=True)
        self._thread.start()

    def wait(self) -> list[Done]:
        """All of them, when the last has ended."""
        self._thread.join()
        return self.done

    def stop(self, number: int | None) -> None:
        """Starts no more, and sends the running one the signal (None: it has it already). ``wait`` awaits its end."""
        with self._lock:
            self._stopped = True
            if self._process is not None and number is not None:
                self._process.send_signal(number)

    def _run(self) -> None:
        for job in self._jobs:
            started = time.monotonic()
            with self._lock:
                if self._stopped:
                    return
                self._process = subprocess.Popen(
                    job.command,
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )
            said, _ = self._process.communicate()
            done = Done(job, self._process.returncode, time.monotonic() - started, said.decode("utf-8", "replace"))
            self.done.append(done)
            self._tell(done)
