"""Where an instance stands on the machine: remembered, free, and reachable for those who run it."""

import hashlib
import os
from pathlib import Path

import pytest

from deploy.local import instance as instances
from deploy.local.errors import LocalError
from deploy.local.instance import remembered, settle
from deploy.local.ports import free_ports, is_free


def test_ports_and_folders_stay_for_later_runs(tmp_path: Path) -> None:
    first = settle(tmp_path / "run", environ={})
    assert settle(tmp_path / "run", environ={}) == first
    assert remembered(tmp_path / "run") == first


def test_a_clone_that_was_moved_finds_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "_may_enter", lambda user, folder: True)
    first = settle(tmp_path / "before", environ={})
    (tmp_path / "before").rename(tmp_path / "after")
    found = remembered(tmp_path / "after")
    assert found is not None
    assert found.folder == tmp_path / "after"
    assert found.database is not None
    assert first.database is not None
    assert found.database.port == first.database.port
    assert found.database.data == str(tmp_path / "after" / "postgres")


def test_a_spoilt_memory_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text("{")
    with pytest.raises(LocalError, match=r"instance\.json"):
        remembered(tmp_path)


def test_free_ports_are_different_and_below_those_of_outgoing_connections() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(is_free(port) and port < first_outgoing for port in ports)


def test_the_brokers_data_lie_outside_a_path_that_is_not_ascii(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "outside_folder", lambda run: tmp_path / "outside")
    place = settle(tmp_path / "信桥" / "run", environ={})
    assert place.broker is not None
    assert place.broker.data == str(tmp_path / "outside" / "rabbitmq")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_the_databases_data_lie_outside_a_folder_that_its_user_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "outside_folder", lambda run: tmp_path / "outside")
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    place = settle(closed / "run", environ={})
    assert place.database is not None
    assert place.database.data == str(tmp_path / "outside" / "postgres")


def test_two_clones_never_share_a_folder_outside(tmp_path: Path) -> None:
    one, two = instances.outside_folder(tmp_path / "one"), instances.outside_folder(tmp_path / "two")
    assert one != two
    assert one.name == hashlib.sha256(str(tmp_path / "one").encode()).hexdigest()[:16]
