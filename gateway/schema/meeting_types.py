"""Meetings about a case and agreements that end a quarrel, as people read them."""

import graphene

from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, label_of, tenant_of


class Attendance(graphene.ObjectType):
    """参会单位"""

    tenant = graphene.Field(Tenant)
    people = graphene.String(required=True, description="参会人员的姓名和职务")
    report = graphene.String(description="该单位汇报的办理进展")

    resolve_tenant = tenant_of("tenant")


class MeetingTask(graphene.ObjectType):
    """会议议定的任务"""

    tenant = graphene.Field(Tenant, description="承担单位")
    task = graphene.String(required=True)
    due_on = graphene.Date()

    resolve_tenant = tenant_of("tenant")


class CaseMeeting(graphene.ObjectType):
    """就一件信访事项召开的会议：调度会、听证会、领导班子集体研究、信访工作联席会议"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="召集并记录会议的单位")
    kind = graphene.Field(enums.MeetingKindEnum, required=True)
    kind_label = graphene.String(required=True)
    held_on = graphene.Date(required=True)
    entered_on = graphene.Date(required=True)
    chair = graphene.String(required=True, description="主持人")
    place = graphene.String(required=True)
    attendance = graphene.List(graphene.NonNull(Attendance), required=True)
    decision = graphene.String(required=True, description="议定事项")
    tasks = graphene.List(graphene.NonNull(MeetingTask), required=True)
    taken_back = graphene.String(description="撤销理由；撤销后视为未召开")

    resolve_tenant = tenant_of("tenant")
    resolve_kind_label = label_of("kind")


class Settlement(graphene.ObjectType):
    """调解或和解协议（《信访工作条例》第三十三条）"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    referral_id = UUID(required=True, description="主办环节")
    tenant = graphene.Field(Tenant, description="主办（牵头）单位")
    kind = graphene.Field(enums.SettlementKindEnum, required=True)
    kind_label = graphene.String(required=True)
    agreed_on = graphene.Date(required=True, description="签订日期")
    terms = graphene.String(required=True, description="协议内容")
    mediator = graphene.String(description="调解人；和解的为空")
    fulfilled_on = graphene.Date(description="履行完毕的日期")
    taken_back = graphene.String(description="撤销理由；撤销后视为未达成")

    resolve_tenant = tenant_of("tenant")
    resolve_kind_label = label_of("kind")
