"""Finding and ending the processes of one instance, and no other's."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.instance import MARK, Instance
from deploy.local.processes import alive, end_strays, marked, wait_until

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"

Spawn = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    started: list[subprocess.Popen[str]] = []

    def start(run: str, code: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, MARK: run}, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def instance(run: Path) -> Instance:
    return Instance(run=str(run), broker=None, database=None)


def test_only_the_instances_own_processes_end(tmp_path: Path, spawn: Spawn) -> None:
    ours = spawn(str(tmp_path / "ours"), SLEEP)
    neighbour = spawn(str(tmp_path / "ours-too"), SLEEP)
    assert marked(str(tmp_path / "ours")) == [ours.pid]
    assert end_strays(instance(tmp_path / "ours")) == 1
    assert ours.wait() == -signal.SIGTERM
    assert neighbour.poll() is None


def test_one_that_does_not_listen_is_killed(tmp_path: Path, spawn: Spawn) -> None:
    deaf = spawn(str(tmp_path), DEAF)
    end_strays(instance(tmp_path), seconds=0.2)
    assert deaf.wait() == -signal.SIGKILL


def test_a_process_that_ended_unreaped_is_not_alive(tmp_path: Path, spawn: Spawn) -> None:
    process = spawn(str(tmp_path), SLEEP)
    assert alive(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: not alive(process.pid), seconds=5)


def test_waiting_has_a_limit() -> None:
    assert not wait_until(lambda: False, seconds=0.05, every=0.01)
