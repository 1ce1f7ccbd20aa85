"""Fixtures that every test may ask for. None starts anything before a test asks for it."""

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from deploy.local import trial
from deploy.local.logfiles import tail

if TYPE_CHECKING:
    from tests.harness.instance import TestInstance
    from tests.harness.platform import Platform

LINES_OF_TRACEBACK = 40

# A shell that starts the tests in its background has them ignore interrupts, and so would whatever they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What a property says does not depend on how busy the machine is.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def instance() -> "Iterator[TestInstance]":
    """A private broker and database, migrated and empty, with ``settings`` that reach them."""
    from tests.harness.instance import started_instance

    # Ended by a signal, the run still stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with started_instance() as started:
        yield started


@pytest.fixture(scope="session")
def platform(instance: "TestInstance") -> "Iterator[Platform]":
    """All parts of the platform, healthy, with the demonstration county loaded."""
    from tests.harness.platform import started_platform

    with started_platform(instance) as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """After a failure: where the logs of the parts are, and the end of those that tell of an exception."""
    logs = trial.folder_of(os.getpid()) / "logs"
    if exitstatus == pytest.ExitCode.OK or not logs.exists():
        return
    terminalreporter.section("日志")
    for log in sorted(logs.glob("*.log")):
        lines = tail(log, 2000)
        marks = [number for number, line in enumerate(lines) if "Traceback (most recent call last)" in line]
        if marks:
            terminalreporter.write_line(f"--- {log}: {len(marks)} traceback(s), the last:")
            for line in lines[marks[-1] : marks[-1] + LINES_OF_TRACEBACK]:
                terminalreporter.write_line(f"    {line}")
    kept = "not kept (CI)" if "CI" in os.environ else f"kept in {logs} until the next ./xinqiao test"
    terminalreporter.write_line(f"Logs of all parts: {kept}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[FAILED] = exitstatus != pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    """Last of all: the run's folder goes; after a failure its logs stay, except in CI."""
    folder = trial.folder_of(os.getpid())
    if folder.exists():
        trial.remove(folder, keep_logs=config.stash.get(FAILED, True) and "CI" not in os.environ)


FAILED = pytest.StashKey[bool]()
