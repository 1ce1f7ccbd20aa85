"""Posts that nobody fills: seen days ahead, or unmanned now; each told once to those who can fill it. Pure."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from services.contracts.presence import AlertKind, PostAlert
from services.contracts.roster_rules import SeatRole
from services.contracts.shifts import Shift
from services.roster.seating import Table, candidates

ALERT_IDS = uuid.UUID("5e0d4a67-6c8a-5c8e-8f0b-3d2f1c9a7b10")
"""Namespace of alert ids. Never change it: open posts would be told again."""
MOST_CANDIDATES = 20
"""Whom an alert names: nobody asks further down the list."""


class Posts(msgspec.Struct, frozen=True, kw_only=True):
    """When a post is told of."""

    ahead: timedelta
    """How long before its shift an empty post is."""
    patience: timedelta
    """How long after its begin, or after the last one left, an unmanned one is."""


def alert_id(shift: str, kind: AlertKind) -> str:
    return str(uuid.uuid5(ALERT_IDS, f"{shift}/{kind.value}"))


def open_posts(shifts: Iterable[Shift], *, now: datetime, posts: Posts) -> dict[str, tuple[Shift, AlertKind]]:
    """What is to be told of at this moment, by the id of its alert."""
    found = {}
    for shift in shifts:
        if shift.cancelled is not None or shift.ends <= now:
            continue
        if shift.empty and shift.begins <= now + posts.ahead:
            found[alert_id(shift.id, AlertKind.EMPTY)] = (shift, AlertKind.EMPTY)
        since = left_alone_since(shift, now)
        if since is not None and now >= since + posts.patience:
            found[alert_id(shift.id, AlertKind.UNMANNED)] = (shift, AlertKind.UNMANNED)
    return found


def left_alone_since(shift: Shift, now: datetime) -> datetime | None:
    """Since when nobody is at the post of a shift that goes on and has people; None where somebody is."""
    people = [seat for seat in shift.seats if seat.member is not None]
    if not people or not shift.holds(now) or any(seat.in_at is not None and seat.out_at is None for seat in people):
        return None
    return max([shift.begins, *(seat.out_at for seat in people if seat.out_at is not None)])


def alerts(
    table: Table, *, stored: Mapping[str, PostAlert], now: datetime, posts: Posts
) -> tuple[list[PostAlert], list[PostAlert]]:
    """What is told (new ones, ones that are open again, and those whose posts or candidates are others), and what is
    cleared: filled, manned, cancelled or over. ``stored``: by id, at least all that are open."""
    wanted = open_posts(table.shifts.values(), now=now, posts=posts)
    told = []
    for id, (shift, kind) in wanted.items():
        known = stored.get(id)
        still = known is not None and known.cleared_at is None
        alert = PostAlert(
            id=id,
            tenant=shift.tenant,
            shift=shift.id,
            kind=kind,
            day=shift.day,
            roles=_roles(shift, kind),
            at=known.at if known is not None and still else now,
            candidates=_candidates(table, shift, kind),
        )
        if alert != known:
            told.append(alert)
    cleared = [
        msgspec.structs.replace(each, cleared_at=now)
        for id, each in stored.items()
        if each.cleared_at is None and id not in wanted
    ]
    return told, cleared


def _roles(shift: Shift, kind: AlertKind) -> list[SeatRole]:
    return shift.empty if kind is AlertKind.EMPTY else list(dict.fromkeys(seat.role for seat in shift.seats))


def _candidates(table: Table, shift: Shift, kind: AlertKind) -> list[str]:
    """Of an unmanned post first those who should be there."""
    places = [place for place, seat in enumerate(shift.seats) if kind is AlertKind.UNMANNED or seat.member is None]
    found = list(shift.members) if kind is AlertKind.UNMANNED else []
    for place in places:
        found += [each.id for each in candidates(table, shift, place)]
    return list(dict.fromkeys(found))[:MOST_CANDIDATES]
