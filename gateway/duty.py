"""Who is on duty, and which posts are empty: what follows from the shifts that the view holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.reading import ViewReader
from gateway.reading_lists import MEMBERS, POST_ALERTS, SHIFTS
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation
from services.contracts.presence import AlertKind, PostAlert
from services.contracts.roster_people import Member
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift, ShiftStatus

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OnDuty:
    """Somebody who sits in a shift that goes on."""

    shift: Shift
    seat: SeatTaken


@dataclass(frozen=True)
class EmptyPost:
    """The empty seats of one shift. ``candidates``: ids, as the watch found them; empty for who may not see them."""

    shift: Shift
    candidates: list[str]

    @property
    def roles(self) -> list[SeatRole]:
        return self.shift.empty


@dataclass(frozen=True)
class DayCovered:
    day: date
    seats: int
    filled: int
    posts: list[EmptyPost]

    @property
    def empty(self) -> int:
        return self.seats - self.filled


@dataclass(frozen=True)
class Covered:
    first: date
    last: date
    days: list[DayCovered]
    """Those on which there are shifts."""

    @property
    def seats(self) -> int:
        return sum(day.seats for day in self.days)

    @property
    def filled(self) -> int:
        return sum(day.filled for day in self.days)

    @property
    def empty(self) -> int:
        return self.seats - self.filled

    @property
    def percent(self) -> int:
        """Of all seats, those that are filled; rounded down, so that 100 means that none is empty."""
        return 100 * self.filled // self.seats if self.seats else 100


async def shifts_of(reader: ViewReader, *, tenants: Collection[str], first: date, last: date) -> list[Shift]:
    """Those that take place, in the order of their begins."""
    where: list[sa.ColumnElement[bool]] = [
        roster_entry.c.tenant.in_(sorted(tenants)),
        roster_entry.c.status != ShiftStatus.CANCELLED.value,
    ]
    found = await reader.of_days(SHIFTS, first=first, last=last, where=where)
    return sorted(found, key=lambda each: (each.begins, each.tenant, each.id))


async def own_and_office(reader: ViewReader) -> list[str]:
    """Codes of the county office and of the actor's own tenant."""
    directory = (await reader.shared(Organisation)).values()
    offices = [each.code for each in directory if each.active and each.kind is TenantKind.COUNTY]
    return sorted({reader.actor.tenant, *offices})


def on_duty(shifts: Iterable[Shift], *, at: datetime, kind: ServiceKind | None = None) -> list[OnDuty]:
    return [
        OnDuty(shift, seat)
        for shift in shifts
        if shift.holds(at) and (kind is None or shift.kind is kind)
        for seat in shift.seats
        if seat.member is not None
    ]


def covered(shifts: Iterable[Shift], candidates: dict[str, list[str]], *, first: date, last: date) -> Covered:
    """``candidates``: by shift."""
    days = []
    for day, group in groupby(sorted(shifts, key=lambda each: (each.day, each.start, each.id)), lambda each: each.day):
        of_day = list(group)
        seats = sum(len(shift.seats) for shift in of_day)
        posts = [EmptyPost(shift, candidates.get(shift.id, [])) for shift in of_day if shift.empty]
        days.append(DayCovered(day, seats, seats - sum(len(post.roles) for post in posts), posts))
    return Covered(first, last, days)


async def candidates_of(reader: ViewReader, *, tenant: str, first: date, last: date) -> dict[str, list[str]]:
    """Who could fill the empty posts of these days, by shift."""
    where = [roster_entry.c.tenant == tenant, roster_entry.c.status == "OPEN"]
    alerts: list[PostAlert] = await reader.of_days(POST_ALERTS, first=first, last=last, where=where)
    return {each.shift: each.candidates for each in alerts if each.kind is AlertKind.EMPTY}


async def own_member(reader: ViewReader, actor: Actor) -> Member | None:
    """Who the actor is in the list of his tenant."""
    state = roster_entry.c.state
    where = [roster_entry.c.tenant == actor.tenant, state["login"].astext == actor.user]
    found = await reader.of_days(MEMBERS, first=date.min, last=date.max, where=where)
    return next(iter(found), None)
