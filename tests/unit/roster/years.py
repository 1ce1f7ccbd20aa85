"""Five simulated years of an office and of a township: leave, joins, leavers, and a plan made anew each month."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from services.common.known_calendar import library_calendar
from services.contracts.actor import ActorRef
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import Absence, AbsenceKind, AbsenceState, Member
from services.contracts.roster_rules import (
    HolidayPolicy,
    Hours,
    Rank,
    Recurrence,
    Seat,
    SeatRole,
    ServiceKind,
    ServiceRule,
)
from services.roster.ledgers import Planned
from services.roster.planning import Kept, plan

FIRST, LAST = date(2022, 1, 1), date(2026, 12, 31)
STEP, AHEAD, KNOWN = timedelta(days=30), timedelta(days=90), timedelta(days=20)
"""How often it is planned anew, how far, and how long before its begin a leave is known at least: 20 to 50 days
before, as a table is made once in 30."""
LEAD = Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.LEADER}))
BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")


class House(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    members: list[Member]
    absences: list[Absence]
    rules: list[ServiceRule]


def member(number: int, *, since: date = date(2015, 1, 1), until: date | None = None) -> Member:
    return Member(
        id=f"m{number:02d}",
        tenant="xfj",
        login=None,
        name=f"演示{number}",
        rank=Rank.LEADER,
        post="副局长",
        portfolio=[],
        phone=None,
        since=since,
        until=until,
        order=number,
    )


def absence(who: str, first: date, last: date, *, substitute: str | None = None) -> Absence:
    return Absence(
        id=f"{who}/{first}",
        tenant="xfj",
        member=who,
        kind=AbsenceKind.LEAVE,
        first=first,
        last=last,
        reason="年休假",
        state=AbsenceState.APPROVED,
        substitute=substitute,
        requested_by=BY,
    )


def service(
    id: str,
    rrule: str,
    *seats: Seat,
    start: time = time(8, 30),
    end: time = time(8, 30),
    holiday: HolidayPolicy = HolidayPolicy.KEEP,
    kind: ServiceKind = ServiceKind.DUTY,
) -> ServiceRule:
    return ServiceRule(
        id=id,
        name="值班",
        basis="《值班制度》",
        kind=kind,
        since=date(2020, 1, 1),
        recurrence=Recurrence(rrule=rrule, holiday=holiday),
        hours=[Hours(start=start, end=end)],
        seats=list(seats) or [LEAD],
        place="值班室",
    )


def office() -> House:
    """Twelve leaders on a watch of 24 hours every day; two of them come later, and one leaves."""
    joins = {10: date(2023, 7, 1), 11: date(2025, 2, 10)}
    people = [
        member(number, since=joins.get(number, date(2015, 1, 1)), until=date(2024, 9, 30) if number == 9 else None)
        for number in range(13)
    ]
    away = [*_leave(people, seed=12), absence("m03", date(2023, 3, 1), date(2023, 6, 10))]
    return House(name="12-leader office", members=people, absences=away, rules=[service("watch", "FREQ=DAILY")])


def township() -> House:
    """Six people for a daily duty, and on Wednesdays for a reception beside it; one of them is away for a year."""
    people = [
        member(0),
        member(1),
        member(2),
        member(3),
        member(4, until=date(2024, 3, 31)),
        member(5),
        member(6, since=date(2024, 4, 1)),
    ]
    away = [*_leave(people, seed=6), absence("m01", date(2025, 1, 6), date(2025, 12, 31))]
    reception = service(
        "reception",
        "FREQ=WEEKLY;BYDAY=WE",
        start=time(9),
        end=time(12),
        holiday=HolidayPolicy.NEXT,
        kind=ServiceKind.RECEPTION,
    )
    return House(
        name="6-person township", members=people, absences=away, rules=[service("duty", "FREQ=DAILY"), reception]
    )


def _leave(people: Sequence[Member], *, seed: int) -> list[Absence]:
    """Two or three leaves a year each, some of them over Spring Festival."""
    chance = random.Random(seed)
    found = []
    for person in people:
        for year in range(FIRST.year, LAST.year + 1):
            for _ in range(chance.choice([2, 3])):
                begins = date(year, 1, 1) + timedelta(days=chance.randrange(350))
                found.append(absence(person.id, begins, begins + timedelta(days=chance.randrange(3, 16))))
            if chance.random() < 0.1:
                found.append(absence(person.id, date(year, 1, 20), date(year, 2, 20)))
    return found


def lived(house: House) -> list[Planned]:
    """What was served in the five years: each month the future is planned anew, of whoever stands in it stays who can,
    and a leave is known only shortly before."""
    served: list[Planned] = []
    table: list[Planned] = []
    day = FIRST
    while day <= LAST:
        ahead = plan(
            tenant="xfj",
            rules=house.rules,
            members=[each for each in house.members if each.since <= day + KNOWN],
            absences=[each for each in house.absences if each.first <= day + STEP + KNOWN],
            past=served,
            kept={shift.slot: Kept(seats=shift.seats, public=False) for shift in table if shift.day >= day},
            calendar=library_calendar(),
            first=day,
            last=min(day + AHEAD, LAST),
            now=datetime.combine(day, time.min, LEGAL_ZONE),
        )
        day += STEP
        served += [shift for shift in ahead if shift.day < day]
        table = [shift for shift in ahead if shift.day >= day]
    return served
