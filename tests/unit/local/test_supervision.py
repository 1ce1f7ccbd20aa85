"""supervisord as the keeper of parts: it brings back what dies and stops what it is told to."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import parts
from deploy.local.instance import Instance, settle
from deploy.local.part import Part
from deploy.local.processes import marked, wait_until
from deploy.local.running import stop_everything
from deploy.local.supervise import SOCKET_PATH_LIMIT, Keeper, socket_path

SLEEP = "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(60)"
GREETING = "100 % 信桥 a,b {1;2}"


def part(name: str) -> Part:
    return Part(name=name, label=name, command=(sys.executable, "-c", SLEEP), environment={"GREETING": GREETING})


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Instance]:
    place = settle(tmp_path / "有 空格 100%", environ={})
    yield place
    stop_everything(place)
    assert marked(place.run) == []


def pid_of(keeper: Keeper, name: str) -> int:
    """Its process id; 0 in the moment between two processes."""
    return next((state.pid for state in keeper.states() if state.name == name and state.pid), 0)


def runs(keeper: Keeper, name: str) -> bool:
    return any(state.name == name and state.running for state in keeper.states())


def test_a_killed_part_comes_back_and_a_stopped_one_does_not(place: Instance) -> None:
    keeper = Keeper(place)
    keeper.start([part("one"), part("two")], environ=parts.environment(place, os.environ))
    assert not any(state.pid for state in keeper.states())
    keeper.start_parts(["one", "two"])
    assert wait_until(lambda: runs(keeper, "one") and runs(keeper, "two"), seconds=15)
    assert wait_until(lambda: (place.logs / "one.log").read_text("utf-8") == f"{GREETING}\n", seconds=15)

    before = pid_of(keeper, "one")
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: pid_of(keeper, "one") not in (0, before), seconds=15)
    assert wait_until(lambda: runs(keeper, "one"), seconds=15)

    keeper.stop_parts(["one"], seconds=10)
    assert not runs(keeper, "one")
    assert runs(keeper, "two")


def test_what_a_killed_keeper_left_is_ended(place: Instance) -> None:
    keeper = Keeper(place)
    keeper.start([part("one")], environ=parts.environment(place, os.environ))
    keeper.start_parts(["one"])
    assert wait_until(lambda: runs(keeper, "one"), seconds=15)
    os.kill(int(keeper.pid_file.read_text()), signal.SIGKILL)
    assert wait_until(lambda: not keeper.running(), seconds=5)
    assert len(marked(place.run)) == 1
    assert stop_everything(place)
    assert marked(place.run) == []


def test_nothing_to_stop_is_said_so(place: Instance) -> None:
    assert not stop_everything(place)


def test_a_change_of_parts_is_noticed(place: Instance) -> None:
    keeper = Keeper(place)
    first = [part("one")]
    keeper.config.write_text(keeper.configuration(first), "utf-8")
    assert not keeper.would_change(first)
    assert keeper.would_change([*first, part("two")])


def test_the_socket_of_a_long_path_lies_under_the_systems_folder(tmp_path: Path) -> None:
    assert socket_path(Path("/srv/xinqiao/.run")) == Path("/srv/xinqiao/.run/supervisord.sock")
    long = tmp_path / ("x" * 100)
    assert len(os.fsencode(socket_path(long))) <= SOCKET_PATH_LIMIT
    assert socket_path(long) != socket_path(long.with_name("y" * 100))
