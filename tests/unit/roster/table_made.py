"""A small office and its table, for tests of who sits where."""

from datetime import date, datetime, time
from typing import Any

import msgspec

from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import Absence, AbsenceKind, AbsenceState, Member
from services.contracts.roster_rules import (
    Choice,
    Hours,
    Rank,
    Recurrence,
    Seat,
    SeatRole,
    ServiceKind,
    ServiceRule,
)
from services.contracts.shifts import SeatTaken, Shift
from services.roster.seating import Table

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)
BY = ActorRef(tenant="xfj", user="clerk", name="窗口演示")
NOON_BEFORE = datetime(2026, 11, 30, 12, tzinfo=LEGAL_ZONE)


def actor(user: str = "clerk", *roles: Role, tenant: str = "xfj") -> Actor:
    return Actor(
        county="611021",
        tenant=tenant,
        kind=TenantKind.COUNTY,
        user=user,
        name=user,
        roles=frozenset(roles or {Role.CLERK}),
    )


def member(id: str, *, rank: Rank = Rank.LEADER, order: int = 0, **changes: Any) -> Member:
    base = Member(
        id=id,
        tenant="xfj",
        login=id,
        name=f"演示{id}",
        rank=rank,
        post="副局长",
        portfolio=[],
        phone=None,
        since=date(2020, 1, 1),
        order=order,
    )
    return msgspec.structs.replace(base, **changes)


A, B, C = (member(id, order=number) for number, id in enumerate("abc"))
CHIEF = member("chief", rank=Rank.CHIEF, order=-1)
STAFF = member("staff", rank=Rank.STAFF, order=9)


def rule(id: str = "daily", *seats: Seat, kind: ServiceKind = ServiceKind.RECEPTION) -> ServiceRule:
    return ServiceRule(
        id=id,
        name="工作日接访",
        basis="《领导信访接待制度》",
        kind=kind,
        since=date(2020, 1, 1),
        recurrence=Recurrence(rrule="FREQ=DAILY"),
        hours=[Hours(start=time(8, 30), end=time(11, 30))],
        seats=list(seats) or [Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER}))],
        place="接待大厅",
    )


FIXED = rule("fixed", Seat(role=SeatRole.LEAD, members=["c", "b", "a"], choice=Choice.FIXED))


def taken(who: Member | None, role: SeatRole = SeatRole.LEAD, **changes: Any) -> SeatTaken:
    seat = SeatTaken(
        role=role,
        member=who.id if who else None,
        name=who.name if who else None,
        post=who.post if who else None,
    )
    return msgspec.structs.replace(seat, **changes)


def shift(id: str, day: date, *seats: SeatTaken, **changes: Any) -> Shift:
    base = Shift(
        id=id,
        tenant="xfj",
        rule="daily",
        name="工作日接访",
        kind=ServiceKind.RECEPTION,
        mode=None,
        day=day,
        start=time(8, 30),
        end=time(11, 30),
        place="接待大厅",
        phone="0914-1234567",
        slot_minutes=15,
        seats=list(seats),
    )
    return msgspec.structs.replace(base, **changes)


def absence(who: Member, first: date, last: date | None = None, **changes: Any) -> Absence:
    base = Absence(
        id=f"away-{who.id}",
        tenant="xfj",
        member=who.id,
        kind=AbsenceKind.TRIP,
        first=first,
        last=last or first,
        reason="外出调研",
        state=AbsenceState.REQUESTED,
        substitute=None,
        requested_by=BY,
    )
    return msgspec.structs.replace(base, **changes)


def table(*shifts: Shift, members: tuple[Member, ...] = (CHIEF, A, B, C, STAFF), **changes: Any) -> Table:
    base = Table(
        members={each.id: each for each in members},
        absences=[],
        rules=[rule(), FIXED],
        shifts={each.id: each for each in shifts},
    )
    return msgspec.structs.replace(base, **changes)
