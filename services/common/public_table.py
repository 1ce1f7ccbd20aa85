"""What the public was told of receptions at any moment, and that nobody can tell it otherwise afterwards. Pure.

Publications never change, so what was public at a moment follows from those that were made before it: of each day the
newest one that is about it. The id of a publication follows from all that it says; the ledger names the id, so whoever
finds it there knows that this, and nothing else, was published.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from services.common.workdays import ONE_DAY
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift


class PublicTurn(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the public table, and the publication in which it stands."""

    turn: AnnouncedTurn
    announcement: Announcement


def turn_of(shift: Shift, leader: Member) -> AnnouncedTurn:
    """What the public is told of a leader's turn (RO-25), as table and people stand now."""
    return AnnouncedTurn(
        shift=shift.id,
        day=shift.day,
        start=shift.start,
        end=shift.end,
        leader=leader.name,
        post=leader.post,
        portfolio=leader.portfolio,
        place=shift.place,
        mode=(shift.mode or shift.kind).label,
        phone=shift.phone or leader.phone,
    )


def public_table(announcements: Iterable[Announcement], *, at: datetime, first: date, last: date) -> list[PublicTurn]:
    """The rows of these days, both included, as they were public at ``at``; by day and begin, then by tenant."""
    stand = standing((each for each in announcements if each.published_at <= at), first=first, last=last)
    rows = (
        PublicTurn(turn=turn, announcement=each)
        for (_, day), each in stand.items()
        for turn in each.turns
        if turn.day == day
    )
    return sorted(rows, key=lambda row: (row.turn.day, row.turn.start, row.announcement.tenant, row.turn.shift))


def standing(announcements: Iterable[Announcement], *, first: date, last: date) -> dict[tuple[str, date], Announcement]:
    """By tenant and day which of these publications is the last one about that day; none where none is about it."""
    found: dict[tuple[str, date], Announcement] = {}
    for each in sorted(announcements, key=lambda each: each.published_at):
        day, end = max(each.first, first), min(each.last, last)
        while day <= end:
            found[each.tenant, day] = each
            day += ONE_DAY
    return found


def newest(announcements: Iterable[Announcement], *, tenant: str, day: date) -> Announcement | None:
    """Which of these publications is the last one about a day; None where none is about it."""
    return standing(announcements, first=day, last=day).get((tenant, day))


def placed(turns: Iterable[AnnouncedTurn]) -> dict[tuple[str, int], AnnouncedTurn]:
    """By shift, and by place where several leaders hold one shift: what is the same turn in two publications."""
    found: dict[tuple[str, int], AnnouncedTurn] = {}
    for turn in turns:
        found[turn.shift, sum(1 for shift, _ in found if shift == turn.shift)] = turn
    return found


def digest_of(announcement: Announcement) -> bytes:
    """SHA-256 of all that a publication says. Each field is named here, so that a field that comes later does not
    change the digest of what was published before it."""
    said = [
        announcement.tenant,
        announcement.first,
        announcement.last,
        announcement.published_at.astimezone(UTC),
        announcement.published_by.user,
        announcement.changed,
        announcement.urgent,
        [
            (turn.shift, turn.day, turn.start, turn.end, turn.leader, turn.post, turn.portfolio, turn.place, turn.mode)
            for turn in announcement.turns
        ],
        [turn.phone for turn in announcement.turns],
    ]
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def id_of(announcement: Announcement) -> str:
    """The id that follows from its content: a UUID of version 8 (RFC 9562), the first 128 bits of ``digest_of``."""
    bits = int.from_bytes(digest_of(announcement)[:16], "big")
    bits = bits & ~(0xF << 76) | 8 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=bits))
