"""``./xinqiao test``: lint, types, import rules and all tests; everything runs, and any failure fails the whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from deploy.local import borrowed, software, trial
from deploy.local.instance import ROOT, RUN
from deploy.local.progress import say

SCRIPTS = Path(sys.executable).parent
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("代码检查（ruff check）", ("-m", "ruff", "check")),
    ("代码格式（ruff format）", ("-m", "ruff", "format", "--check")),
    ("类型检查（mypy）", ("-m", "mypy")),
    ("导入规则（import-linter）", (str(SCRIPTS / "lint-imports"),)),
)


@click.command(
    help="代码检查和全部测试。参数原样交给 pytest，例如：./xinqiao test tests/unit -k 时限",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[pytest 参数]")
def command(pytest_arguments: Sequence[str]) -> None:
    signal.signal(signal.SIGTERM, _terminate)
    borrowed.refuse_shared(os.environ)
    RUN.mkdir(exist_ok=True)
    software.ensure(
        broker=not os.environ.get("AMQP_URI"),
        database=not os.environ.get("DATABASE_URL"),
        log=RUN / "apt.log",
        say=say,
    )
    trial.sweep()
    failed = [title for title, arguments in CHECKS if not _passes(title, [sys.executable, *arguments])]
    # Last, and after what failed before it: its own summary is the last line that a person reads.
    say(f"\n===== 测试（pytest）{'；此前未通过：' + '、'.join(failed) if failed else ''}")
    try:
        code = run([sys.executable, "-m", "pytest", *pytest_arguments])
    finally:
        trial.sweep(keep_logs="CI" not in os.environ)
    if code < 0:
        say(f"测试未通过：pytest 被信号 {signal.Signals(-code).name} 终止")
    sys.exit(code or bool(failed))


def _passes(title: str, command: list[str]) -> bool:
    say(f"\n===== {title}")
    started = time.monotonic()
    passed = run(command) == 0
    say(f"----- {title}：{'通过' if passed else '未通过'}，{time.monotonic() - started:.1f} s")
    return passed


def run(command: list[str]) -> int:
    """Runs a command with its output shown; where we are interrupted it is too, and its clearing up is awaited."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    except Terminated:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    except KeyboardInterrupt:  # the terminal has told it already
        process.wait()
        raise


class Terminated(KeyboardInterrupt):
    """SIGTERM, which reaches us alone."""


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
