"""Keeps processes running as supervisord does on a machine: what dies is started anew, until it is stopped."""

import pwd
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from deploy.local.part import Part
from tests.harness.waiting import eventually

RESTART_SECONDS = 0.5
"""How long a part that died rests before it is started again."""


class Kept:
    """One part: its present process, and the thread that starts the next one."""

    def __init__(self, part: Part, *, environ: Mapping[str, str], log: Path) -> None:
        self.part = part
        self.log = log
        self.starts = 0
        self._environ = {**environ, **part.environment}
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        """Whoever stops it stops the process that is being started, and not the one before."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def start(self) -> None:
        if self._wanted.is_set():
            return
        self._wanted.set()
        self._stopped.clear()
        self._thread = threading.Thread(target=self._keep, name=f"keep-{self.part.name}", daemon=True)
        self._thread.start()

    def send(self, number: signal.Signals) -> None:
        """Sends the signal to the process itself, which comes back if it ends of it."""
        eventually(lambda: self.pid is not None, 10, what=f"{self.part.name} runs")
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self, number: signal.Signals | None = None) -> None:
        """Ends it for good; killed where it does not follow the signal within its time."""
        with self._starting:
            self._wanted.clear()
            self._stopped.set()
            process, thread = self._process, self._thread
        if thread is None:
            return
        if process is not None and process.returncode is None:
            process.send_signal(number or self.part.stop_signal)
        thread.join(self.part.stop_seconds)
        if thread.is_alive() and self._process is not None:
            self._process.kill()
            thread.join(10)
        self._thread = None

    def _keep(self) -> None:
        with self.log.open("ab") as out:
            while True:
                with self._starting:
                    if not self._wanted.is_set():
                        return
                    self.starts += 1
                    self._process = subprocess.Popen(
                        self.part.command,
                        cwd=self.part.directory,
                        env=self._environ,
                        user=self.part.user,
                        group=None if self.part.user is None else pwd.getpwnam(self.part.user).pw_gid,
                        extra_groups=None if self.part.user is None else [],
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                code = self._process.wait()
                out.write(f"--- {self.part.name} ended with {code} ---\n".encode())
                out.flush()
                self._stopped.wait(RESTART_SECONDS)


class Keeper:
    """All parts of one instance by name."""

    def __init__(self, *, environ: Mapping[str, str], logs: Path) -> None:
        self._environ = environ
        self._logs = logs
        self._kept: dict[str, Kept] = {}

    def add(self, part: Part) -> Kept:
        """Starts a part and keeps it."""
        kept = Kept(part, environ=self._environ, log=self._logs / f"{part.name}.log")
        self._kept[part.name] = kept
        kept.start()
        return kept

    def __getitem__(self, name: str) -> Kept:
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._kept

    def stop_all(self, number: signal.Signals | None = None) -> None:
        """Ends them, the last started first."""
        for kept in reversed(self._kept.values()):
            kept.stop(number)
