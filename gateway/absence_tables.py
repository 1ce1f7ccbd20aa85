"""Absences read from a table (CSV): one in a row, below a header in Chinese or English. Pure."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date

from gateway.absence_entries import Entries, check_size, kind_of
from services.common.errors import InvalidInput
from services.contracts.absences import ImportedAbsence
from services.contracts.roster_people import AbsenceKind, Member

COLUMNS = {
    "member": ("人员", "姓名", "值班人员", "member", "name"),
    "kind": ("种类", "类别", "请假种类", "kind"),
    "first": ("开始", "开始日期", "起始日期", "first", "from"),
    "last": ("结束", "结束日期", "截止日期", "last", "to"),
    "reason": ("事由", "原因", "备注", "reason"),
    "uid": ("编号", "标识", "uid"),
    "state": ("状态", "status"),
}
CALLED_OFF = frozenset({"取消", "已取消", "销假", "CANCELLED"})
MOST_CELLS = 20


def read_table(text: str, *, members: Sequence[Member], member: str | None, kind: AbsenceKind, today: date) -> Entries:
    """``member``: whose rows they are that name nobody. Raises ``InvalidInput`` with the lines that are wrong."""
    check_size(text)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    entries = Entries()
    try:
        columns = _columns(next(rows))
        seen: set[str] = set()
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                _row(entries, line, row, columns, members=members, member=member, kind=kind, today=today, seen=seen)
            line = rows.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"第 {rows.line_num} 行：不是有效的 CSV，请核对引号", field="text") from error
    return entries.checked()


def _columns(header: list[str]) -> dict[str, int]:
    names = [cell.strip() for cell in header[:MOST_CELLS]]
    found = {column: names.index(name) for column, known in COLUMNS.items() for name in known[::-1] if name in names}
    missing = [COLUMNS[each][0] for each in ("first", "last") if each not in found]
    if missing:
        raise InvalidInput(
            f"第 1 行：缺少“{'”“'.join(missing)}”列，表头可用：人员、种类、开始、结束、事由、编号、状态", field="text"
        )
    return found


def _row(
    entries: Entries,
    line: int,
    row: list[str],
    columns: dict[str, int],
    *,
    members: Sequence[Member],
    member: str | None,
    kind: AbsenceKind,
    today: date,
    seen: set[str],
) -> None:
    def cell(column: str) -> str:
        place = columns.get(column)
        return row[place].strip() if place is not None and place < len(row) else ""

    try:
        who = _member(cell("member"), members, member)
        first, last = _day(cell("first"), "开始"), _day(cell("last") or cell("first"), "结束")
        if last < first:
            raise InvalidInput(f"结束日期 {last} 早于开始日期 {first}")
        reason = cell("reason")[:500]
        uid = cell("uid")[:200] or _uid(who, first, last)
        if f"{who}/{uid}" in seen:
            raise InvalidInput(f"编号 {uid} 在文件中出现了两次" if cell("uid") else "与前面的一行重复")
        seen.add(f"{who}/{uid}")
    except InvalidInput as invalid:
        entries.refuse(line, invalid.message)
        return
    absence = ImportedAbsence(
        uid=uid,
        member=who,
        kind=_kind(cell("kind"), reason, kind),
        first=first,
        last=last,
        reason=reason,
        cancelled=cell("state").upper() in CALLED_OFF,
    )
    entries.add(line, absence, today=today)


def _member(written: str, members: Sequence[Member], default: str | None) -> str:
    if not written:
        if default is None:
            raise InvalidInput("没有写明人员")
        return default
    found = [each.id for each in members if written in (each.id, each.login, each.name)]
    if not found:
        raise InvalidInput(f"“{written}”不在本单位值班人员名册中")
    if len(found) > 1:
        raise InvalidInput(f"名册中有 {len(found)} 名“{written}”，请改填登录名")
    return found[0]


def _day(written: str, name: str) -> date:
    """As 2026-12-01, 2026/12/1, 2026.12.1 or 2026年12月1日."""
    plain = written.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise InvalidInput(f"{name}日期“{written}”不是日期，请写作 2026-12-01") from error


def _kind(written: str, reason: str, default: AbsenceKind) -> AbsenceKind:
    named = next((each for each in AbsenceKind if written in (each.value, each.label)), None)
    return named or kind_of(f"{written} {reason}", default)


def _uid(member: str, first: date, last: date) -> str:
    """Of a row without a number: the same days of the same person are the same absence."""
    return "csv-" + hashlib.sha256(f"{member}/{first}/{last}".encode()).hexdigest()[:32]
