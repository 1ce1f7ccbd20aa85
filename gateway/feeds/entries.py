"""The entries of calendars: shifts of the duty table, and receptions as they are public; never a visitor. Pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from services.common.public_table import placed
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.base import LEGAL_ZONE
from services.contracts.shifts import Shift


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    past_days: int
    future_days: int
    refresh_minutes: int

    def window(self, today: date) -> tuple[date, date]:
        """The first and the last day that a calendar shows."""
        return today - timedelta(days=self.past_days), today + timedelta(days=self.future_days)


SETTINGS = msgspec.convert(tomllib.loads((Path(__file__).parent / "feeds.toml").read_text("utf-8")), FeedSettings)


@dataclass(frozen=True)
class CalendarEntry:
    uid: str
    """Stays the same however the entry changes."""
    sequence: int
    """Grows with each change."""
    begins: datetime
    ends: datetime
    summary: str
    place: str
    description: str
    cancelled: bool
    changed_at: datetime | None
    """When it came to be as it is; None where that is not known."""


@dataclass(frozen=True)
class VersionedShift:
    shift: Shift
    version: int


def of_shifts(rows: Iterable[VersionedShift], *, county: str, member: str | None = None) -> list[CalendarEntry]:
    """The shifts of a tenant, or those of them in which a member sits."""
    return [
        CalendarEntry(
            uid=f"{row.shift.id}@{county}.xinqiao",
            sequence=row.version - 1,
            begins=row.shift.begins,
            ends=row.shift.ends,
            summary=_summary(row.shift, member),
            place=row.shift.place,
            description=_description(row.shift),
            cancelled=row.shift.cancelled is not None,
            changed_at=None,
        )
        for row in rows
        if member is None or member in row.shift.members
    ]


def _summary(shift: Shift, member: str | None) -> str:
    if member is None:
        leaders = "、".join(seat.name for seat in shift.seats if seat.name)
        return f"{shift.name}：{leaders}" if leaders else f"{shift.name}（空岗）"
    roles = "、".join(seat.role.label for seat in shift.seats if seat.member == member)
    return f"{shift.name}（{roles}）"


def _description(shift: Shift) -> str:
    lines = [
        shift.kind.label if shift.mode is None else f"{shift.kind.label}（{shift.mode.label}）",
        *(f"{seat.role.label}：{seat.name or '空岗'}" for seat in shift.seats),
        *([f"电话：{shift.phone}"] if shift.phone else []),
        *([f"因{shift.because}，由 {shift.moved_from} 调整"] if shift.moved_from else []),
        *([f"已取消：{shift.cancelled}"] if shift.cancelled is not None else []),
    ]
    return "\n".join(lines)


def of_announcements(
    announcements: Sequence[Announcement], *, county: str, names: Mapping[str, str], first: date, last: date
) -> list[CalendarEntry]:
    """Receptions of these days as they are public; what was public and no longer takes place stands as cancelled.

    ``names``: of tenants, by code.
    """
    found: dict[tuple[str, str, int], tuple[AnnouncedTurn, CalendarEntry]] = {}
    for each in sorted(announcements, key=lambda each: each.published_at):
        told = {(each.tenant, *key): turn for key, turn in placed(each.turns).items()}
        for key, (turn, entry) in found.items():
            covered = key[0] == each.tenant and each.first <= turn.day <= each.last
            if covered and key not in told and not entry.cancelled:
                ended = replace(entry, cancelled=True, sequence=entry.sequence + 1, changed_at=each.published_at)
                found[key] = turn, ended
        for key, turn in told.items():
            before = found.get(key)
            if before is not None and before[0] == turn and not before[1].cancelled:
                continue
            sequence = 0 if before is None else before[1].sequence + 1
            uid = f"{'.'.join(map(str, key))}@{county}.xinqiao"
            entry = _entry(each, turn, uid=uid, sequence=sequence, tenant=names.get(each.tenant, each.tenant))
            found[key] = turn, entry
    entries = [entry for turn, entry in found.values() if first <= turn.day <= last]
    return sorted(entries, key=lambda entry: (entry.begins, entry.uid))


def _entry(announcement: Announcement, turn: AnnouncedTurn, *, uid: str, sequence: int, tenant: str) -> CalendarEntry:
    """``tenant``: its name."""
    end = turn.day if turn.end > turn.start else turn.day + timedelta(days=1)
    lines = [
        f"{tenant}，{turn.mode}",
        f"接访领导：{turn.leader}（{turn.post}）",
        *([f"分管工作：{'、'.join(turn.portfolio)}"] if turn.portfolio else []),
        *([f"电话：{turn.phone}"] if turn.phone else []),
    ]
    return CalendarEntry(
        uid=uid,
        sequence=sequence,
        begins=datetime.combine(turn.day, turn.start, LEGAL_ZONE),
        ends=datetime.combine(end, turn.end, LEGAL_ZONE),
        summary=f"{tenant}领导接访：{turn.leader}",
        place=turn.place,
        description="\n".join(lines),
        cancelled=False,
        changed_at=announcement.published_at,
    )
