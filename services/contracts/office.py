"""Duties of an office that recur and belong to no petition: circulars, meetings, analyses, summaries."""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef, TenantKind
from services.contracts.base import Command, Labelled, Part, State
from services.contracts.circulars import PeriodKind, ReportingPeriod

Text = Annotated[str, Meta(min_length=1, max_length=200)]


class OfficeDuty(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that each tenant of some kinds does once in every period, as a county's own order says."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Text
    """As people read it, e.g. ``信访工作分析会``."""
    basis: Text
    """The order that asks for it."""
    every: PeriodKind
    kinds: Annotated[frozenset[TenantKind], Meta(min_length=1)]
    due_after_days: Annotated[int, Meta(ge=-180, le=180)]
    """Days after the period's last day; negative: before it (the yearly summary by 10 November)."""
    remind_before_days: Annotated[int, Meta(ge=0, le=60)] = 7
    """Days before the due day from which the morning's reminder names it."""
    since: date
    """The first period that ends on or after this day is the first in which it is owed."""

    def due_on(self, period: ReportingPeriod) -> date:
        return period.last + timedelta(days=self.due_after_days)


class OfficeDutyState(Labelled):
    OPEN = "OPEN", "待完成"
    OVERDUE = "OVERDUE", "已超期"
    DONE = "DONE", "已完成"
    DONE_LATE = "DONE_LATE", "超期完成"


class OfficeDutyDone(State, frozen=True, kw_only=True):
    """That a tenant did a duty for one period."""

    fact_type: ClassVar[str] = "deadlines.office_duty.v1"

    duty: str
    tenant: str
    period: ReportingPeriod
    on: date
    note: str
    by: ActorRef
    taken_back: str | None = None
    """Why it was taken back; it then counts as not done."""

    @property
    def aggregate_id(self) -> str:
        return duty_key(duty=self.duty, tenant=self.tenant, period=self.period)

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RecordOfficeDuty(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "record_office_duty"

    duty: str
    period: ReportingPeriod
    on: date
    note: Annotated[str, Meta(max_length=2000)]


class TakeBackOfficeDuty(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "take_back_office_duty"

    duty: str
    period: ReportingPeriod
    reason: Annotated[str, Meta(max_length=2000)]


class OwedDuty(Part, frozen=True, kw_only=True):
    """One duty of one tenant for one period, done or not."""

    duty: OfficeDuty
    tenant: str
    period: ReportingPeriod
    due_on: date
    state: OfficeDutyState
    done: OfficeDutyDone | None


def duty_key(*, duty: str, tenant: str, period: ReportingPeriod) -> str:
    return f"{duty}.{tenant}.{period.kind.value}.{period.year}.{period.number}"


def period_of(kind: PeriodKind, day: date) -> ReportingPeriod:
    """The period in which the day lies."""
    return ReportingPeriod(kind=kind, year=day.year, number=(day.month - 1) // kind.months + 1)


def owed_duties(
    *, duties: list[OfficeDuty], tenants: dict[str, TenantKind], done: dict[str, OfficeDutyDone], today: date
) -> list[OwedDuty]:
    """For each tenant and duty the period in which ``today`` lies and the one before it; oldest due day first.

    ``done`` is by ``duty_key``; what was taken back counts as not done.
    """
    owed = [
        _owed(duty, tenant, period, done, today)
        for duty in duties
        for tenant, kind in tenants.items()
        if kind in duty.kinds
        for current in [period_of(duty.every, today)]
        for period in (current.previous, current)
        if period.last >= duty.since
    ]
    return sorted(owed, key=lambda each: (each.due_on, each.duty.id, each.tenant))


def _owed(
    duty: OfficeDuty, tenant: str, period: ReportingPeriod, done: dict[str, OfficeDutyDone], today: date
) -> OwedDuty:
    found = done.get(duty_key(duty=duty.id, tenant=tenant, period=period))
    if found is not None and found.taken_back is not None:
        found = None
    due_on = duty.due_on(period)
    if found is not None:
        state = OfficeDutyState.DONE if found.on <= due_on else OfficeDutyState.DONE_LATE
    else:
        state = OfficeDutyState.OPEN if today <= due_on else OfficeDutyState.OVERDUE
    return OwedDuty(duty=duty, tenant=tenant, period=period, due_on=due_on, state=state, done=found)
