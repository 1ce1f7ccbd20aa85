"""Which days the public must be told of, or told anew, and by when: what follows from table and publications.

``publish_announcement`` judges what is late; this says it beforehand, by the same days (``services/common/notices``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from gateway.announced import LONGEST, announcements
from gateway.duty import shifts_of
from gateway.model import roster_entry
from gateway.reading import ViewReader
from gateway.reading_lists import MEMBERS
from services.common.clock import legal_day
from services.common.errors import Forbidden, NotFound
from services.common.notices import PERIODS, NoticePeriods
from services.common.public_table import placed, standing, turn_of
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.directory import Organisation
from services.contracts.roster_people import Member
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import Shift

ASKS = frozenset({Role.CLERK, Role.HEAD, Role.LEADER})
"""Who publishes, and who is announced."""
ASKS_FOR_ALL = ASKS | {Role.SUPERVISOR}
"""Of the county office."""


@dataclass(frozen=True)
class DayDue:
    """A day of which the public does not know what the table says."""

    tenant: str
    day: date
    published: bool
    """Something was published about the day: what is due is a change."""
    by: date
    """The last day on which it may be published, in the past where it is late."""
    told: list[AnnouncedTurn]
    turns: list[AnnouncedTurn]
    """What the public knows, and what it is to know."""
    leader_missing: bool
    """A reception of the day has no leader: nothing can be published until somebody sits there."""


def days_due(
    *,
    tenant: str,
    shifts: Iterable[Shift],
    members: Mapping[str, Member],
    known: Sequence[Announcement],
    first: date,
    last: date,
    today: date,
    periods: NoticePeriods = PERIODS,
) -> list[DayDue]:
    """Of one tenant, in the order of days. ``shifts``: those that take place; ``members``: by id; ``known``: all that
    it published about these days."""
    held = sorted(
        (each for each in shifts if each.kind is ServiceKind.RECEPTION and first <= each.day <= last),
        key=lambda each: (each.day, each.start, each.id),
    )
    public = {day: each for (_, day), each in standing(known, first=first, last=last).items()}
    before = [turn for day, each in public.items() for turn in each.turns if turn.day == day]
    after = [
        turn_of(shift, members[seat.member])
        for shift in held
        for seat in shift.seats
        # Of somebody new the view may hold the table before it holds him.
        if seat.role is SeatRole.LEAD and seat.member is not None and seat.member in members
    ]
    empty = {shift.day for shift in held if SeatRole.LEAD in shift.empty}
    old, new = placed(before), placed(after)
    earliest = today + timedelta(days=periods.publish_days)
    dropped = old.keys() - new.keys()
    soon = {key for key in new.keys() - old.keys() if new[key].day < earliest}
    # As of a publication: what is added soon was moved, as long as nothing is added to what is dropped.
    moved = soon if len(soon) <= len(dropped) else set()
    notice: dict[date, int] = {}
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        for day in {turn.day for turn in (was, now) if turn is not None}:
            added = was is None and key not in moved
            notice[day] = max(notice.get(day, 0), periods.publish_days if added else periods.change_days)
    for day in empty:
        notice.setdefault(day, periods.change_days if day in public else periods.publish_days)
    told, turns = _by_day(before), _by_day(after)
    return [
        DayDue(
            tenant=tenant,
            day=day,
            published=day in public,
            by=day - timedelta(days=days),
            told=told[day],
            turns=turns[day],
            leader_missing=day in empty,
        )
        for day, days in sorted(notice.items())
    ]


def _by_day(turns: Iterable[AnnouncedTurn]) -> defaultdict[date, list[AnnouncedTurn]]:
    found: defaultdict[date, list[AnnouncedTurn]] = defaultdict(list)
    for turn in turns:
        found[turn.day].append(turn)
    return found


async def announcements_due(
    reader: ViewReader, *, tenants: Collection[str] | None, first: date, last: date
) -> list[DayDue]:
    """By day. ``tenants``: codes; None: all of the county."""
    codes = sorted(await reader.shared(Organisation)) if tenants is None else sorted(tenants)
    shifts = await shifts_of(reader, tenants=codes, first=first, last=last)
    where: list[sa.ColumnElement[bool]] = [roster_entry.c.tenant.in_(codes)]
    # Also who has left by now: he may still stand in the table.
    members: list[Member] = await reader.of_days(MEMBERS, first=date.min, last=date.max, where=where)
    known = await announcements(reader, first=first, last=last, tenant=codes[0] if len(codes) == 1 else None)
    people = {each.id: each for each in members}
    found = [
        day
        for code in codes
        for day in days_due(
            tenant=code,
            shifts=[each for each in shifts if each.tenant == code],
            members=people,
            known=[each for each in known if each.tenant == code],
            first=first,
            last=last,
            today=legal_day(reader.now),
        )
    ]
    return sorted(found, key=lambda each: (each.by, each.day, each.tenant))


async def announcement_due(reader: ViewReader, *, tenant: str, first: date, last: date) -> bool:
    """Whether the public was told otherwise of one of these days than the table now says: another leader, place, time
    or telephone, a reception more or less (RO-25)."""
    last = min(last, first + LONGEST)
    found = await announcements_due(reader, tenants=[tenant], first=first, last=last)
    return any(each.published for each in found)


def reminded_until(today: date, periods: NoticePeriods = PERIODS) -> date:
    """The last day of which an office is reminded."""
    return today + timedelta(days=periods.publish_days + periods.remind_days)


def whose_announcements(actor: Actor, wanted: str | None, directory: Mapping[str, Organisation]) -> list[str] | None:
    """The tenants that the actor is told of; None is the whole county.

    Raises ``Forbidden`` for who has none to publish, ``NotFound`` for a code that nobody has.
    """
    office = actor.kind is TenantKind.COUNTY
    if not actor.roles & (ASKS_FOR_ALL if office else ASKS):
        raise Forbidden("您的岗位不办理接访公示，请由本单位经办人或负责人查询")
    if office:
        if wanted is not None and wanted not in directory:
            raise NotFound(f"机构名录中没有代码为 {wanted} 的单位，请核对")
        return None if wanted is None else [wanted]
    if wanted not in (None, actor.tenant):
        raise Forbidden("只能查看本单位的公示事项；其他单位的由县信访局查询")
    return [actor.tenant]
