"""Who is reminded of what: one reminder for each tenant, role and morning, and urgent ones at once. Pure.

What only named people may see (an accusation, Art. 30) never stands with the rest: it makes reminders of its own.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from services.contracts.actor import Role
from services.contracts.bureau import BureauAtOnce, BureauReminder, BureauReminderItem
from services.contracts.deadlines import Clock, Level
from services.contracts.office import OwedDuty
from services.contracts.reminders import AtOnce, Reminder, ReminderDuty, ReminderItem

REMINDER_IDS = uuid.UUID("0c7d3a44-9a0e-5d0b-8d0f-4be5a3f1c6d2")
"""Namespace of reminder ids. Never change it: a reminder would be made a second time."""

ITEMS = 500
"""What one reminder lists at most; nobody reads more, and a message has its size."""

ORDER: dict[Level | None, int] = {None: -1, **{level: place for place, level in enumerate(Level)}}


class Pressing(NamedTuple):
    """An open clock that has reached a level, or whose owner expected to be done before now."""

    clock_id: str
    owner: str
    level: Level | None
    due_on: date
    restricted: tuple[str, ...] | None


class Bundle(NamedTuple):
    """What one reminder of a morning says, and to whom."""

    tenant: str
    role: Role
    restricted: tuple[str, ...] | None
    clocks: list[Pressing]
    """Most urgent first."""
    more: int


def bundles(pressing: Iterable[Pressing], *, office: str | None) -> list[Bundle]:
    """The morning's reminders; none is empty. ``office``: the county office's code, None while it is not known.

    A right that has lapsed is nobody's duty any more, and is left out.
    """
    groups: dict[tuple[str, Role, tuple[str, ...] | None], list[Pressing]] = {}
    for each in pressing:
        for tenant, role in _told(each, office):
            groups.setdefault((tenant, role, each.restricted), []).append(each)
    return [
        Bundle(tenant, role, restricted, _most_urgent(group)[:ITEMS], max(0, len(group) - ITEMS))
        for (tenant, role, restricted), group in sorted(groups.items(), key=lambda pair: _key(*pair[0]))
    ]


def morning_reminder(
    *, bundle: Bundle, clocks: Mapping[str, Clock], county: str, now: datetime, today: date
) -> Reminder:
    """``clocks``: those of the bundle by id. The same bundle of the same day has the same id."""
    named = ",".join(bundle.restricted or ())
    return Reminder(
        id=reminder_id(county, bundle.tenant, bundle.role, str(today), named),
        tenant=bundle.tenant,
        role=bundle.role,
        on=today,
        at=now,
        urgent=False,
        text=None,
        sent_by=None,
        items=[item_of(clocks[each.clock_id], each.level, today) for each in bundle.clocks],
        more=bundle.more,
        restricted_to=None if bundle.restricted is None else list(bundle.restricted),
    )


def with_duties(
    reminders: Sequence[Reminder], owed: Iterable[OwedDuty], *, county: str, now: datetime, today: date
) -> list[Reminder]:
    """The morning's reminders with what each office itself owes, in the one to its clerks; made where there is none."""
    duties: dict[str, list[ReminderDuty]] = {}
    for each in owed:
        ahead = timedelta(days=each.duty.remind_before_days)
        if each.done is None and each.due_on <= today + ahead:
            duties.setdefault(each.tenant, []).append(
                ReminderDuty(duty=each.duty.id, name=each.duty.name, period=each.period.label, due_on=each.due_on)
            )
    found: list[Reminder] = []
    for reminder in reminders:
        own = reminder.role is Role.CLERK and reminder.restricted_to is None
        mine = duties.pop(reminder.tenant, []) if own else []
        found.append(msgspec.structs.replace(reminder, duties=mine))
    for tenant, mine in sorted(duties.items()):
        bundle = Bundle(tenant, Role.CLERK, None, [], 0)
        bare = morning_reminder(bundle=bundle, clocks={}, county=county, now=now, today=today)
        found.append(msgspec.structs.replace(bare, duties=mine))
    return found


def urgent_reminder(
    *, clock: Clock, level: Level, number: int, county: str, office: str | None, now: datetime, today: date
) -> Reminder | None:
    """The reminder that an urgent clock's level makes at once; None for what nobody has to be told.

    ``number``: the version of the alert that it goes with, so that one level told makes one reminder.
    """
    to = _at_level(level, owner=clock.owner, office=office)
    if to is None:
        return None
    tenant, role = to
    return Reminder(
        id=reminder_id(county, tenant, role, clock.id, str(number)),
        tenant=tenant,
        role=role,
        on=today,
        at=now,
        urgent=True,
        text=None,
        sent_by=None,
        items=[item_of(clock, level, today)],
        restricted_to=clock.restricted_to,
    )


def for_bureau(reminder: Reminder) -> BureauReminder:
    return BureauReminder(
        reminder_id=reminder.id,
        on=reminder.on,
        urgent=reminder.urgent,
        role=reminder.role,
        items=[
            BureauReminderItem(
                petition_number=item.petition_number,
                obligation=item.obligation,
                obligation_label=item.obligation.label,
                level=item.level,
                level_label=item.level.label if item.level else None,
                due_on=item.effective_due_on,
                expected_on=item.expected_on,
            )
            for item in reminder.items
        ],
        more=reminder.more,
        duties=reminder.duties,
        text=reminder.text,
        at_once=_for_bureau(reminder.at_once) if reminder.at_once else None,
    )


def _for_bureau(item: AtOnce) -> BureauAtOnce:
    return BureauAtOnce(
        petition_number=item.petition_number,
        reason=item.reason,
        reason_label=item.reason.label,
        basis=item.basis,
        visitors=item.visitors,
    )


def _told(each: Pressing, office: str | None) -> list[tuple[str, Role]]:
    """Who is told each morning: whoever owes it, and with each further level one more."""
    if each.level is Level.LAPSED:
        return []
    told = [(each.owner, Role.CLERK)]
    if ORDER[each.level] >= ORDER[Level.TO_HEAD]:
        told.append((each.owner, Role.HEAD))
    if each.level is Level.TO_COUNTY and office is not None:
        told.append((office, Role.SUPERVISOR))
    return told


def _at_level(level: Level, *, owner: str, office: str | None) -> tuple[str, Role] | None:
    if level is Level.LAPSED:
        return None
    if level is Level.TO_COUNTY:
        return None if office is None else (office, Role.SUPERVISOR)
    return owner, Role.HEAD if level is Level.TO_HEAD else Role.CLERK


def _most_urgent(group: list[Pressing]) -> list[Pressing]:
    return sorted(group, key=lambda each: (-ORDER[each.level], each.due_on, each.clock_id))


def _key(tenant: str, role: Role, restricted: tuple[str, ...] | None) -> tuple[str, str, tuple[str, ...]]:
    return tenant, str(role), restricted or ()


def item_of(clock: Clock, level: Level | None, today: date) -> ReminderItem:
    """The clock as a reminder of ``today`` lists it. The clock must be open."""
    missed = clock.expected_on is not None and clock.expected_on < today
    return ReminderItem(
        clock_id=clock.id,
        petition_id=clock.petition_id,
        petition_number=clock.petition_number,
        obligation=clock.obligation,
        owner=clock.owner,
        level=level,
        effective_due_on=clock.effective_due_on,
        first_receiver=clock.first_receiver,
        case_owner=clock.case_owner,
        expected_on=clock.expected_on if missed else None,
    )


def reminder_id(*parts: str) -> str:
    return str(uuid.uuid5(REMINDER_IDS, "/".join(parts)))
