"""Importing an older register with the operator's command: dirty rows, once more, and broken off in the middle."""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.instance import ROOT, RUN
from services.common.database import Database, Transaction
from services.contracts.actor import system_actor
from services.contracts.intake import Petition
from tests.harness.platform import COUNTIES, Platform
from tests.harness.waiting import eventually
from tests.journey.story import today
from tests.unit.importer.made import read_rejects, row, write_letters, write_mapping, write_workbook

CODE, SLUG = "990077", "daoru"
PLACE = "990077101"
REGISTER = """
system = "{system}"
nature = "APPEAL"
date_formats = ["%Y.%m.%d"]
[columns]
number = "@row"
title = "标题"
body = "内容"
received_on = "日期"
channel = "形式"
nature = "性质"
place = "属地"
name = "姓名"
identity_number = "证件"
phone = "电话"
[values.channel]
"上访" = "VISIT"
[values.place]
"城关" = "{place}"
"""
LISTED = """query($after: Cursor) { petitions(first: 100, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { title status channelLabel natureLabel receivedOn historical registeredBy { code }
    aliases { system number } pastAnswer { agency on text } clocks { obligation } timeline { act actorName } }
} }"""


class County:
    """A county of its own, so that hundreds of letters are in nobody else's way."""

    def __init__(self, platform: Platform, database: Database, folder: Path) -> None:
        self.platform = platform
        self.folder = folder
        self.rejects = folder / "退回.csv"
        self._database = database
        self._letters: Path | None = None
        self._mapping: Path | None = None

    def file(self, rows: list[list[str]], *, system: str, encoding: str = "utf-8") -> None:
        """What the next imports read."""
        self._letters = write_letters(self.folder / "信件.csv", rows, encoding=encoding)
        self._mapping = write_mapping(self.folder / "列.toml", system=system)

    def workbook(self, rows: list[list[str]], *, system: str) -> None:
        self._letters = write_workbook(self.folder / "簿.xlsx", rows)
        self._mapping = self.folder / "簿.toml"
        self._mapping.write_text(REGISTER.format(system=system, place=PLACE), "utf-8")

    def mended(self, old: str, new: str) -> None:
        """What the next import reads is the file of rejects of the last, corrected."""
        self._letters = self.folder / "改正.csv"
        self._letters.write_text(self.rejects.read_text("utf-8-sig").replace(old, new), "utf-8-sig")

    def start(self, **environ: str) -> subprocess.Popen[str]:
        return self._popen("--county", SLUG, **environ)

    def run(self, *options: str, **environ: str) -> str:
        """What the command says; raises where it fails."""
        process = self._popen(*(options or ("--county", SLUG)), **environ)
        said, _ = process.communicate(timeout=120)
        if process.returncode:
            raise AssertionError(f"exit code {process.returncode}: {said}")
        return said

    def registered(self, system: str) -> Counter[str]:
        """How often the register has each number of the older system."""
        with self._database.begin(system_actor(CODE, "intake"), trace="test") as tx:
            petitions = [row.state for row in tx.all(Petition)]
        return Counter(one.number for petition in petitions for one in petition.aliases if one.system == system)

    def transaction(self) -> AbstractContextManager[Transaction]:
        return self._database.begin(system_actor(CODE, "intake"), trace="test")

    def listed(self, system: str) -> list[dict[str, Any]]:
        """The imported items as the county office reads them."""
        client = self.platform.login("xfj", "CLERK", county=SLUG)
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.platform.gql(client, LISTED, {"after": after})["petitions"]
            found += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return [one for one in found if any(alias["system"] == system for alias in one["aliases"])]
            after = page["pageInfo"]["endCursor"]

    def _popen(self, *options: str, **environ: str) -> subprocess.Popen[str]:
        command = ["-m", "deploy.operator", "import", "letters", str(self._letters), "--columns", str(self._mapping)]
        return subprocess.Popen(
            # A test run in the background ignores Ctrl-C, and its children would too.
            ["env", "--default-signal=INT", sys.executable, *command, "--rejects", str(self.rejects), *options],
            cwd=ROOT,
            env={**self.platform.instance.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def county(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    from deploy.operator import provision

    folder = tmp_path_factory.mktemp("county")
    profile = folder / SLUG
    shutil.copytree(COUNTIES / "yanshi2", profile)
    for file in profile.iterdir():
        file.write_text(file.read_text("utf-8").replace("990001", CODE).replace("yanshi2", SLUG), "utf-8")
    provision.run(settings=platform.settings, profile=profile, logins_file=platform.logins_file)
    database = Database(service="intake", url=platform.settings.intake_database_url)
    yield County(platform, database, folder)
    database.engine.dispose()


def test_dirty_rows_come_back_with_their_reasons_and_the_others_are_registered(county: County) -> None:
    tomorrow = str(today() + timedelta(days=1))
    rows = [
        row(1),
        row(2, 日期=""),
        row(3, 日期="2018/3/5"),
        row(4, 标题=""),
        row(5, 内容=" "),
        row(6, 答复日期="2018-01-01"),
        row(7)[:-1],
        row(1),
        row(8, 标题="长" * 201),
        row(9, 日期=tomorrow, 答复日期=""),
        row(10, 内容="含有\0空字符"),
        row(11, 日期="2018年12月31日", 答复="", 答复日期="", 答复单位=""),
        row(1, 内容="同一编号的另一封信"),
        row(1, 答复="同一封信，答复改过"),
    ]
    county.file(rows, system="脏数据", encoding="gb18030")

    said = county.run()

    assert "信件.csv：GB18030 编码，14 行" in said
    assert "登记 3，已有 1，退回 10，合计 14；用时 " in said
    assert f"退回的行和原因见 {county.rejects}" in said
    assert "片刻后出现在列表中" in said
    reasons = {line: (reason, cells) for line, reason, *cells in read_rejects(county.rejects)}
    assert {line: reason for line, (reason, _) in reasons.items()} == {
        "4": "缺少收到日期（日期 列）",
        "6": "收到日期（日期 列）“2018/3/5”无法识别，可用的写法：%Y-%m-%d、%Y年%m月%d日",
        "8": "缺少标题（标题 列）",
        "10": "缺少内容（内容 列）",
        "11": "答复日期 2018-01-01 早于收到日期 2018-03-05",
        "13": "列数不对：表头 7 列，本行 6 列",
        "15": "与第 2 行完全相同",
        "17": "标题（标题 列）有 201 字，超过 200 字",
        "19": f"登记服务未接受：收到日期 {tomorrow} 晚于今天 {today()}，请核对",
        "21": "内容（内容 列）中有无法保存的空字符（NUL）",
    }
    assert reasons["4"][1] == rows[1]
    assert county.registered("脏数据") == {"M0001": 2, "M0011": 1}


def test_a_dry_run_says_what_the_import_will_do_and_writes_nothing(county: County) -> None:
    tomorrow = str(today() + timedelta(days=1))
    rows = [row(1), row(2, 日期=""), row(3, 日期=tomorrow, 答复日期=""), row(4, 标题=""), row(5, 日期="")]
    county.file(rows[:1], system="试运行")
    county.run()
    county.file([*rows, row(6)], system="试运行")

    said = county.run("--county", SLUG, "--dry-run")

    assert "试运行，没有登记：可登记 1，已有 1，将退回 4，合计 6" in said
    assert "2 行：缺少收到日期（日期 列）（第 4、10 行）" in said
    assert f"1 行：登记服务未接受：收到日期 {tomorrow} 晚于今天 {today()}，请核对（第 6 行）" in said
    assert county.registered("试运行") == {"M0001": 1}
    assert not county.rejects.exists()
    # And the import does what it said.
    assert "登记 1，已有 1，退回 4，合计 6" in county.run()


def test_people_and_classes_of_a_workbook_come_with_it_and_are_masked(county: County, tmp_path: Path) -> None:
    header = ["标题", "内容", "日期", "形式", "性质", "属地", "姓名", "证件", "电话"]
    cells = ["村道塌方", "下雨后村道塌方，请求修复。", "2017-05-04", "上访", "咨询", "城关"]
    person = ["赵小树", "110101199003074610", "13800001234"]
    county.workbook([header, [*cells, *person], ["另一件", *cells[1:5], "某镇", *person]], system="工作簿")

    said = county.run()

    assert "工作表“登记簿”，2 行" in said
    assert "登记 1，已有 0，退回 1" in said
    assert "1 行：属地（属地 列）“某镇”不是区划代码" in said
    with county.transaction() as tx:
        (petition,) = [
            each.state for each in tx.all(Petition) if any(one.system == "工作簿" for one in each.state.aliases)
        ]
        sealed = tx.connection.exec_driver_sql(
            "SELECT count(*) FROM intake.petitioner WHERE petition_id = %s", (petition.id,)
        ).scalar()
    assert (petition.channel.value, petition.nature.value, petition.place) == ("VISIT", "INQUIRY", PLACE)
    assert [person.name for person in petition.petitioners] == ["赵**"]
    assert "0307" not in str(petition)
    assert sealed == 1
    # The reject file, mended, is taken as it is, and what is there already is known.
    county.mended("某镇", PLACE)
    assert "登记 1，已有 0，退回 0，合计 1" in county.run()


def test_an_imported_letter_is_listed_as_history_without_clocks(county: County) -> None:
    county.file([row(1, 标题="历史件的样子")], system="展示")
    county.run("--county", CODE)

    def shown() -> dict[str, Any] | None:
        found = county.listed("展示")
        return found[0] if found else None

    assert eventually(shown) == {
        "title": "历史件的样子",
        "status": "HISTORICAL",
        "channelLabel": "网信",
        "natureLabel": "申诉求决",
        "receivedOn": "2018-03-05",
        "historical": True,
        "registeredBy": {"code": "xfj"},
        "aliases": [{"system": "展示", "number": "M0001"}],
        "pastAnswer": {"agency": "演示县城管局", "on": "2018-03-12", "text": "已安排维修。"},
        "clocks": [],
        "timeline": [{"act": "IMPORTED", "actorName": "历史件导入"}],
    }


def test_run_again_it_registers_what_is_new_and_nothing_twice(county: County) -> None:
    rows = [row(number) for number in range(20)]
    county.file(rows[:15], system="两次")
    assert "登记 15，已有 0，退回 0，合计 15" in county.run()
    county.file(rows, system="两次")
    assert "登记 5，已有 15，退回 0，合计 20" in county.run()
    assert "登记 0，已有 20，退回 0，合计 20" in county.run()

    assert county.registered("两次") == {f"M{number:04d}": 1 for number in range(20)}
    assert not county.rejects.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill-9", "Ctrl-C"])
def test_broken_off_in_the_middle_it_goes_on_where_it_was(county: County, number: signal.Signals) -> None:
    total, system = 150, f"中断{number.name}"
    county.file([row(item) for item in range(total)], system=system)
    process = county.start()
    eventually(lambda: sum(county.registered(system).values()) >= 10, 60)
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    if number is signal.SIGINT:
        assert process.returncode == 130, said
        assert "中断前：登记 " in said
        assert "重新运行同一命令即从中断处继续" in said
    else:
        assert process.returncode == -signal.SIGKILL, said
    before = sum(county.registered(system).values())
    assert 10 <= before < total

    assert f"退回 0，合计 {total}" in county.run()

    wanted = {f"M{item:04d}": 1 for item in range(total)}
    assert county.registered(system) == wanted
    eventually(lambda: len(county.listed(system)) == total, 60)
    assert Counter(one["aliases"][0]["number"] for one in county.listed(system)) == wanted


def test_two_imports_of_one_file_at_once_register_each_letter_once(county: County) -> None:
    county.file([row(number) for number in range(30)], system="同时")
    processes = [county.start(), county.start()]
    for process in processes:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert "退回 0，合计 30" in said

    assert county.registered("同时") == {f"M{number:04d}": 1 for number in range(30)}


def test_a_register_that_is_away_for_a_while_is_waited_for(county: County) -> None:
    county.file([row(number) for number in range(40)], system="等待")
    county.platform.stop("intake")
    try:
        process = county.start(XINQIAO_RPC_TIMEOUT_SECONDS="1")
        assert process.stdout is not None
        assert "40 行" in process.stdout.readline()
        assert "登记服务没有应答，等待其恢复" in process.stdout.readline()
    finally:
        county.platform.start("intake")
    said, _ = process.communicate(timeout=120)

    assert process.returncode == 0, said
    assert "登记服务已恢复，继续导入。" in said
    assert "登记 40，已有 0，退回 0，合计 40" in said
    assert county.registered("等待") == {f"M{number:04d}": 1 for number in range(40)}


@pytest.mark.parametrize(
    ("options", "environ", "said"),
    [
        (("--county", "meiyou"), {}, f"没有载入过县“meiyou”。已载入：.*{SLUG}（{CODE} 演示二县）.*./xinqiao provision"),
        ((), {"XINQIAO_AMQP_URL": "amqp://nobody@127.0.0.1:9/"}, "连不上消息总线，请确认平台正在运行"),
        ((), {"XINQIAO_GATEWAY_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x"}, "连不上网关的数据库，请确认平台"),
    ],
    ids=["unknown-county", "no-broker", "no-database"],
)
def test_what_is_missing_is_said_in_words(
    county: County, options: tuple[str, ...], environ: dict[str, str], said: str
) -> None:
    county.file([row(1)], system="没有")
    with pytest.raises(AssertionError, match=f"exit code 1: (.*\n)?错误：{said}"):
        county.run(*options, **environ)
    assert not county.registered("没有")


def test_the_command_leaves_no_file_of_its_own_beside_the_rejects(county: County) -> None:
    """Without ``--rejects`` they go to the private run folder, where they are not mistaken for data."""
    county.file([row(1, 标题="")], system="缺省")
    target = RUN / "信件.csv.rejects.csv"
    command = [sys.executable, "-m", "deploy.operator", "import", "letters"]
    files = [str(county.folder / "信件.csv"), "--columns", str(county.folder / "列.toml"), "--county", SLUG]
    environ = {**os.environ, **county.platform.instance.environ}
    try:
        done = subprocess.run([*command, *files], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
        assert f"退回的行和原因见 {target}" in done.stdout
        assert [reason for _, reason, *_ in read_rejects(target)] == ["缺少标题（标题 列）"]
    finally:
        target.unlink(missing_ok=True)
