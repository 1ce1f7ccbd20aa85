"""Sending: several at a time, each row counted once, a register that is away is waited for, nothing is lost."""

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import LocalError
from deploy.operator import import_run
from deploy.operator.cli import CALLER
from deploy.operator.import_letter import Letters
from deploy.operator.import_mapping import load_mapping
from deploy.operator.import_report import Progress, Rejects, reason_lines
from deploy.operator.import_rows import open_source
from deploy.operator.import_run import FAULTS, IN_FLIGHT, Counts, Import, RegisterAway, Send
from deploy.operator.importer import rejects_file
from services.common.errors import Internal, InvalidInput, Unavailable
from services.contracts.fact import Reply
from services.contracts.register_commands import ImportPetition
from tests.unit.importer.made import HEADER, read_rejects, row, write_letters, write_mapping

Run = Callable[..., Counts]


class Register:
    """What intake does with an import, without a bus: takes each item once."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.taken: set[tuple[str, str]] = set()

    async def __call__(self, letter: ImportPetition, request_id: str) -> Reply:
        self.requests.append((letter.alias.number, request_id))
        await asyncio.sleep(0)
        key = (letter.alias.number, letter.body)
        already = key in self.taken
        self.taken.add(key)
        return Reply(value={"already": already})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(import_run, "RETRY_SECONDS", 0.001)
    mapping = write_mapping(tmp_path / "列.toml")

    def once(rows: list[list[str]], send: Send, *, away_seconds: float = 60.0) -> Counts:
        source = open_source(write_letters(tmp_path / "信.csv", rows))
        rejects = Rejects(tmp_path / "退回.csv", header=source.header)
        work = Import(
            send=send,
            letters=Letters(mapping=load_mapping(mapping), mapping_file=mapping, source=source),
            rejects=rejects,
            progress=Progress(total=source.count, terminal=False),
            away_seconds=away_seconds,
        )
        try:
            asyncio.run(work.run(source))
        finally:
            rejects.close()
        return work.counts

    return once


def test_every_row_is_registered_known_or_sent_back(run: Run, tmp_path: Path) -> None:
    rows = [*(row(number) for number in range(40)), row(40, 日期=""), row(3), row(5, 答复="另一答复"), row(41)[:-2]]

    assert run(rows, Register()) == Counts(registered=40, already=1, rejected=3)
    assert sorted(reason for _, reason, *_ in read_rejects(tmp_path / "退回.csv")) == [
        "与第 8 行完全相同",
        "列数不对：表头 7 列，本行 5 列",
        "缺少收到日期（日期 列）",
    ]


def test_a_second_run_registers_nothing_again(run: Run) -> None:
    register = Register()
    rows = [row(number) for number in range(30)]
    run(rows, register)

    assert run(rows, register) == Counts(already=30)


def test_one_number_with_another_text_is_another_item(run: Run) -> None:
    assert run([row(1), row(1, 内容="另一封信")], Register()) == Counts(registered=2)


def test_several_letters_are_under_way_at_once(run: Run) -> None:
    under_way = 0
    most = 0

    async def send(letter: ImportPetition, request_id: str) -> Reply:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return Reply(value={"already": False})

    run([row(number) for number in range(3 * IN_FLIGHT)], send)
    assert most == IN_FLIGHT


def test_a_letter_without_an_answer_is_sent_again_under_the_same_request_id(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    register = Register()
    silent = 25

    async def send(letter: ImportPetition, request_id: str) -> Reply:
        nonlocal silent
        if silent:
            silent -= 1
            # Half of them were carried out, only their answer was lost.
            if silent % 2:
                await register(letter, request_id)
                raise Unavailable()
            return Reply(problems=[Unavailable().problem])
        return await register(letter, request_id)

    counts = run([row(number) for number in range(20)], send)

    assert counts.total == 20
    assert counts.rejected == 0
    by_number: dict[str, set[str]] = {}
    for number, request_id in register.requests:
        by_number.setdefault(number, set()).add(request_id)
    assert len(by_number) == 20
    assert all(len(ids) == 1 for ids in by_number.values())
    said = capsys.readouterr().out
    assert said.count("登记服务没有应答，等待其恢复") == 1
    assert said.count("登记服务已恢复") == 1


def test_a_register_that_stays_away_ends_the_import_with_advice(run: Run) -> None:
    async def send(letter: ImportPetition, request_id: str) -> Reply:
        raise Unavailable()

    with pytest.raises(RegisterAway, match=r"没有应答，导入中止（登记 0，已有 0，退回 0）.*重新运行同一命令"):
        run([row(number) for number in range(20)], send, away_seconds=0.05)


def test_a_row_that_the_register_refuses_is_sent_back_with_its_words(run: Run, tmp_path: Path) -> None:
    register = Register()

    async def send(letter: ImportPetition, request_id: str) -> Reply:
        if letter.alias.number == "M0001":
            return Reply(problems=[InvalidInput("收到日期晚于今天").problem])
        return await register(letter, request_id)

    assert run([row(0), row(1), row(2)], send) == Counts(registered=2, rejected=1)
    assert read_rejects(tmp_path / "退回.csv") == [["4", "登记服务未接受：收到日期晚于今天", *row(1)]]


def test_a_row_at_which_the_register_fails_is_tried_again_and_then_sent_back(run: Run, tmp_path: Path) -> None:
    register = Register()
    failures = {"M0001": 1, "M0002": FAULTS}

    async def send(letter: ImportPetition, request_id: str) -> Reply:
        if failures.get(letter.alias.number, 0):
            failures[letter.alias.number] -= 1
            return Reply(problems=[Internal().problem])
        return await register(letter, request_id)

    assert run([row(0), row(1), row(2)], send) == Counts(registered=2, rejected=1)
    ((_, reason, number, *_),) = read_rejects(tmp_path / "退回.csv")
    assert number == "M0002"
    assert "系统内部错误" in reason


def test_the_file_of_rejects_is_private_and_that_of_an_earlier_run_goes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "退回.csv"
    run([row(1, 标题="")], Register())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").splitlines()[0] == ",".join(["行号", "退回原因", *HEADER])

    run([row(1)], Register())
    assert not path.exists()


def test_a_file_of_rejects_that_cannot_be_written_is_refused_before_the_import(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="不能写入：这是一个文件夹。可用 --rejects 另选一个文件"):
        Rejects(tmp_path, header=HEADER)


def test_mended_rejects_can_be_imported_as_they_are(run: Run, tmp_path: Path) -> None:
    run([row(1, 日期="")], Register())
    path = tmp_path / "退回.csv"
    mapping = write_mapping(tmp_path / "列.toml")
    path.write_text(path.read_text("utf-8-sig").replace('维修。",,', '维修。",2018-03-01,'), "utf-8-sig")

    source = open_source(path)
    letters = Letters(mapping=load_mapping(mapping), mapping_file=mapping, source=source)
    (mended,) = source.rows()
    assert isinstance(letters.letter(mended), ImportPetition)


def test_rejects_go_to_the_run_folder_or_where_the_person_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CALLER, str(tmp_path))
    file = tmp_path / "信.csv"

    assert rejects_file(file, None).parts[-2:] == (".run", "信.csv.rejects.csv")
    assert rejects_file(file, Path("退回.csv")) == tmp_path / "退回.csv"
    with pytest.raises(LocalError, match="不能是导入的文件本身"):
        rejects_file(file, Path("信.csv"))


def test_on_a_terminal_there_is_a_bar_that_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(total=2, terminal=True)
    progress.step("登记 1，已有 0，退回 0")
    progress.note("等待")
    progress.step("登记 2，已有 0，退回 0")
    progress.close()

    said = capsys.readouterr()
    assert "2/2" in said.err
    assert "登记 2，已有 0，退回 0" in said.err
    assert said.out == "  等待\n"


def test_why_rows_came_back_is_told_the_most_frequent_first_with_their_first_lines() -> None:
    reasons = {"缺少标题": [9], "缺少日期": [30, 4, 5, 6, 7, 8], "日期不对": [3]}
    assert reason_lines(reasons) == [
        "  6 行：缺少日期（第 4、5、6、7、8 行等）",
        "  1 行：日期不对（第 3 行）",
        "  1 行：缺少标题（第 9 行）",
    ]
    assert reason_lines({f"原因{number}": [number] for number in range(25)})[-1] == "  另有 5 种原因"
