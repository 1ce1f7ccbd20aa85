"""Urgent reports (紧急报告) as people read them."""

import graphene

from gateway.reading_lists import DUTY_CALLS
from gateway.schema import enums
from gateway.schema.presence_types import DutyCall
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from gateway.urgent_chain import Moment, chain
from services.contracts.duty_calls import DutyCall as DutyCallFact
from services.contracts.urgent_reports import UrgentReport as UrgentReportFact


class ToldOfReport(graphene.ObjectType):
    """被告知的单位或个人"""

    whom = graphene.Field(enums.AddresseeEnum, required=True)
    whom_label = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="本县的单位；有关领导的，为其所在单位")
    login = graphene.ID(description="有关领导的登录名")
    name = graphene.String(required=True)
    way = graphene.String(required=True, description="告知方式")
    at = graphene.DateTime(required=True)
    acknowledged_at = graphene.DateTime(description="签收时间；尚未签收的为空")
    acknowledged_by = graphene.Field(Person)

    resolve_whom_label = label_of("whom")
    resolve_tenant = tenant_of("tenant")


class LaterReport(graphene.ObjectType):
    """续报"""

    at = graphene.DateTime(required=True)
    by = graphene.Field(Person, required=True)
    text = graphene.String(required=True)
    final = graphene.Boolean(required=True, description="是否终报")


class ReportMoment(graphene.ObjectType):
    """时间链中的一环"""

    what = graphene.String(required=True)
    at = graphene.DateTime(required=True)


class UrgentReport(graphene.ObjectType):
    """紧急报告（《信访工作条例》第二十五条），或来访人员健康情况的通报"""

    id = UUID(required=True)
    kind = graphene.Field(enums.UrgentReportKindEnum, required=True)
    kind_label = graphene.String(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="报告单位")
    by = graphene.Field(Person, required=True, description="报告人")
    occurred_at = graphene.DateTime(description="发生时间")
    learned_at = graphene.DateTime(required=True, description="获知时间")
    reported_at = graphene.DateTime(required=True, description="报告时间")
    content = graphene.String(required=True)
    measures = graphene.String(required=True, description="临时措施")
    told = graphene.List(graphene.NonNull(ToldOfReport), required=True)
    later = graphene.List(graphene.NonNull(LaterReport), required=True, description="续报，先报的在前")
    ended_at = graphene.DateTime(description="终报时间")
    duty_call = graphene.Field(DutyCall, description="当时通知到的值班人员；被通知的单位和县信访局可见")
    chain = graphene.List(graphene.NonNull(ReportMoment), required=True, description="时间链，先发生的在前")

    resolve_kind_label = label_of("kind")
    resolve_tenant = tenant_of("tenant")

    @staticmethod
    async def resolve_duty_call(row: UrgentReportFact, info: graphene.ResolveInfo) -> DutyCallFact | None:
        return await context_of(info).reader.find(DUTY_CALLS, row.id)

    @staticmethod
    def resolve_chain(row: UrgentReportFact, info: graphene.ResolveInfo) -> list[Moment]:
        return chain(row)
