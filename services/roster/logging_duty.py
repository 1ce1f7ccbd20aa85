"""The log of a shift (值班日志) and how it goes from one shift to the next (RO-31). Pure.

A log that was handed over never changes. What is open then opens the next shift's; a mistaken entry is put right by a
further one, in the same log as long as it is open, else in the one that is.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from services.common.errors import Forbidden, InvalidInput, WrongState, require
from services.contracts.actor import Actor, Role
from services.contracts.handovers import DutyLog, LogEntry, LogEntryKind, LogState
from services.contracts.intake import Petition
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift

OFFICE = frozenset({Role.CLERK, Role.HEAD})
LOOK_AHEAD = timedelta(days=62)
"""In which the next shift is looked for: the rarest ones are monthly."""


class LogClosed(WrongState):
    code = "LOG_CLOSED"
    default = "本班日志已交班，不能再改；需要更正或补充的，请写入当前班次的日志"


def in_office(actor: Actor, tenant: str) -> bool:
    return actor.tenant == tenant and bool(actor.roles & OFFICE)


def sits(*, actor: Actor, shift: Shift, members: Mapping[str, Member]) -> bool:
    """By his login, which the office entered with him as a member."""
    logins = {members[one].login for one in shift.members if one in members} - {None}
    return actor.tenant == shift.tenant and actor.user in logins


def check_keeper(*, actor: Actor, shift: Shift, members: Mapping[str, Member]) -> None:
    """Raises ``Forbidden`` for who neither sits there nor belongs to the office."""
    if not sits(actor=actor, shift=shift, members=members) and not in_office(actor, shift.tenant):
        raise Forbidden("值班日志由本班值班人员，或本单位经办人、负责人记录")


def empty(shift: Shift) -> DutyLog:
    return DutyLog(tenant=shift.tenant, shift=shift.id, shift_name=shift.name, day=shift.day, entries=[])


def written(
    *,
    log: DutyLog | None,
    shift: Shift,
    kind: LogEntryKind,
    text: str,
    corrects: int | None,
    petition: Petition | None,
    actor: Actor,
    now: datetime,
) -> DutyLog:
    """With one entry more. ``text`` is masked already; ``petition``: to which it refers, as the actor sees it.

    Raises ``LogClosed``, ``WrongState`` before the shift begins, ``InvalidInput``.
    """
    log = log or empty(shift)
    _check_open(log)
    if shift.cancelled is not None or now < shift.begins:
        raise WrongState(
            "该班次已取消，不记日志" if shift.cancelled is not None else "该班次还没有开始，请在值班时记录"
        )
    require(text, "text", "请填写日志内容")
    if corrects is not None and corrects >= len(log.entries):
        raise InvalidInput(
            f"日志只有 {len(log.entries)} 条，没有要更正的第 {corrects + 1} 条，请刷新后核对", field="corrects"
        )
    if petition is not None and petition.confined:
        raise InvalidInput(
            "检举控告件不写入值班日志，知悉人员以外不得知道（《信访工作条例》第三十条）", field="petition_id"
        )
    entry = LogEntry(
        kind=kind,
        text=text.strip(),
        at=now,
        by=actor.reference,
        petition_id=petition.id if petition else None,
        corrects=corrects,
    )
    return msgspec.structs.replace(log, entries=[*log.entries, entry])


def settled(*, log: DutyLog, place: int, done: bool) -> DutyLog:
    _check_open(log)
    if place >= len(log.entries) or log.entries[place].kind is not LogEntryKind.OPEN_MATTER:
        raise InvalidInput("只有未了事项可以登记办结，请刷新后核对", field="place")
    entries = list(log.entries)
    entries[place] = msgspec.structs.replace(entries[place], done=done)
    return msgspec.structs.replace(log, entries=entries)


def following(*, shift: Shift, shifts: Iterable[Shift], closed: Collection[str]) -> Shift | None:
    """The next shift of the same tenant and kind; where several begin together, that of the same place. One whose log
    is closed already is passed over. ``closed``: ids of these."""
    later = [
        each
        for each in shifts
        if each.tenant == shift.tenant
        and each.kind is shift.kind
        and each.cancelled is None
        and each.id not in closed
        and each.begins > shift.begins
        and each.ends > shift.ends
    ]
    return min(later, key=lambda each: (each.begins, each.place != shift.place, each.id), default=None)


def handed_over(
    *, log: DutyLog, shift: Shift, next_shift: Shift | None, next_log: DutyLog | None, actor: Actor, now: datetime
) -> tuple[DutyLog, DutyLog | None]:
    """The closed log, and the next shift's with what is open; none where nothing is. Raises ``WrongState``."""
    _check_open(log)
    if shift.cancelled is None and now < shift.begins:
        raise WrongState("该班次还没有开始，不能交班")
    left = log.open_matters
    if left and next_shift is None:
        raise WrongState(
            f"还有 {len(left)} 件未了事项，而其后 {LOOK_AHEAD.days} 天没有排定同类班次，请先排班，或办结后交班"
        )
    closed = msgspec.structs.replace(
        log,
        handed_over_at=now,
        handed_over_by=actor.reference,
        handed_to=next_shift.id if next_shift else None,
    )
    if not left or next_shift is None:
        return closed, None
    opened = next_log or empty(next_shift)
    carried = [
        msgspec.structs.replace(entry, carried_from=entry.carried_from or log.shift, corrects=None) for entry in left
    ]
    return closed, msgspec.structs.replace(opened, entries=[*opened.entries, *carried])


def acknowledged(
    *, log: DutyLog, next_shift: Shift | None, members: Mapping[str, Member], actor: Actor, now: datetime
) -> DutyLog:
    """By somebody of the shift that takes over, or by the office for him; never by who handed over himself."""
    if log.state is not LogState.HANDED_OVER or log.handed_over_by is None:
        raise WrongState("本班尚未交班" if log.state is LogState.OPEN else "本班已经接班，不必重复登记")
    takes = next_shift is not None and sits(actor=actor, shift=next_shift, members=members)
    if not takes and not in_office(actor, log.tenant):
        raise Forbidden("接班由下一班值班人员，或本单位经办人、负责人代为登记")
    if actor.user == log.handed_over_by.user:
        raise Forbidden("交班人不能自己接班，请由下一班的其他人员，或本单位其他经办人、负责人登记")
    return msgspec.structs.replace(log, acknowledged_at=now, acknowledged_by=actor.reference)


def _check_open(log: DutyLog) -> None:
    if log.state is not LogState.OPEN:
        raise LogClosed()
