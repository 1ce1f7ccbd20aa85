"""``./xinqiao calendar``: counting for anyone, without a platform, one JSON line for each question."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.local.instance import ROOT
from deploy.operator import calendar, cli
from services.common.known_calendar import horizon, statutory_days
from services.deadlines.notices import parse_notice
from tests.unit.common.test_workdays import VECTORS

MADE_UP = ROOT / "tests" / "unit" / "deadlines" / "notices" / "2027.json"


@pytest.fixture(autouse=True)
def _no_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINQIAO_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.delenv("XINQIAO_DEADLINES_DATABASE_URL", raising=False)


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(calendar.command, list(arguments), input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def asked(start: str, length: int, unit: str) -> str:
    return json.dumps({"start": start, "length": length, "unit": unit})


def test_one_period_is_answered_with_one_line() -> None:
    result = run("due", "--start", "2026-02-02", "--length", "15", "--unit", "calendar_days")
    assert result.exit_code == 0
    assert lines(result) == [
        {
            "start": "2026-02-02",
            "length": 15,
            "unit": "calendar_days",
            "nominal": "2026-02-17",
            "effective": "2026-02-24",
            "provisional": False,
            "explanation": "自2026年2月2日（周一）起，当日不计入，自次日起计算15日，至2026年2月17日（周二）期满；"
            "期满日遇2月17日至19日春节、2月20日春节（调休）、2月21日至22日春节、2月23日春节（调休），"
            "顺延至其后第一个工作日2026年2月24日（周二）。",
        }
    ]
    assert "\\u" not in result.stdout


def test_without_rolling_the_nominal_day_is_the_last() -> None:
    result = run("due", "--start", "2026-02-02", "--length", "15", "--no-roll")
    assert lines(result)[0]["effective"] == "2026-02-17"


def test_the_shipped_calendar_answers_every_vector() -> None:
    given = "\n".join(asked(start, length, str(unit)) for start, length, unit, _, _ in VECTORS)
    result = run("due", given=given)
    assert result.exit_code == 0
    found = [(line["nominal"], line["effective"], line["provisional"]) for line in lines(result)]
    assert found == [(nominal, effective, False) for _, _, _, nominal, effective in VECTORS]


def test_a_year_without_notice_is_answered_provisionally() -> None:
    line = lines(run("due", given=asked("2026-12-02", 60, "calendar_days")))[0]
    assert (line["nominal"], line["effective"], line["provisional"]) == ("2027-01-31", "2027-02-01", True)
    assert "暂定" in line["explanation"]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("{", "INVALID_INPUT", "不是有效的 JSON"),
        ("[]", "INVALID_INPUT", "JSON 对象"),
        ("\ud800", "INVALID_INPUT", "不是有效的 JSON"),
        ("[" * 100_000, "INVALID_INPUT", "不是有效的 JSON"),
        ('{"start": "2026-02-02", "length": 15}', "INVALID_INPUT", "缺少 unit"),
        ('{"start": "2026-02-02", "length": 15, "units": "months"}', "INVALID_INPUT", "不认识的字段 units"),
        (asked("2026-02-30", 15, "calendar_days"), "INVALID_INPUT", "start 应是存在的日期"),
        (asked("20260202", 15, "calendar_days"), "INVALID_INPUT", "应写作 2026-02-02"),
        ('{"start": 20260202, "length": 15, "unit": "months"}', "INVALID_INPUT", "start 应是"),
        ('{"start": "2026-02-02", "length": "15", "unit": "months"}', "INVALID_INPUT", "length 应是"),
        ('{"start": "2026-02-02", "length": 1.5, "unit": "months"}', "INVALID_INPUT", "length 应是"),
        ('{"start": "2026-02-02", "length": true, "unit": "months"}', "INVALID_INPUT", "length 应是"),
        (asked("2026-02-02", -1, "calendar_days"), "INVALID_INPUT", "length 应是"),
        (asked("2026-02-02", 15, "minutes"), "INVALID_INPUT", "unit 应是 calendar_days"),
        (asked("2003-12-01", 15, "calendar_days"), "OUTSIDE_CALENDAR", "2004-01-01 至"),
        (asked("2026-02-02", 99_999, "working_days"), "OUTSIDE_CALENDAR", str(horizon())),
        (asked("2026-02-02", 10**12, "calendar_days"), "OUTSIDE_CALENDAR", "核对"),
        (asked("2026-02-02", 10**12, "months"), "OUTSIDE_CALENDAR", "核对"),
    ],
)
def test_a_bad_line_is_answered_in_its_place_and_the_others_as_ever(line: str, code: str, words: str) -> None:
    good = asked("2026-01-05", 15, "calendar_days")
    given = f"{good}\n\n{line}\n{good}\n".encode("utf-8", "surrogatepass")
    result = run("due", given=given)
    first, bad, last = lines(result)
    assert result.exit_code == 1
    assert first["effective"] == last["effective"] == "2026-01-20"
    assert set(bad) == {"line", "error"}
    assert bad["line"] == 3
    assert bad["error"]["code"] == code
    assert words in bad["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--start", "2026-02-30", "--length", "15"], "start 应是存在的日期"),
        (["--start", "2026-02-02"], "缺少 length"),
        (["--start", "2026-02-02", "--length", "15", "--unit", "hours"], "unit 应是"),
        (["--start", "2003-02-02", "--length", "15"], "不在工作日历范围内"),
        (["--length", "15"], "请用 --start 给出起算日期"),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert cli.run(["calendar", "due", *arguments]) != 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("错误：")
    assert words in told.err


@pytest.fixture
def asking() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "deploy.operator", "calendar", "due"],
        cwd=ROOT,
        env=os.environ.copy(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_each_line_is_answered_before_the_next_is_asked(asking: subprocess.Popen[str]) -> None:
    assert asking.stdin is not None
    assert asking.stdout is not None
    for start, effective in [("2026-01-05", "2026-01-20"), ("2026-02-02", "2026-02-24")]:
        asking.stdin.write(asked(start, 15, "calendar_days") + "\n")
        asking.stdin.flush()
        assert json.loads(asking.stdout.readline())["effective"] == effective
    asking.stdin.write("no\n")
    asking.stdin.close()
    assert json.loads(asking.stdout.readline())["line"] == 3
    assert asking.wait(timeout=30) == 1


def test_a_database_that_does_not_answer_is_told_beside_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINQIAO_DEADLINES_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = run("due", "--start", "2026-01-05", "--length", "15")
    assert lines(result)[0]["effective"] == "2026-01-20"
    assert "连不上平台的数据库" in result.stderr


def test_a_year_is_shown_with_its_rests_and_its_source() -> None:
    shown = run("show", "2026").stdout
    assert "来源：chinesecalendar" in shown
    assert "春节：02-15 周日 至 02-23 周一，休 9 天" in shown
    assert "02-28 周六（春节）" in shown
    assert "暂定" not in shown
    assert "全年工作日 248 天" in shown


def test_a_year_without_notice_is_shown_as_provisional() -> None:
    shown = run("show", str(horizon())).stdout
    assert "暂定" in shown.splitlines()[0]
    assert "上班的周末" not in shown


def test_a_year_outside_the_calendar_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["calendar", "show", "1999"]) == 1
    assert "没有 1999 年" in capsys.readouterr().err


def test_importing_needs_a_platform_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["calendar", "import", str(MADE_UP)]) == 1
    assert "缺少配置项 admin_database_url" in capsys.readouterr().err


def test_importing_from_a_database_that_is_away_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("ADMIN", "DEADLINES"):
        monkeypatch.setenv(f"XINQIAO_{key}_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert cli.run(["calendar", "import", str(MADE_UP)]) == 1
    assert "连不上数据库" in capsys.readouterr().err
    assert cli.run(["calendar", "import", str(ROOT / "no.json")]) == 1
    assert "不能读取通知文件" in capsys.readouterr().err
    assert cli.run(["calendar", "import", str(ROOT / "README.md")]) == 1
    assert "README.md：文件不是有效的 JSON" in capsys.readouterr().err


def test_the_made_up_notice_is_a_notice() -> None:
    assert parse_notice(MADE_UP.read_bytes(), statutory_days=statutory_days).year == 2027
