"""Which slots of receptions are free: for everybody, the public too, whoever the appointments are that hold the others;
and whom a visitor needs who is not there.

What is read of these is when they are, and nothing else: an accusation holds its slot before everybody's eyes, and
nobody sees that it is one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.model import roster_entry
from services.common.receiving import HOLDS, free_slots, receivers
from services.contracts.actor import system_actor
from services.contracts.receptions import Appointment
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Qualification, SeatRole
from services.contracts.shifts import Shift


@dataclass(frozen=True)
class HeldSlot:
    slot: time | None
    slots: int


async def held_slots(engine: AsyncEngine, *, county: str, shifts: Collection[str]) -> dict[str, list[HeldSlot]]:
    """What holds slots of these shifts, by the shift's id."""
    c = roster_entry.c
    query = sa.select(c.subject, c.state["slot"].astext.label("slot"), c.state["slots"].astext.label("slots")).where(
        c.county_id == county,
        c.type == Appointment.fact_type,
        c.subject.in_(list(shifts)),
        c.status.in_([state.value for state in HOLDS]),
    )
    found: dict[str, list[HeldSlot]] = defaultdict(list)
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        for row in await connection.execute(query):
            found[row.subject].append(HeldSlot(row.slot and time.fromisoformat(row.slot), int(row.slots)))
    return found


async def free_by_shift(
    engine: AsyncEngine, *, county: str, shifts: Collection[Shift], now: datetime
) -> dict[str, list[time]]:
    """The free slots of each of these shifts that have not begun, by the shift's id. One query for all."""
    held = await held_slots(engine, county=county, shifts=[shift.id for shift in shifts]) if shifts else {}
    return {shift.id: free_slots(shift, held.get(shift.id, ()), now=now) for shift in shifts}


def missing_needs(appointment: Appointment, shift: Shift, members: Mapping[str, Member]) -> list[Qualification]:
    """Who must be there for this visitor, and sits nowhere in the reception (RO-22)."""
    there = receivers(shift, appointment.recused)
    has = {each for id in there if id in members for each in members[id].qualifications}
    if any(seat.role is SeatRole.LEGAL and seat.member in there for seat in shift.seats):
        has.add(Qualification.LEGAL_ADVISER)
    return sorted(appointment.needs - has)


def in_order(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Of one reception, as its list is read: by slot, then walk-ins by number, then by the time of booking."""
    return sorted(
        appointments,
        key=lambda each: (each.slot is None, each.slot or time.min, each.number or 0, each.booked_at, each.id),
    )
