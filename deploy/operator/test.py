"""``./xinqiao test``: lint, types, import rules and all tests; everything runs, and any failure fails the whole.

Tests that need a platform wait for it much of their time, so they run in two parts, each with a platform of its own,
and what needs none runs beside them. One part's output is shown as it comes; what the others said is shown whole where
they failed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from deploy.local import borrowed, software, trial
from deploy.local.instance import ROOT, RUN
from deploy.local.progress import say
from deploy.operator.beside import Beside, Done, Job

SCRIPTS = Path(sys.executable).parent
GENTLY = ("nice", "-n", "5", sys.executable)
"""What needs the processor alone leaves it to the tests that have to keep time."""
CHECKS = (
    Job("代码检查（ruff check）", (*GENTLY, "-m", "ruff", "check")),
    Job("代码格式（ruff format）", (*GENTLY, "-m", "ruff", "format", "--check")),
    Job("导入规则（import-linter）", (*GENTLY, str(SCRIPTS / "lint-imports"))),
    Job("类型检查（mypy）", (*GENTLY, "-m", "mypy")),
)
PYTEST = (sys.executable, "-m", "pytest")
UNIT, FLOOR, SERVICE = "tests/unit", "tests/floor", "tests/service"
UNIT_TESTS = Job("单元测试（tests/unit）", (*GENTLY, "-m", "pytest", UNIT))
SERVICE_TESTS = Job("服务测试（tests/floor、tests/service）", (*PYTEST, FLOOR, SERVICE))
"""With a platform of their own; about as long as the main tests, so that neither is left with one processor alone."""
MAIN = "测试（pytest）"


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
    started = time.monotonic()
    arguments, queues = plan(pytest_arguments, os.environ)
    say(f"===== {MAIN}；同时进行：{'、'.join(job.title for queue in queues for job in queue)}")
    try:
        code, done = run([*PYTEST, *arguments], beside=queues)
    finally:
        trial.sweep(keep_logs="CI" not in os.environ)
    for line in report(code, done, seconds=time.monotonic() - started):
        say(line)
    sys.exit(code or any(not one.passed for one in done))


def plan(given: Sequence[str], environ: Mapping[str, str]) -> tuple[list[str], list[list[Job]]]:
    """The arguments of the tests whose output is shown, and the queues that run beside them.

    Without arguments of a person's own all tests run, in three parts; on servers that the person named in two, since
    two platforms on the same server would change each other's roles.
    """
    if given:
        return list(given), [[*CHECKS]]
    apart = [[*CHECKS, UNIT_TESTS]]
    if not (environ.get("AMQP_URI") or environ.get("DATABASE_URL")):
        return [f"--ignore={folder}" for folder in (UNIT, FLOOR, SERVICE)], [*apart, [SERVICE_TESTS]]
    return [f"--ignore={UNIT}"], apart


def run(command: Sequence[str], *, beside: Sequence[Sequence[Job]]) -> tuple[int, list[Done]]:
    """Runs a command with its output shown, and queues of others beside it; its code, and what the others did.

    Where we are interrupted all of them are too, and their clearing up is awaited.
    """
    process = subprocess.Popen(command, cwd=ROOT)
    queues = [Beside(jobs, folder=ROOT, tell=lambda done: say(f"\n----- {_outcome(done)}")) for jobs in beside]
    try:
        return process.wait(), [done for queue in queues for done in queue.wait()]
    except KeyboardInterrupt as error:
        # Of SIGTERM we alone were told; an interrupt the terminal has told them all.
        number = signal.SIGINT if isinstance(error, Terminated) else None
        for queue in queues:
            queue.stop(number)
        if number is not None:
            process.send_signal(number)
        process.wait()
        for queue in queues:
            queue.wait()
        raise


def report(code: int, done: Sequence[Done], *, seconds: float) -> Iterator[str]:
    """What was said by whatever failed beside the main tests, then a line for each, and the verdict, which is last."""
    for one in done:
        if not one.passed:
            yield f"\n===== {_outcome(one)}\n{one.said.rstrip()}"
    yield "\n===== 结果"
    for one in done:
        yield _outcome(one)
    if code < 0:
        yield f"{MAIN}：被信号 {signal.Signals(-code).name} 终止"
    failed = [one.job.title for one in done if not one.passed] + ([MAIN] if code else [])
    yield f"{'未通过：' + '、'.join(failed) if failed else '全部通过'}，用时 {seconds:.0f} s"


def _outcome(done: Done) -> str:
    """Title, verdict and time; of tests their own summary too."""
    last = done.said.rstrip().splitlines()[-1:] if "pytest" in done.job.command else []
    summary = f"（{last[0]}）" if last else ""
    return f"{done.job.title}：{'通过' if done.passed else '未通过'}，{done.seconds:.1f} s{summary}"


class Terminated(KeyboardInterrupt):
    """SIGTERM, which reaches us alone."""


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
