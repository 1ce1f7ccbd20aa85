"""The keeper of the parts on one machine: supervisord, its configuration, and the way to talk to it."""

import hashlib
import http.client
import os
import shlex
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.local.errors import LocalError
from deploy.local.instance import ROOT, Instance
from deploy.local.part import Part
from deploy.local.processes import alive, wait_until

SOCKET_PATH_LIMIT = 100
"""Bytes; the system allows 107, and supervisord makes a longer temporary name beside it."""


@dataclass(frozen=True, kw_only=True)
class PartState:
    name: str
    state: str
    """supervisord's word: RUNNING, STARTING, BACKOFF, STOPPING, STOPPED, EXITED, FATAL, UNKNOWN."""
    pid: int
    seconds: int
    """How long it has been running; 0 where it does not."""
    error: str

    @property
    def running(self) -> bool:
        return self.state == "RUNNING"

    @property
    def at_rest(self) -> bool:
        return self.state in {"STOPPED", "EXITED", "FATAL"}


class Keeper:
    """The supervisord of an instance, running or not."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.config = instance.folder / "supervisord.conf"
        self.pid_file = instance.folder / "supervisord.pid"
        self.socket = socket_path(instance.folder)

    def running(self) -> bool:
        """Whether it answers."""
        return self.socket.exists() and self._ask("getState") is not None

    def start(self, parts: Iterable[Part], *, environ: Mapping[str, str]) -> None:
        """Starts the keeper with these parts at rest; raises ``LocalError`` with its own words if it cannot."""
        self.config.write_text(self.configuration(parts), "utf-8")
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.config)]
        done = subprocess.run(command, cwd=ROOT, env=dict(environ), capture_output=True, text=True)
        if done.returncode != 0 or not wait_until(self.running, seconds=10):
            raise LocalError(f"进程管理器 supervisord 没有启动：\n{done.stdout[-1000:]}{done.stderr[-1000:]}")

    def would_change(self, parts: Iterable[Part]) -> bool:
        """Whether the running keeper knows other parts, or other commands, than these."""
        return not self.config.exists() or self.config.read_text("utf-8") != self.configuration(parts)

    def states(self) -> list[PartState]:
        """Every part's state; empty where the keeper does not run."""
        return [
            PartState(
                name=info["name"],
                state=info["statename"],
                pid=info["pid"],
                seconds=max(0, info["now"] - info["start"]) if info["pid"] else 0,
                error=info["spawnerr"],
            )
            for info in self._ask("getAllProcessInfo") or []
        ]

    def start_parts(self, names: Iterable[str]) -> None:
        """Starts these parts, all at once; one that runs already is left alone."""
        for name in names:
            self._ask("startProcess", name, False, harmless=(Faults.ALREADY_STARTED,))

    def stop_parts(self, names: Iterable[str], *, seconds: float) -> None:
        """Asks these parts to finish, all at once, and waits until they have; the keeper kills who is too slow."""
        wanted = {state.name for state in self.states()} & set(names)
        for name in wanted:
            self._ask("stopProcess", name, False, harmless=(Faults.NOT_RUNNING,))
        rested = wait_until(
            lambda: all(state.at_rest for state in self.states() if state.name in wanted), seconds=seconds
        )
        if not rested:
            raise LocalError(f"这些部分没有在 {seconds:.0f} 秒内停止：{'、'.join(sorted(wanted))}，请稍后重试。")

    def shut_down(self) -> None:
        """Ends the keeper itself, after its parts were stopped."""
        pid = self._ask("getPID")
        self._ask("shutdown")
        if pid is not None and not wait_until(lambda: not alive(pid), seconds=90):
            raise LocalError(f"进程管理器 supervisord（进程号 {pid}）没有结束，请稍后重试 ./xinqiao down。")

    def configuration(self, parts: Iterable[Part]) -> str:
        """supervisord's configuration for these parts."""
        logs = self.instance.logs
        sections: list[tuple[str, dict[str, object]]] = [
            ("unix_http_server", {"file": self.socket, "chmod": "0700"}),
            (
                "supervisord",
                {
                    "logfile": logs / "supervisord.log",
                    "logfile_maxbytes": "5MB",
                    "logfile_backups": 2,
                    "pidfile": self.pid_file,
                    **({"user": "root"} if os.geteuid() == 0 else {}),
                },
            ),
            (
                "rpcinterface:supervisor",
                {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
            ),
            *((f"program:{part.name}", self._program(part)) for part in parts),
        ]
        return "\n".join(
            f"[{name}]\n" + "".join(f"{key} = {str(value).replace('%', '%%')}\n" for key, value in options.items())
            for name, options in sections
        )

    def _program(self, part: Part) -> dict[str, object]:
        return {
            "command": shlex.join(part.command),
            "directory": part.directory,
            "environment": ",".join(f'{key}="{value}"' for key, value in part.environment.items()),
            **({"user": part.user} if part.user else {}),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": 1,
            # A part may have to wait for the broker or the database: seconds, or as long as an operator needs.
            "startretries": 100_000,
            "stopsignal": part.stop_signal.name.removeprefix("SIG"),
            "stopwaitsecs": part.stop_seconds,
            "killasgroup": "true",
            "redirect_stderr": "true",
            # This one value supervisord expands twice.
            "stdout_logfile": str(self.instance.logs / f"{part.name}.log").replace("%", "%%"),
            "stdout_logfile_maxbytes": "20MB",
            "stdout_logfile_backups": 3,
        }

    def _ask(self, method: str, *arguments: object, harmless: tuple[int, ...] = ()) -> Any:
        """Calls the keeper; None where it does not run, or where it answers with a harmless fault."""
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode in harmless:
                return None
            raise LocalError(f"进程管理器拒绝了 {method} {arguments}：{fault.faultString}") from fault
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError):
            return None
        finally:
            transport.close()


def socket_path(run: Path) -> Path:
    """Where supervisord listens: in the instance's folder, or under the system's if that path is too long."""
    path = run / "supervisord.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(run)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"xinqiao-{os.getuid()}-{name}.sock"
