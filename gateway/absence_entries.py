"""What a calendar says of absences, however it was written: the entries, and those that are passed over. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from services.common.clock import A_YEAR
from services.common.errors import InvalidInput, refuse
from services.contracts.absences import ImportedAbsence
from services.contracts.roster_people import AbsenceKind

LONGEST = 1024 * 1024
"""Characters of a file: a year of a busy calendar is a tenth of it."""
MOST = 2000
"""Entries of a file, each occurrence of a series for itself."""
LOOKED_BACK = timedelta(days=62)
"""What is over for longer is not read: a calendar keeps years of it."""
WORDS = {
    AbsenceKind.LEAVE: ("请假", "休假", "年假", "病假", "事假", "产假", "婚假", "丧假"),
    AbsenceKind.TRIP: ("出差", "外出", "调研", "考察"),
    AbsenceKind.TRAINING: ("培训", "学习", "党校"),
    AbsenceKind.SECONDED: ("抽调", "借调", "挂职"),
    AbsenceKind.MEETING: ("会议", "开会"),
}
"""By which words people say what kind of absence it is."""


@dataclass(frozen=True)
class Entry:
    line: int
    """Of the file, from 1, on which it begins."""
    absence: ImportedAbsence


@dataclass(frozen=True)
class Skipped:
    line: int
    reason: str


@dataclass
class Entries:
    found: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    wrong: list[InvalidInput] = field(default_factory=list)

    def refuse(self, line: int, why: str) -> None:
        # Each with a field of its own: of one field a person is told only once.
        self.wrong.append(InvalidInput(f"第 {line} 行：{why}", field=f"text.{line}"))

    def checked(self) -> "Entries":
        """Raises ``InvalidInput``, which tells of all that is wrong, so that a file is corrected in one go."""
        refuse(self.wrong)
        if len(self.found) > MOST:
            raise InvalidInput(f"一次最多导入 {MOST} 条，本文件有 {len(self.found)} 条，请分次导入", field="text")
        return self

    def add(self, line: int, absence: ImportedAbsence, *, today: date) -> None:
        """Takes it in, or passes it over where it is long over or too far away."""
        if absence.last < today - LOOKED_BACK:
            self.skipped.append(Skipped(line, f"{absence.first} 至 {absence.last} 早已结束"))
        elif absence.last > today + A_YEAR:
            self.skipped.append(Skipped(line, f"{absence.first} 至 {absence.last} 在一年以后，请届时再导入"))
        else:
            self.found.append(Entry(line, absence))


def check_size(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidInput("文件超过 1 MiB，请只导出最近一年的日程", field="text")
    if not text.strip():
        raise InvalidInput("文件没有内容，请核对", field="text")


def kind_of(text: str, default: AbsenceKind) -> AbsenceKind:
    """What kind of absence the words tell of; ``default`` where they tell of none."""
    return next((kind for kind, words in WORDS.items() if any(word in text for word in words)), default)
