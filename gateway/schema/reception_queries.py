"""Queries of reception days: sessions, appointments, and the queue at the door."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import graphene

from gateway.announced import check_days
from gateway.model import roster_entry
from gateway.ordering import APPOINTMENT_ORDER
from gateway.reading_lists import APPOINTMENTS, SHIFTS
from gateway.receptions import free_by_shift
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.reception_types import Appointment, ReceptionSession, Session
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.common.receiving import OPEN, queue
from services.contracts.receptions import Appointment as AppointmentFact
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import Shift as ShiftFact

AppointmentConnection = connection("Appointment", Appointment, "接访预约列表的一页")
LONGEST = timedelta(days=92)
"""What one question about sessions is about at most: a quarter."""


class AppointmentFilter(graphene.InputObjectType):
    """各条件同时满足"""

    since = graphene.Date(name="from", description="接访日期，起")
    until = graphene.Date(name="to", description="接访日期，止")
    tenant = graphene.ID(description="接访单位代码")
    shift = UUID(description="哪一次接访")
    state = graphene.List(graphene.NonNull(enums.AppointmentStateEnum))
    way = graphene.List(graphene.NonNull(enums.BookingWayEnum))
    outcome = graphene.List(graphene.NonNull(enums.VisitOutcomeEnum), description="接访结果")


C = roster_entry.c
CONDITIONS: dict[str, Condition] = {
    "since": lambda value: C.day >= value,
    "until": lambda value: C.day <= value,
    "tenant": lambda value: C.tenant == value,
    "shift": lambda value: C.subject == value,
    "state": lambda values: C.status.in_([value.value for value in values]),
    "way": lambda values: C.state["way"].astext.in_([value.value for value in values]),
    "outcome": lambda values: C.state["outcome"]["kind"].astext.in_([value.value for value in values]),
}


class ReceptionQueries:
    reception_sessions = graphene.List(
        graphene.NonNull(ReceptionSession),
        required=True,
        args={
            "since": graphene.Date(name="from", required=True),
            "until": graphene.Date(name="to", required=True),
            "tenant": graphene.ID(description="接访单位代码；不填的为全部单位"),
            "with_free": graphene.Boolean(description="只看还可以预约的"),
        },
        description="接访日，按时间先后，已取消的也在内；预约情况仅本单位和县信访局可见",
    )
    reception_session = graphene.Field(
        ReceptionSession, id=UUID(required=True, description="班次编号"), description="一次接访"
    )
    appointments = graphene.Field(
        AppointmentConnection,
        required=True,
        filter=graphene.Argument(AppointmentFilter),
        **page_arguments(),
        description="本单位的接访预约，接访日期晚的在前；县信访局可见全部",
    )
    appointment = graphene.Field(Appointment, id=UUID(required=True), description="一个接访预约")
    queue = graphene.List(
        graphene.NonNull(Appointment),
        required=True,
        args={"shift_id": UUID(required=True)},
        description="正在候访的，按叫号的先后：预约的在前，现场取号的在后",
    )
    appointments_to_move = graphene.List(
        graphene.NonNull(Appointment),
        required=True,
        args={"tenant": graphene.ID(description="接访单位代码")},
        description="接访已取消、需要改约的预约",
    )

    @staticmethod
    async def resolve_reception_sessions(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        with_free: bool | None = None,
    ) -> list[Session]:
        check_days(since, until)
        if until - since > LONGEST:
            raise InvalidInput(f"一次最多查询 {LONGEST.days} 天，请缩短日期范围", field="to")
        where: list[Any] = [C.state["kind"].astext == ServiceKind.RECEPTION.value]
        if tenant is not None:
            where.append(C.tenant == tenant)
        shifts = await context_of(info).reader.of_days(SHIFTS, first=since, last=until, where=where)
        found = await _sessions(info, sorted(shifts, key=lambda each: (each.begins, each.tenant, each.id)))
        return [each for each in found if each.free] if with_free else found

    @staticmethod
    async def resolve_reception_session(root: None, info: graphene.ResolveInfo, id: str) -> Session:
        return (await _sessions(info, [await _reception(info, id)]))[0]

    @staticmethod
    async def resolve_appointments(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(CONDITIONS, filter or {})
        return await listing(info, APPOINTMENTS, where=where, order=APPOINTMENT_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_appointment(root: None, info: graphene.ResolveInfo, id: str) -> AppointmentFact:
        found: AppointmentFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(APPOINTMENTS, id)
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_queue(root: None, info: graphene.ResolveInfo, shift_id: str) -> list[AppointmentFact]:
        shift = await _reception(info, shift_id)
        there = await context_of(info).reader.of_days(
            APPOINTMENTS, first=shift.day, last=shift.day, where=[C.subject == shift.id]
        )
        return queue(there)

    @staticmethod
    async def resolve_appointments_to_move(
        root: None, info: graphene.ResolveInfo, tenant: str | None = None
    ) -> list[AppointmentFact]:
        reader = context_of(info).reader
        where: list[Any] = [C.status.in_([state.value for state in OPEN])]
        if tenant is not None:
            where.append(C.tenant == tenant)
        coming = await reader.of_days(APPOINTMENTS, first=legal_day(reader.now), last=date.max, where=where)
        shifts = await asyncio.gather(*(_shift(info, each.shift) for each in coming))
        return [
            each for each, shift in zip(coming, shifts, strict=True) if shift is None or shift.cancelled is not None
        ]


async def _shift(info: graphene.ResolveInfo, id: str) -> ShiftFact | None:
    return await context_of(info).reader.find(SHIFTS, id)


async def _reception(info: graphene.ResolveInfo, id: str) -> ShiftFact:
    found = await _shift(info, id) if is_id(id) else None
    if found is None or found.kind is not ServiceKind.RECEPTION:
        raise NotFound()
    return found


async def _sessions(info: graphene.ResolveInfo, shifts: Sequence[ShiftFact]) -> list[Session]:
    context = context_of(info)
    if not shifts:
        return []
    days = [shift.day for shift in shifts]
    ids = [shift.id for shift in shifts]
    coming = await context.reader.of_days(APPOINTMENTS, first=min(days), last=max(days), where=[C.subject.in_(ids)])
    # Not two connections at once for one request: many requests would wait for each other.
    await context.reader.release()
    free = await free_by_shift(context.engine, county=context.actor.county, shifts=shifts, now=context.reader.now)
    return [Session(shift, [each for each in coming if each.shift == shift.id], free[shift.id]) for shift in shifts]
