"""Quotas, composition, figures and summaries of receptions, and the responsibility map, as people read them."""

from typing import Any

import graphene

from gateway.documents.reception_fetching import summary_path
from gateway.reception_figures.figures import Promise as PromiseRow
from gateway.reception_figures.figures import ReceiverFigures as FiguresRow
from gateway.reception_figures.responsible import ResponsibilityMap as MapRow
from gateway.reception_figures.summary import ConcernedUnit as UnitRow
from gateway.reception_figures.summary import ReceptionSummary as SummaryRow
from gateway.reception_figures.summary import title_of
from gateway.schema import enums
from gateway.schema.indicator_types import Period
from gateway.schema.receiver_types import Receiver
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from gateway.schema.visit_answer_types import VisitAnswerFigures
from services.contracts.base import Labelled
from services.contracts.directory import Organisation
from services.contracts.roster_rules import Qualification


class Quota(graphene.ObjectType):
    """接访次数要求"""

    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据")
    times = graphene.Int(required=True, description="每月至少几次（批）")
    counts = graphene.Field(enums.QuotaUnitEnum, required=True, description="按场次或按批次计算")
    counts_label = graphene.String(required=True)

    resolve_counts_label = label_of("counts")


class QuotaStanding(graphene.ObjectType):
    """一名人员一个月完成接访次数要求的情况"""

    quota = graphene.Field(Quota, required=True)
    member = graphene.Field(Receiver, required=True)
    received = graphene.Int(required=True, description="已接访几次（批）；有到岗记录的场次，以到岗为准")
    planned = graphene.Int(required=True, description="本月还安排了几次（已约几批）")
    missing = graphene.Int(required=True, description="还差几次（批）")
    state = graphene.Field(enums.QuotaStateEnum, required=True)
    state_label = graphene.String(required=True)

    resolve_state_label = label_of("state")


class MissingRole(graphene.ObjectType):
    """一场接访缺少的人员"""

    role = graphene.Field(enums.SeatRoleEnum, description="岗位；因来访事项需要而增加的为空")
    role_label = graphene.String()
    qualifications = graphene.List(graphene.NonNull(enums.QualificationEnum), required=True, description="须具备")
    qualification_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    count = graphene.Int(required=True, description="缺几人")
    appointments = graphene.List(graphene.NonNull(graphene.ID), required=True, description="需要其参加的预约编号")
    candidates = graphene.List(
        graphene.NonNull(Receiver), required=True, description="当日在任、未请假、同一时间没有其他班次的人员"
    )

    resolve_role_label = label_of("role")

    @staticmethod
    def resolve_qualifications(row: Any, info: graphene.ResolveInfo) -> list[Qualification]:
        return sorted(row.qualifications)

    @staticmethod
    def resolve_qualification_labels(row: Any, info: graphene.ResolveInfo) -> list[str]:
        return [each.label for each in sorted(row.qualifications)]


class CompositionGap(graphene.ObjectType):
    """人员不齐的一场接访"""

    shift = UUID(required=True, description="班次编号")
    tenant = graphene.Field(Tenant)
    day = graphene.Date(required=True)
    start = graphene.Time(required=True)
    end = graphene.Time(required=True)
    name = graphene.String(required=True)
    missing_roles = graphene.List(graphene.NonNull(MissingRole), required=True)

    @staticmethod
    async def resolve_tenant(row: Any, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.shift.tenant)

    @staticmethod
    def resolve_shift(row: Any, info: graphene.ResolveInfo) -> str:
        found: str = row.shift.id
        return found

    @staticmethod
    def resolve_day(row: Any, info: graphene.ResolveInfo) -> Any:
        return row.shift.day

    @staticmethod
    def resolve_start(row: Any, info: graphene.ResolveInfo) -> Any:
        return row.shift.start

    @staticmethod
    def resolve_end(row: Any, info: graphene.ResolveInfo) -> Any:
        return row.shift.end

    @staticmethod
    def resolve_name(row: Any, info: graphene.ResolveInfo) -> Any:
        return row.shift.name

    @staticmethod
    def resolve_missing_roles(row: Any, info: graphene.ResolveInfo) -> Any:
        return row.missing


class ReceptionPromise(graphene.ObjectType):
    """接访时承诺的办理期限"""

    appointment_id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    received_on = graphene.Date(required=True, description="接访日期")
    on = graphene.Date(required=True, description="承诺的期限")
    concerns = graphene.List(graphene.NonNull(Tenant), required=True, description="涉及单位")
    petition_id = UUID(description="关联的信访件")
    state = graphene.Field(enums.PromiseStateEnum, required=True)
    state_label = graphene.String(required=True)

    resolve_state_label = label_of("state")

    @staticmethod
    def resolve_appointment_id(row: PromiseRow, info: graphene.ResolveInfo) -> str:
        return row.appointment.id

    @staticmethod
    def resolve_petition_id(row: PromiseRow, info: graphene.ResolveInfo) -> str | None:
        return row.appointment.petition_id

    @staticmethod
    async def resolve_tenant(row: PromiseRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.appointment.tenant)

    @staticmethod
    def resolve_received_on(row: PromiseRow, info: graphene.ResolveInfo) -> Any:
        return row.appointment.day

    @staticmethod
    async def resolve_concerns(row: PromiseRow, info: graphene.ResolveInfo) -> list[Organisation]:
        directory = await context_of(info).reader.shared(Organisation)
        return [directory[code] for code in row.appointment.concerns if code in directory]


class VisitCount(graphene.ObjectType):
    """一类来访的批数"""

    code = graphene.ID(required=True)
    label = graphene.String(required=True)
    batches = graphene.Int(required=True)


def counted(found: dict[Any, int]) -> list[dict[str, Any]]:
    """As ``VisitCount``, in the order of the enumeration; none that is nothing."""
    kinds: dict[Labelled, int] = found
    return [{"code": kind.value, "label": kind.label, "batches": many} for kind, many in kinds.items() if many]


class ReceiverFigures(graphene.ObjectType):
    """一名人员一个月的接访情况；检举控告类来访不计"""

    member = graphene.Field(Receiver, required=True)
    turns = graphene.Int(required=True, description="参加接访的场次")
    sessions = graphene.Int(required=True, description="其中带班（接访）的场次")
    absent = graphene.Int(required=True, description="他人已到岗而本人没有到岗记录的场次")
    late = graphene.Int(required=True, description="迟到的场次")
    substituted = graphene.Int(required=True, description="本人班次由他人替班的场次")
    stood_in = graphene.Int(required=True, description="替他人接访的场次")
    batches = graphene.Int(required=True, description="接待批数")
    people = graphene.Int(required=True, description="接待人数")
    waiting_minutes = graphene.Int(description="平均候访分钟数")
    talk_minutes = graphene.Int(description="平均接谈分钟数")
    outcomes = graphene.List(graphene.NonNull(VisitCount), required=True)
    promises = graphene.List(graphene.NonNull(ReceptionPromise), required=True, description="承诺，先到期的在前")
    rated = graphene.Int(required=True, description="由接访登记的信访件收到的评价数")
    satisfied = graphene.Int(required=True, description="其中满意和基本满意的")
    visitor_answers = graphene.Field(
        VisitAnswerFigures, required=True, description="来访人的评价（没有成为信访件的来访）"
    )

    @staticmethod
    def resolve_outcomes(row: FiguresRow, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return counted(row.outcomes)


class ConcernedUnit(graphene.ObjectType):
    """来访反映问题涉及的单位"""

    tenant = graphene.Field(Tenant)
    batches = graphene.Int(required=True)
    people = graphene.Int(required=True)

    resolve_tenant = tenant_of("tenant")


class ReceptionSummary(graphene.ObjectType):
    """一个月的接访情况；检举控告类来访不计"""

    month = graphene.Field(Period, required=True)
    tenant = graphene.Field(Tenant, description="空值为全县")
    title = graphene.String(required=True)
    computed_at = graphene.DateTime(required=True)
    sessions = graphene.Int(required=True, description="安排的场次")
    held = graphene.Int(required=True, description="已举行的场次")
    cancelled = graphene.Int(required=True, description="取消的场次")
    batches = graphene.Int(required=True, description="接待批数")
    people = graphene.Int(required=True, description="接待人数")
    absent = graphene.Int(required=True, description="约定未到的批数")
    coming = graphene.Int(required=True, description="已约待接的批数")
    ways = graphene.List(graphene.NonNull(VisitCount), required=True, description="来访方式")
    outcomes = graphene.List(graphene.NonNull(VisitCount), required=True)
    units = graphene.List(graphene.NonNull(ConcernedUnit), required=True)
    waiting_minutes = graphene.Int()
    talk_minutes = graphene.Int()
    promises = graphene.List(graphene.NonNull(ReceptionPromise), required=True)
    quotas = graphene.List(graphene.NonNull(QuotaStanding), required=True, description="未完成、排班不足的")
    gaps = graphene.List(graphene.NonNull(CompositionGap), required=True, description="人员不齐的接访")
    visitor_answers = graphene.Field(
        VisitAnswerFigures, required=True, description="来访人的评价（没有成为信访件的来访）"
    )
    document_path = graphene.String(required=True, description="接访工作月报的地址（DOCX），用同一令牌下载")

    @staticmethod
    async def resolve_tenant(row: SummaryRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant) if row.tenant else None

    @staticmethod
    async def resolve_title(row: SummaryRow, info: graphene.ResolveInfo) -> str:
        return title_of(row, await context_of(info).reader.shared(Organisation))

    @staticmethod
    def resolve_ways(row: SummaryRow, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return counted(row.ways)

    @staticmethod
    def resolve_outcomes(row: SummaryRow, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return counted(row.outcomes)

    @staticmethod
    def resolve_units(row: SummaryRow, info: graphene.ResolveInfo) -> list[UnitRow]:
        return row.units

    @staticmethod
    def resolve_document_path(row: SummaryRow, info: graphene.ResolveInfo) -> str:
        return summary_path(row)


class ResponsibilityLine(graphene.ObjectType):
    """分管领导，及其分管的科（股）室负责人"""

    leader = graphene.Field(Receiver, required=True)
    sections = graphene.List(graphene.NonNull(Receiver), required=True)


class ResponsibilityMap(graphene.ObjectType):
    """信访工作责任分工：主要负责人总负责，分管领导各负其责，科（股）室按职能负责"""

    tenant = graphene.Field(Tenant)
    chiefs = graphene.List(graphene.NonNull(Receiver), required=True, description="总负责：主要负责人")
    leaders = graphene.List(graphene.NonNull(ResponsibilityLine), required=True)
    unassigned = graphene.List(
        graphene.NonNull(Receiver), required=True, description="职能不在任何领导分管领域内的科（股）室负责人"
    )
    gaps = graphene.List(graphene.NonNull(graphene.String), required=True, description="缺漏")

    @staticmethod
    async def resolve_tenant(row: MapRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant)
