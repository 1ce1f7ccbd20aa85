"""Sending the letters of a file to the register: several at a time, each exactly once, none lost."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from deploy.local.errors import LocalError
from deploy.operator.import_letter import Letters
from deploy.operator.import_report import Progress, Rejects
from deploy.operator.import_rows import Row, Source, Unfit
from services.common.errors import Internal, NotConfirmed, ServiceBusy, Unavailable
from services.common.ids import new_id
from services.contracts.fact import Problem, Reply
from services.contracts.register_commands import ImportPetition

IN_FLIGHT = 16
AWAY_SECONDS = 120.0
"""How long nobody may answer before the import gives up."""
RETRY_SECONDS = 1.0
UNHEARD = frozenset({Unavailable.code, ServiceBusy.code, NotConfirmed.code})
FAULTS = 3
"""How often a row is tried at which the service fails of itself."""

Send = Callable[[ImportPetition, str], Awaitable[Reply]]
"""Sends a letter under a request id; raises ``Unavailable``."""


class RegisterAway(LocalError):
    """The register did not come back in time; nothing is lost."""


@dataclass
class Counts:
    """What became of the rows so far."""

    registered: int = 0
    already: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        return self.registered + self.already + self.rejected

    def __str__(self) -> str:
        return f"登记 {self.registered}，已有 {self.already}，退回 {self.rejected}"


class Import:
    """One run over one file. ``counts`` says how far it is, also after it was broken off."""

    def __init__(
        self,
        *,
        send: Send,
        letters: Letters,
        rejects: Rejects | None,
        progress: Progress,
        away_seconds: float = AWAY_SECONDS,
    ) -> None:
        """``rejects``: where the rows go that are sent back; None in a dry run."""
        self.counts = Counts()
        self.reasons: dict[str, list[int]] = defaultdict(list)
        """Why rows were sent back, with their lines."""
        self._send = send
        self._letters = letters
        self._rejects = rejects
        self._progress = progress
        self._away_seconds = away_seconds
        self._read = 0
        self._heard = time.monotonic()
        self._away = False

    async def run(self, source: Source) -> None:
        """Takes every row. Raises ``RegisterAway``."""
        self._heard = time.monotonic()
        with closing(source.rows()) as rows:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(IN_FLIGHT):
                        tasks.create_task(self._work(rows))
            except ExceptionGroup as group:
                raise group.exceptions[0] from group
        assert self.counts.total == self._read, f"{self._read} rows read, but {self.counts}"

    async def _work(self, rows: Iterator[Row]) -> None:
        # All workers draw from the one iterator: each row comes to one of them.
        for row in rows:
            self._read += 1
            await self._take(row)
            self._progress.step(str(self.counts))

    async def _take(self, row: Row) -> None:
        if isinstance(row, Unfit):
            return self._reject(row, [row.reason])
        letter = self._letters.letter(row)
        if not isinstance(letter, ImportPetition):
            return self._reject(row, letter)
        reply = await self._deliver(letter)
        if reply.problems:
            return self._reject(row, [f"登记服务未接受：{problem.message}" for problem in reply.problems])
        if reply.value["already"]:
            self.counts.already += 1
        else:
            self.counts.registered += 1
        return None

    def _reject(self, row: Row, reasons: list[str]) -> None:
        if self._rejects is not None:
            self._rejects.add(line=row.line, cells=row.cells, reason="；".join(reasons))
        for reason in reasons:
            self.reasons[reason].append(row.line)
        self.counts.rejected += 1

    async def _deliver(self, letter: ImportPetition) -> Reply:
        """The register's word on the letter. One that got none is sent again under the same request id."""
        request_id = new_id()
        faults = 0
        while True:
            try:
                reply = await self._send(letter, request_id)
            except Unavailable as error:
                reply = Reply(problems=[error.problem])
            code = reply.problems[0].code if reply.problems else None
            if code in UNHEARD:
                self._unheard(reply.problems[0])
            else:
                self._hear()
                faults += code == Internal.code
                if code != Internal.code or faults == FAULTS:
                    return reply
            await asyncio.sleep(RETRY_SECONDS)

    def _hear(self) -> None:
        self._heard = time.monotonic()
        if self._away:
            self._away = False
            self._progress.note("登记服务已恢复，继续导入。")

    def _unheard(self, problem: Problem) -> None:
        if time.monotonic() - self._heard >= self._away_seconds:
            raise RegisterAway(
                f"登记服务超过 {self._away_seconds:.0f} 秒没有应答，导入中止（{self.counts}）。已登记的不受影响；"
                "请用 ./xinqiao status 查看各部分，恢复后重新运行同一命令，会从中断处继续，不会重复登记。"
                f"最后的应答：{problem.message}"
            )
        if not self._away:
            self._away = True
            self._progress.note(f"登记服务没有应答，等待其恢复（最多 {self._away_seconds:.0f} 秒）……")
