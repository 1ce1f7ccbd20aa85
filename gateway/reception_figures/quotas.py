"""How often everybody received in a month, beside how often he has to (RO-06, RO-13, RO-17 to RO-19). Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.reception_figures.attending import came, leads, open_to_all, receivers_of, receptions, took_place
from services.common.clock import legal_day
from services.contracts.base import Labelled
from services.contracts.circulars import ReportingPeriod
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Quota, QuotaUnit
from services.contracts.shifts import Shift

COMING = frozenset({AppointmentState.ACCEPTED, AppointmentState.WAITING, AppointmentState.CALLED})


class QuotaState(Labelled):
    """How a member stands under a quota in a month (RO-06)."""

    MET = "MET", "已完成"
    PLANNED = "PLANNED", "按已排班次可以完成"
    SHORT = "SHORT", "已排班次不足，须增排"
    MISSED = "MISSED", "未完成"
    EXEMPT = "EXEMPT", "当月任职不满一个月，不考核"


class QuotaStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One member under one quota in one month."""

    quota: Quota
    member: Member
    received: int
    """Sessions or batches, as the quota counts."""
    planned: int
    """What is still to come in the month: sessions that he leads, or visitors who have a place with him."""
    state: QuotaState

    @property
    def missing(self) -> int:
        """How many he has to receive yet, or did not."""
        return 0 if self.state is QuotaState.EXEMPT else max(0, self.quota.times - self.received)


def standings(
    *,
    quotas: Sequence[Quota],
    members: Sequence[Member],
    shifts: Sequence[Shift],
    appointments: Sequence[Appointment],
    month: ReportingPeriod,
    now: datetime,
) -> list[QuotaStanding]:
    """Of one tenant, its people in its order. ``shifts`` and ``appointments``: those of the month."""
    order = sorted(members, key=lambda each: (each.order, each.id))
    found = []
    for quota in quotas:
        received, planned = _counted(quota, shifts, appointments, now)
        for member in order:
            if _is_bound(quota, member) and member.since <= month.last and (member.until or month.last) >= month.first:
                done, coming = received[member.id], planned[member.id]
                state = _state(quota, member, done, coming, month, now)
                found.append(QuotaStanding(quota=quota, member=member, received=done, planned=coming, state=state))
    return found


def _is_bound(quota: Quota, member: Member) -> bool:
    return member.id in quota.members if quota.members else member.rank in quota.ranks


def _state(
    quota: Quota, member: Member, received: int, planned: int, month: ReportingPeriod, now: datetime
) -> QuotaState:
    if received >= quota.times:
        return QuotaState.MET
    if not (member.serves(month.first) and member.serves(month.last)):
        return QuotaState.EXEMPT
    if legal_day(now) > month.last:
        return QuotaState.MISSED
    return QuotaState.PLANNED if received + planned >= quota.times else QuotaState.SHORT


def _counted(
    quota: Quota, shifts: Sequence[Shift], appointments: Sequence[Appointment], now: datetime
) -> tuple[Counter[str], Counter[str]]:
    """By member: what is done, and what is to come."""
    credited = {each.id: each for each in receptions(shifts) if each.mode is None or each.mode in quota.credits}
    if quota.counts is QuotaUnit.BATCHES:
        return _batches(credited, open_to_all(appointments))
    received, planned = Counter[str](), Counter[str]()
    for shift in credited.values():
        for seat in leads(shift):
            assert seat.member is not None
            if took_place(shift, now):
                received[seat.member] += came(shift, seat) is not False
            elif shift.cancelled is None:
                planned[seat.member] += 1
    return received, planned


def _batches(shifts: dict[str, Shift], appointments: Sequence[Appointment]) -> tuple[Counter[str], Counter[str]]:
    received, planned = Counter[str](), Counter[str]()
    for each in appointments:
        shift = shifts.get(each.shift)
        if shift is None:
            continue
        if each.state is AppointmentState.DONE:
            received.update(receivers_of(each, shift))
        elif each.state in COMING and shift.cancelled is None:
            planned.update(receivers_of(each, shift))
    return received, planned
