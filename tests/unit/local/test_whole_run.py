"""``./xinqiao test``: what runs beside the main tests fails the whole as well, and what it said is shown."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import software, trial
from deploy.local.instance import ROOT
from deploy.operator import test as whole
from deploy.operator.beside import Beside, Done, Job
from tests.harness.waiting import eventually

GOOD = Job("好", (sys.executable, "-c", "print('all is well')"))
BAD = Job("坏", (sys.executable, "-c", "import sys; print('line 1: 错', flush=True); sys.exit('line 2: wrong')"))


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def told(code: int, done: list[Done]) -> list[str]:
    return "\n".join(whole.report(code, done, seconds=61.4)).splitlines()


def test_all_good_is_said_last(capfd: pytest.CaptureFixture[str]) -> None:
    code, done = whole.run(python("print('main')"), beside=[[GOOD], [GOOD]])
    assert (code, [one.passed for one in done]) == (0, [True, True])
    shown = capfd.readouterr().out
    assert "main" in shown
    assert "----- 好：通过" in shown
    assert "all is well" not in shown
    assert told(code, done)[-1] == "全部通过，用时 61 s"


def test_a_failure_beside_fails_the_whole_and_is_shown_and_the_next_job_runs() -> None:
    code, done = whole.run(python("pass"), beside=[[BAD, GOOD]])
    assert (code, [one.passed for one in done]) == (0, [False, True])
    lines = told(code, done)
    assert "line 1: 错" in lines
    assert "line 2: wrong" in lines
    assert lines[-1] == "未通过：坏，用时 61 s"


def test_a_failure_of_the_main_tests_fails_the_whole() -> None:
    code, done = whole.run(python("raise SystemExit(3)"), beside=[[GOOD]])
    assert (code, told(code, done)[-1]) == (3, "未通过：测试（pytest），用时 61 s")
    code, done = whole.run(python("import os; os.kill(os.getpid(), 9)"), beside=[])
    assert told(code, done)[-2:] == ["测试（pytest）：被信号 SIGKILL 终止", "未通过：测试（pytest），用时 61 s"]


@pytest.mark.parametrize(("failing", "arguments"), [("beside", []), ("main", []), (None, []), ("beside", ["tests/x"])])
def test_the_exit_code_tells(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failing: str | None, arguments: list[str]
) -> None:
    exits = ("raise SystemExit(1)", "pass") if failing == "main" else ("pass", "raise SystemExit(1)")
    main, check = exits if failing else ("pass", "pass")
    monkeypatch.setattr(whole, "PYTEST", (sys.executable, "-c", main))
    monkeypatch.setattr(whole, "CHECKS", (Job("检查", (sys.executable, "-c", check)),))
    monkeypatch.setattr(whole, "UNIT_TESTS", GOOD)
    monkeypatch.setattr(whole, "SERVICE_TESTS", GOOD)
    monkeypatch.setattr(whole, "RUN", tmp_path)
    monkeypatch.setattr(software, "ensure", lambda **_: None)
    monkeypatch.setattr(trial, "sweep", lambda **_: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        whole.command.callback(arguments)  # type: ignore[misc]
    assert bool(ended.value.code) == (failing is not None)


def test_terminated_it_ends_all_that_it_started(tmp_path: Path) -> None:
    marks = [tmp_path / name for name in ("main", "beside")]
    wait = "import pathlib, time; pathlib.Path({!r}).touch(); time.sleep(60)"
    main, other = (python(wait.format(str(mark))) for mark in marks)
    code = f"""if True:
        import signal, sys
        from deploy.operator import test
        from deploy.operator.beside import Job
        signal.signal(signal.SIGTERM, test._terminate)
        try:
            test.run({main!r}, beside=[[Job("等", tuple({other!r}))]])
        except KeyboardInterrupt:
            sys.exit("interrupted")
    """
    process = subprocess.Popen(python(code), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    eventually(lambda: all(mark.exists() for mark in marks), 30)
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert said.decode().endswith("interrupted\n")
    assert process.returncode == 1


def test_every_test_runs_in_one_part_and_in_one_alone() -> None:
    """Whatever folder of tests is added runs with the main tests until it is named."""
    for environ in ({}, {"DATABASE_URL": "postgresql://somewhere/x"}, {"AMQP_URI": "amqp://somewhere/"}):
        arguments, queues = whole.plan([], environ)
        left_out = [argument.removeprefix("--ignore=") for argument in arguments]
        words = [word for queue in queues for job in queue if "pytest" in job.command for word in job.command]
        beside = [word for word in words if word.startswith("tests/")]
        assert sorted(left_out) == sorted(beside)
        assert all((ROOT / folder).is_dir() for folder in beside)
        # Two platforms on one server would change each other's roles.
        assert (whole.SERVICE_TESTS in [job for queue in queues for job in queue]) == (not environ)
    assert whole.plan(["tests/x", "-k", "y"], {}) == (["tests/x", "-k", "y"], [[*whole.CHECKS]])


def test_interrupted_it_ends_what_runs_and_starts_no_more(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    patient = f"import pathlib, time; pathlib.Path({str(mark)!r}).touch(); time.sleep(60)"
    beside = Beside([Job("等", (sys.executable, "-c", patient)), GOOD], folder=tmp_path, tell=lambda _: None)
    eventually(mark.exists, 20)
    beside.stop(signal.SIGINT)
    (ended,) = beside.wait()
    assert not ended.passed
    assert "KeyboardInterrupt" in ended.said
