"""Reception days as people read them: sessions with their slots and queues, and appointments."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import graphene

from gateway.documents.reception_fetching import ReceptionPaper as ReceptionPaperRow
from gateway.documents.reception_fetching import papers_of_appointment
from gateway.reading_lists import MEMBERS, SHIFTS
from gateway.reception_figures.figures import talk_minutes, waiting_minutes
from gateway.receptions import in_order, missing_needs
from gateway.schema import enums
from gateway.schema.absence_types import member_named
from gateway.schema.receiver_types import Receiver
from gateway.schema.reception_paper_types import ReceptionPaper
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import Shift
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of, tenants_of
from services.common.receiving import OPEN, queue, receivers, slots_of
from services.contracts.receptions import Appointment as AppointmentFact
from services.contracts.receptions import AppointmentState
from services.contracts.receptions import Recused as RecusedPart
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Qualification
from services.contracts.shifts import Shift as ShiftFact

NOBODY = "没有可以接替的人员，请负责人另行指定接访人员"


class VisitResult(graphene.ObjectType):
    """接访结果"""

    kind = graphene.Field(enums.VisitOutcomeEnum, required=True)
    kind_label = graphene.String(required=True)
    text = graphene.String(required=True, description="答复、承诺、指引的内容")
    promised_on = graphene.Date(description="承诺办结的日期")
    petition_id = UUID(description="登记成的信访件")
    by = graphene.Field(Person, required=True, description="接访人")

    resolve_kind_label = label_of("kind")


class Recusal(graphene.ObjectType):
    """接访人员对一位来访人回避"""

    member = graphene.Field(Receiver)
    reason = graphene.String(required=True)
    declared = graphene.Boolean(required=True, description="是否本人声明；否为系统或单位发现")
    by_member = graphene.Field(Receiver, description="由谁接替")
    alert = graphene.String(description="无人可以接替时的提示")

    resolve_member = member_named("member")
    resolve_by_member = member_named("by_member")

    @staticmethod
    def resolve_alert(row: RecusedPart, info: graphene.ResolveInfo) -> str | None:
        return NOBODY if row.by_member is None else None


async def _shift(row: AppointmentFact, info: graphene.ResolveInfo) -> ShiftFact | None:
    found: ShiftFact | None = await context_of(info).reader.find(SHIFTS, row.shift)
    return found


async def _receivers(row: AppointmentFact, info: graphene.ResolveInfo) -> dict[str, Member]:
    """Who receives him, by id, in the order of seats."""
    shift = await _shift(row, info)
    found: dict[str, Member] = {}
    for id in receivers(shift, row.recused) if shift else ():
        member: Member | None = await context_of(info).reader.find(MEMBERS, id)
        if member is not None:
            found[id] = member
    return found


class Appointment(graphene.ObjectType):
    """接访预约：一位或一批来访人"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant, description="接访单位")
    shift = graphene.Field(Shift, description="哪一次接访")
    day = graphene.Date(required=True)
    slot = graphene.Time(description="预约时段的开始；现场取号的为空")
    slots = graphene.Int(required=True, description="连续几个时段；一批人数多的不止一个")
    way = graphene.Field(enums.BookingWayEnum, required=True)
    way_label = graphene.String(required=True)
    number = graphene.Int(description="当次接访的排队号；到场取号后才有")
    code = graphene.String(required=True, description="预约码：来访人凭以查询、取消")
    name = graphene.String(required=True, description="来访人姓名（已脱敏），真实信息用 revealVisitor 查看")
    people = graphene.Int(required=True, description="一行几人")
    representatives = graphene.Int(description="推选几名代表进入接访（《信访工作条例》第二十条）；人数不超过限额的为空")
    matter = graphene.String(required=True, description="来访事由（已遮盖来访人信息）")
    petition_id = UUID(description="有关的信访件")
    needs = graphene.List(graphene.NonNull(enums.QualificationEnum), required=True, description="需要谁在场")
    missing_needs = graphene.List(
        graphene.NonNull(enums.QualificationEnum), required=True, description="需要而该次接访没有安排的人员"
    )
    missing_need_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    concerns = graphene.List(graphene.NonNull(Tenant), required=True, description="事由反映的单位")
    accusation = graphene.Boolean(required=True, description="检举控告：仅知悉人员可见")
    booked_at = graphene.DateTime(required=True)
    booked_by = graphene.Field(Person, description="登记人；网上自行预约的为空")
    state = graphene.Field(enums.AppointmentStateEnum, required=True)
    state_label = graphene.String(required=True)
    reason = graphene.String(description="审核意见，或取消的原因")
    came_at = graphene.DateTime(description="到场取号时间")
    called_at = graphene.DateTime(description="叫号时间")
    done_at = graphene.DateTime(description="接访结束时间")
    outcome = graphene.Field(VisitResult, description="接访结果")
    recused = graphene.List(graphene.NonNull(Recusal), required=True, description="对这位来访人回避的接访人员")
    receivers = graphene.List(graphene.NonNull(Receiver), required=True, description="由谁接访，已按回避调整")
    reception_papers = graphene.List(
        graphene.NonNull(ReceptionPaper),
        required=True,
        description="四单一记录：登记单、交办单、督办单、办结单和接谈记录",
    )

    resolve_tenant = tenant_of("tenant")
    resolve_shift = staticmethod(_shift)
    resolve_way_label = label_of("way")
    resolve_state_label = label_of("state")
    resolve_concerns = tenants_of("concerns")

    @staticmethod
    def resolve_needs(row: AppointmentFact, info: graphene.ResolveInfo) -> list[Qualification]:
        return sorted(row.needs)

    @staticmethod
    async def resolve_missing_needs(row: AppointmentFact, info: graphene.ResolveInfo) -> list[Qualification]:
        shift = await _shift(row, info)
        return missing_needs(row, shift, await _receivers(row, info)) if shift and row.needs else []

    @staticmethod
    async def resolve_missing_need_labels(row: AppointmentFact, info: graphene.ResolveInfo) -> list[str]:
        return [each.label for each in await Appointment.resolve_missing_needs(row, info)]

    @staticmethod
    async def resolve_receivers(row: AppointmentFact, info: graphene.ResolveInfo) -> list[Member]:
        return list((await _receivers(row, info)).values())

    @staticmethod
    async def resolve_reception_papers(row: AppointmentFact, info: graphene.ResolveInfo) -> list[ReceptionPaperRow]:
        return await papers_of_appointment(reader=context_of(info).reader, appointment=row)


class ReceptionSlot(graphene.ObjectType):
    """一个接访时段"""

    start = graphene.Time(required=True)
    free = graphene.Boolean(required=True, description="是否还可以预约")


@dataclass(frozen=True)
class Session:
    """A reception, who comes as far as the actor may know, and what is free for anybody."""

    shift: ShiftFact
    appointments: list[AppointmentFact]
    free: list[time]


class ReceptionSession(graphene.ObjectType):
    """一次接访：时段、预约和排队"""

    shift = graphene.Field(Shift, required=True)
    slots = graphene.List(graphene.NonNull(ReceptionSlot), required=True, description="时段；不接受预约的为空")
    free = graphene.Int(required=True, description="还可以预约的时段数")
    appointments = graphene.List(
        graphene.NonNull(Appointment), required=True, description="预约和取号，按叫号的先后；仅本单位和县信访局可见"
    )
    requested = graphene.Int(required=True, description="待审核的预约数")
    booked = graphene.Int(required=True, description="已预约、尚未到场的")
    waiting = graphene.Int(required=True, description="正在候访的")
    done = graphene.Int(required=True, description="已接访的")
    absent = graphene.Int(required=True, description="未到场的")
    waiting_minutes = graphene.Int(description="平均候访分钟数；还没有的为空")
    talk_minutes = graphene.Int(description="平均接谈分钟数；还没有的为空")
    to_move = graphene.List(
        graphene.NonNull(Appointment),
        required=True,
        description="接访取消后需要改约的预约；可用 moveAppointments 一并改到另一次接访",
    )

    @staticmethod
    def resolve_slots(row: Session, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"start": each, "free": each in row.free} for each in slots_of(row.shift)]

    @staticmethod
    def resolve_free(row: Session, info: graphene.ResolveInfo) -> int:
        return len(row.free)

    @staticmethod
    def resolve_appointments(row: Session, info: graphene.ResolveInfo) -> list[AppointmentFact]:
        return in_order(row.appointments)

    @staticmethod
    def resolve_requested(row: Session, info: graphene.ResolveInfo) -> int:
        return _count(row, AppointmentState.REQUESTED)

    @staticmethod
    def resolve_booked(row: Session, info: graphene.ResolveInfo) -> int:
        return _count(row, AppointmentState.ACCEPTED)

    @staticmethod
    def resolve_waiting(row: Session, info: graphene.ResolveInfo) -> int:
        return len(queue(row.appointments))

    @staticmethod
    def resolve_done(row: Session, info: graphene.ResolveInfo) -> int:
        return _count(row, AppointmentState.DONE)

    @staticmethod
    def resolve_absent(row: Session, info: graphene.ResolveInfo) -> int:
        return _count(row, AppointmentState.ABSENT)

    @staticmethod
    def resolve_waiting_minutes(row: Session, info: graphene.ResolveInfo) -> int | None:
        return waiting_minutes(row.appointments)

    @staticmethod
    def resolve_talk_minutes(row: Session, info: graphene.ResolveInfo) -> int | None:
        return talk_minutes(row.appointments)

    @staticmethod
    def resolve_to_move(row: Session, info: graphene.ResolveInfo) -> list[AppointmentFact]:
        if row.shift.cancelled is None:
            return []
        return in_order(each for each in row.appointments if each.state in OPEN)


def _count(row: Session, state: AppointmentState) -> int:
    return sum(each.state is state for each in row.appointments)
