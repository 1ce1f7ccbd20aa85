"""What a person sees of ``./xinqiao`` itself: its commands, its refusals, its logs."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.local.errors import LocalError
from deploy.local.instance import ROOT
from deploy.local.lock import exclusive
from deploy.local.logfiles import follow, tail
from deploy.operator import cli, logs


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 0
    shown = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert f"\n  {name} " in shown
    assert cli.run(["--help"]) == 0
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upp"], "没有命令 upp"),
        (["logs", "--all"], "没有选项 --all"),
        (["logs", "-n", "many"], "参数 -n 的值不正确"),
        (["provision"], "缺少参数"),
    ],
)
def test_a_wrong_command_line_is_refused_in_chinese(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert cli.run(arguments) != 0
    refusal = capsys.readouterr().err
    assert refusal.startswith("错误：")
    assert words in refusal
    assert "--help" in refusal


def test_other_commands_are_not_read_until_they_are_called() -> None:
    code = "import sys; from deploy.operator import cli; cli.run(['help']); sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_files_are_those_where_the_person_stands(tmp_path: Path) -> None:
    (tmp_path / "mails.csv").touch()
    (tmp_path / "up").touch()
    given = ["up", "import", "letters", "mails.csv", "--columns", "missing.toml", "-v"]
    wanted = ["up", "import", "letters", str(tmp_path / "mails.csv"), "--columns", "missing.toml", "-v"]
    assert cli.from_callers_folder(given, tmp_path) == wanted


def test_a_second_command_at_the_same_time_is_refused(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(LocalError, match="正在运行"), exclusive(tmp_path):
        pass
    with exclusive(tmp_path):
        pass


def test_a_log_is_chosen_by_the_name_of_its_part(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="还没有日志"):
        logs.chosen(tmp_path, None)
    (tmp_path / "intake.log").touch()
    (tmp_path / "relay.log").touch()
    assert logs.chosen(tmp_path, "relay") == [tmp_path / "relay.log"]
    assert len(logs.chosen(tmp_path, None)) == 2
    with pytest.raises(LocalError, match="intake、relay"):
        logs.chosen(tmp_path, "reley")


def test_the_tail_of_a_log_is_its_last_lines_however_long_they_are(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    assert tail(log, 3) == []
    log.write_text("".join(f"{number} {'信' * 30_000}\n" for number in range(9)), "utf-8")
    assert [line.split()[0] for line in tail(log, 3)] == ["6", "7", "8"]
    log.write_text("only", "utf-8")
    assert tail(log, 3) == ["only"]


def test_a_followed_log_shows_what_is_added_also_after_rotation(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    log.write_text("old\n", "utf-8")
    lines = follow([log], every=0.01)
    seen = []

    def write(text: str, mode: str) -> None:
        with log.open(mode, encoding="utf-8") as file:
            file.write(text)

    threading.Timer(0.05, write, ["new 1\nnew", "a"]).start()
    seen.append(next(lines)[1])
    write(" 2\n", "a")
    seen.append(next(lines)[1])
    write("after\n", "w")
    seen.append(next(lines)[1])
    lines.close()  # type: ignore[attr-defined]
    assert seen == ["new 1", "new 2", "after"]
