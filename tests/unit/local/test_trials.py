"""Throw-away instances: what a test run leaves is cleared away, what still runs is not."""

import os
from pathlib import Path

import pytest

from deploy.local import borrowed, trial
from deploy.local.errors import LocalError


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(trial, "RUN", tmp_path)
    monkeypatch.setattr(borrowed, "RUN", tmp_path)
    return tmp_path


def trial_of(pid: int | str, run: Path) -> Path:
    folder = run / f"{trial.PREFIX}{pid}"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "intake.log").write_text("what happened")
    (folder / "postgres").mkdir()
    (folder / "instance.json").write_text("{")
    return folder


def test_the_sweep_takes_what_dead_runs_left_and_nothing_else(run: Path) -> None:
    dead, living = trial_of(2**22 + 1, run), trial_of(os.getpid(), run)
    (run / "xinqiao.toml").touch()
    trial.sweep()
    assert not dead.exists()
    assert (living / "postgres").exists()
    assert (run / "xinqiao.toml").exists()


def test_after_a_failure_the_logs_stay_and_nothing_else(run: Path) -> None:
    folder = trial_of(2**22 + 1, run)
    trial.remove(folder, keep_logs=True)
    assert [entry.name for entry in folder.iterdir()] == ["logs"]
    assert (folder / "logs" / "intake.log").read_text() == "what happened"


def test_tests_refuse_the_servers_that_the_running_platform_uses(run: Path) -> None:
    (run / "xinqiao.toml").write_text(
        'amqp_url = "amqp://a:b@10.0.0.1:5672/"\nadmin_database_url = "postgresql://a:b@10.0.0.2:5432/xinqiao"\n'
    )
    with pytest.raises(LocalError, match="AMQP_URI"):
        borrowed.refuse_shared({"AMQP_URI": "amqp://other:pw@10.0.0.1:5672/elsewhere"})
    with pytest.raises(LocalError, match="DATABASE_URL"):
        borrowed.refuse_shared({"DATABASE_URL": "postgresql://other:pw@10.0.0.2:5432/elsewhere"})
    borrowed.refuse_shared(
        {"AMQP_URI": "amqp://a:b@10.0.0.1:5673/", "DATABASE_URL": "postgresql://a:b@10.0.0.2:5433/x"}
    )
