"""Who is missing at a reception: posts of its rule (RO-20, RO-21), and whom a visitor's matter needs (RO-22). Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from gateway.reception_figures.attending import receptions
from gateway.receptions import missing_needs
from services.common.receiving import HOLDS
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import Qualification, Rank, Seat, SeatRole, ServiceRule
from services.contracts.shifts import Shift

EXPECTED = HOLDS - {AppointmentState.DONE}
"""States in which a visitor is still to be received."""


class MissingRole(msgspec.Struct, frozen=True, kw_only=True):
    role: SeatRole | None
    """The post; None where it is no post of the rule, but what a visitor's matter needs."""
    qualifications: frozenset[Qualification]
    """What who sits there must have."""
    count: int
    appointments: list[str]
    """Ids of the appointments that need it."""
    candidates: list[Member]
    """Who could fill it: serves on its days, is not away, sits nowhere at that time."""


class CompositionGap(msgspec.Struct, frozen=True, kw_only=True):
    shift: Shift
    missing: list[MissingRole]


def gaps(
    *,
    shifts: Sequence[Shift],
    rules: Sequence[ServiceRule],
    members: Sequence[Member],
    absences: Sequence[Absence],
    appointments: Sequence[Appointment],
) -> list[CompositionGap]:
    """Of one tenant, the receptions of which somebody is missing, in their order. ``shifts``: all of these days, of
    whatever kind, since who sits in one of them is not free for another."""
    by_rule = {rule.id: rule for rule in rules}
    by_member = {member.id: member for member in members}
    found = []
    for shift in receptions(shifts):
        if shift.cancelled is None:
            free = _free(shift, shifts, members, absences)
            missing = [
                *_of_posts(shift, by_rule.get(shift.rule), by_member, free),
                *_of_matters(shift, by_member, appointments, free),
            ]
            if missing:
                found.append(CompositionGap(shift=shift, missing=missing))
    return found


def _of_posts(
    shift: Shift, rule: ServiceRule | None, members: Mapping[str, Member], free: Sequence[Member]
) -> list[MissingRole]:
    found = []
    seats = _seats(shift, rule)
    for role in dict.fromkeys(seat.role for seat in seats):
        wanted = [seat for seat in seats if seat.role is role]
        there = [members[each] for each in _seated(shift, role) if each in members]
        # Somebody who is no longer in the list of members fills his post all the same.
        empty = sum(seat.count for seat in wanted) - len(_seated(shift, role))
        for seat in sorted(wanted, key=lambda each: not each.qualifications):
            short = empty
            if seat.qualifications:
                short = seat.count - sum(seat.qualifications <= each.qualifications for each in there)
            if short > 0:
                found.append(
                    MissingRole(
                        role=role,
                        qualifications=seat.qualifications,
                        count=min(short, seat.count),
                        appointments=[],
                        candidates=[each for each in free if _may_sit(seat, each)],
                    )
                )
                empty -= min(short, seat.count)
    return found


def _of_matters(
    shift: Shift, members: Mapping[str, Member], appointments: Sequence[Appointment], free: Sequence[Member]
) -> list[MissingRole]:
    wanted = {
        each.id: missing_needs(each, shift, members)
        for each in appointments
        if each.shift == shift.id and each.state in EXPECTED
    }
    return [
        MissingRole(
            role=None,
            qualifications=frozenset({need}),
            count=1,
            appointments=[id for id, needs in wanted.items() if need in needs],
            candidates=[each for each in free if need in each.qualifications],
        )
        for need in Qualification
        if any(need in needs for needs in wanted.values())
    ]


def _seats(shift: Shift, rule: ServiceRule | None) -> list[Seat]:
    """Who has to be there: by the rule, or, where it was entered by hand, by its own seats."""
    if rule is None:
        return [
            Seat(role=role, count=sum(seat.role is role for seat in shift.seats), ranks=frozenset(Rank))
            for role in dict.fromkeys(seat.role for seat in shift.seats)
        ]
    own = next((hours.seats for hours in rule.hours if hours.start == shift.start), [])
    return own or rule.seats


def _seated(shift: Shift, role: SeatRole) -> list[str]:
    return [seat.member for seat in shift.seats if seat.role is role and seat.member is not None]


def _may_sit(seat: Seat, member: Member) -> bool:
    named = member.id in seat.members if seat.members else member.rank in seat.ranks
    return named and seat.qualifications <= member.qualifications


def _free(
    shift: Shift, shifts: Sequence[Shift], members: Sequence[Member], absences: Sequence[Absence]
) -> list[Member]:
    busy = {
        who
        for other in shifts
        if other.cancelled is None and other.begins < shift.ends and shift.begins < other.ends
        for who in other.members
    }
    # One that goes on after midnight needs who is there on both days.
    days = {shift.begins.date(), (shift.ends - timedelta.resolution).date()}
    away = {absence.member for absence in absences if any(absence.covers(day) for day in days)}
    there = (each for each in members if all(each.serves(day) for day in days))
    return sorted(
        (each for each in there if each.id not in busy and each.id not in away),
        key=lambda each: (each.order, each.id),
    )
