"""What the machine must have: found, installed without side effects, or asked for in words that help."""

import os
import shutil
from pathlib import Path

import pytest

from deploy.local import software
from deploy.local.errors import LocalError
from deploy.local.instance import ROOT


def ensure(log: Path) -> None:
    software.ensure(broker=True, database=True, log=log, say=lambda _: None)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without either program."""
    monkeypatch.setattr(software, "rabbitmq_sbin", lambda: None)
    monkeypatch.setattr(software, "postgres_bin", lambda: None)
    return monkeypatch


def test_without_root_both_ways_on_are_named(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LocalError) as refused:
        ensure(tmp_path / "apt.log")
    message = str(refused.value)
    for words in ("RabbitMQ、PostgreSQL", "root", "deploy/compose.yaml", "AMQP_URI", "AMQP_ADMIN_URI", "DATABASE_URL"):
        assert words in message
    assert (ROOT / "deploy" / "compose.yaml").exists()


def test_nothing_is_missing_where_other_servers_are_used(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(os, "geteuid", lambda: 1000)
    software.ensure(broker=False, database=False, log=tmp_path / "apt.log", say=lambda _: None)


def test_packages_start_no_service_and_make_no_cluster_of_the_system(
    machine: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy, cluster = tmp_path / "policy-rc.d", tmp_path / "createcluster.conf"
    machine.setattr(os, "geteuid", lambda: 0)
    machine.setattr(software, "POLICY", policy)
    machine.setattr(software, "CLUSTER_CONF", cluster)
    machine.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")
    ran: list[list[str]] = []

    def apt(arguments: list[str], log: Path) -> None:
        assert policy.read_text() == "#!/bin/sh\nexit 101\n"
        assert policy.stat().st_mode & 0o111
        if arguments[-1] == "postgresql-common":
            cluster.write_text("# as the package brings it\n")
        elif "postgresql" in arguments:
            assert "create_main_cluster = false" in cluster.read_text()
        ran.append(arguments)

    machine.setattr(software, "_apt", apt)
    ensure(tmp_path / "apt.log")
    assert ran[-1][-2:] == ["rabbitmq-server", "postgresql"]
    assert not policy.exists()
    assert cluster.read_text() == "# as the package brings it\n"


def test_a_policy_that_is_there_already_stays(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("theirs")
    machine.setattr(os, "geteuid", lambda: 0)
    machine.setattr(software, "POLICY", policy)
    machine.setattr(software, "CLUSTER_CONF", tmp_path / "createcluster.conf")
    machine.setattr(shutil, "which", lambda _: "/usr/bin/apt-get")

    def apt(arguments: list[str], log: Path) -> None:
        raise LocalError("no network")

    machine.setattr(software, "_apt", apt)
    with pytest.raises(LocalError, match="no network"):
        ensure(tmp_path / "apt.log")
    assert policy.read_text() == "theirs"
