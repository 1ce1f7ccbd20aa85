"""Extensions, milestones, supervision threads and reminders as GraphQL shows them.

The objects are the contracts' own structs, of the view or of a command's reply.
"""

from typing import Any

import graphene

from gateway.reading_lists import CLOCKS
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.actor import ActorRef
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.directory import Organisation
from services.contracts.extensions import Extension as ExtensionFact
from services.contracts.extensions import ExtensionState
from services.contracts.reminders import ReminderItem
from services.contracts.supervision import Supervision as SupervisionFact

CLOCK = "gateway.schema.clock_types.Clock"
"""By its name: a clock shows its threads, and a thread its clock."""


async def clock_of(row: Any, info: graphene.ResolveInfo) -> ClockFact | None:
    """The clock to which the row is tied; None for whoever does not, or no longer, see the case."""
    if row.clock_id is None:
        return None
    return await context_of(info).reader.find(CLOCKS, row.clock_id)


class Person(graphene.ObjectType):
    """经办人"""

    name = graphene.String(required=True)
    tenant = graphene.Field(Tenant)

    @staticmethod
    async def resolve_tenant(row: ActorRef, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant)


class Extension(graphene.ObjectType):
    """延期申请（《信访工作条例》第三十四条）"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    clock_id = UUID(required=True)
    clock = graphene.Field(CLOCK, description="要延长的期限")
    tenant = graphene.Field(Tenant, description="申请单位，由其负责人审批")
    days = graphene.Int(required=True, description="申请延长的日数")
    reason = graphene.String(required=True)
    state = graphene.Field(enums.ExtensionStateEnum, required=True)
    state_label = graphene.String(required=True)
    requested_on = graphene.Date(required=True)
    requested_by = graphene.Field(Person, required=True)
    decided_on = graphene.Date(description="审批或撤回的日期")
    decided_by = graphene.Field(Person, description="审批人；撤回的，为撤回人")
    decision = graphene.String(description="审批意见，或撤回理由")
    informed_on = graphene.Date(description="告知信访人延期及理由的日期")
    informed_label = graphene.String(description="已批准的：未告知、已告知")

    resolve_clock = staticmethod(clock_of)
    resolve_tenant = tenant_of("tenant")
    resolve_state_label = label_of("state")

    @staticmethod
    def resolve_informed_label(row: ExtensionFact, info: graphene.ResolveInfo) -> str | None:
        if row.state is not ExtensionState.APPROVED:
            return None
        return "未告知" if row.informed_on is None else "已告知"


class Milestone(graphene.ObjectType):
    """办理节点"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    kind = graphene.Field(enums.MilestoneKindEnum, required=True)
    kind_label = graphene.String(required=True)
    at = graphene.DateTime(required=True, description="填写的时间")
    on = graphene.Date(required=True, description="实际办理的日期")
    tenant = graphene.Field(Tenant)
    by = graphene.Field(Person, required=True)
    note = graphene.String(required=True)
    until = graphene.Date(description="承诺的日期")
    taken_back = graphene.String(description="撤销理由；撤销后视为未办")

    resolve_kind_label = label_of("kind")
    resolve_tenant = tenant_of("tenant")


class SupervisionEntry(graphene.ObjectType):
    """督办中的一步"""

    step = graphene.Field(enums.SupervisionStepEnum, required=True)
    step_label = graphene.String(required=True)
    at = graphene.DateTime(required=True)
    on = graphene.Date(required=True)
    by = graphene.Field(Person, required=True)
    text = graphene.String(required=True)
    adopted = graphene.Boolean(description="书面回复中是否采纳督办意见（《信访工作条例》第四十条）")
    answer_by = graphene.Date(description="这一步指定的书面回复期限")

    resolve_step_label = label_of("step")


class Supervision(graphene.ObjectType):
    """督办"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    clock_id = UUID()
    clock = graphene.Field(CLOCK, description="所督办的期限；不针对某一期限的为空")
    obligation = graphene.Field(enums.ObligationEnum)
    obligation_label = graphene.String()
    reason = graphene.Field(enums.SupervisionReasonEnum, required=True)
    reason_label = graphene.String(required=True)
    opened_by = graphene.Field(Tenant, description="督办单位")
    addressee = graphene.Field(Tenant, description="被督办单位")
    state = graphene.Field(enums.SupervisionStateEnum, required=True)
    state_label = graphene.String(required=True)
    opened_on = graphene.Date(required=True)
    answer_by = graphene.Date(required=True, description="书面回复期限")
    answered_on = graphene.Date(description="现行书面回复的日期；待回复时为空")
    ended_on = graphene.Date()
    first_receiver = graphene.String(required=True, description="首接责任人")
    case_owner = graphene.String(description="包案领导")
    entries = graphene.List(graphene.NonNull(SupervisionEntry), required=True)

    resolve_clock = staticmethod(clock_of)
    resolve_reason_label = label_of("reason")
    resolve_state_label = label_of("state")
    resolve_opened_by = tenant_of("opened_by")
    resolve_addressee = tenant_of("addressee")

    @staticmethod
    def resolve_obligation_label(row: SupervisionFact, info: graphene.ResolveInfo) -> str | None:
        return row.obligation.label if row.obligation else None


class ReminderItemType(graphene.ObjectType):
    """催办的一项期限"""

    class Meta:
        name = "ReminderItem"

    clock_id = UUID(required=True)
    clock = graphene.Field(CLOCK)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    obligation = graphene.Field(enums.ObligationEnum, required=True)
    obligation_label = graphene.String(required=True)
    owner = graphene.Field(Tenant, description="责任单位")
    level = graphene.Field(enums.LevelEnum, description="预警级别；尚未预警或已中止的为空")
    level_label = graphene.String()
    effective_due_on = graphene.Date(required=True)
    first_receiver = graphene.String(required=True, description="首接责任人")
    case_owner = graphene.String(description="包案领导")
    expected_on = graphene.Date(description="承办单位预计办结的日期，已过而未答复的")

    resolve_clock = staticmethod(clock_of)
    resolve_obligation_label = label_of("obligation")
    resolve_owner = tenant_of("owner")

    @staticmethod
    def resolve_level_label(row: ReminderItem, info: graphene.ResolveInfo) -> str | None:
        return row.level.label if row.level else None


class ReminderDuty(graphene.ObjectType):
    """催办的一项机关定期工作"""

    duty = graphene.ID(required=True)
    name = graphene.String(required=True)
    period = graphene.String(required=True)
    due_on = graphene.Date(required=True)


class AtOnce(graphene.ObjectType):
    """须立即知晓的一件：紧急件或集体访"""

    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    reason = graphene.Field(enums.AtOnceReasonEnum, required=True)
    reason_label = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据条款")
    visitors = graphene.Int(description="来访人数；检举控告的不列")

    resolve_reason_label = label_of("reason")


class Receipt(graphene.ObjectType):
    """签收"""

    by = graphene.Field(Person, required=True)
    at = graphene.DateTime(required=True)


class Reminder(graphene.ObjectType):
    """催办：每日汇总，或针对一项期限、一个信访件的即时催办"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant, description="被催办单位")
    role = graphene.Field(enums.RoleEnum, required=True, description="发给该单位的哪一岗位")
    role_label = graphene.String(required=True)
    on = graphene.Date(required=True)
    at = graphene.DateTime(required=True)
    urgent = graphene.Boolean(required=True)
    text = graphene.String(description="人工催办的内容；须立即知晓的，为对收件人的要求")
    sent_by = graphene.Field(Person, description="人工催办的发出人；系统催办为空")
    items = graphene.List(graphene.NonNull(ReminderItemType), required=True)
    more = graphene.Int(required=True, description="未列出的期限数")
    duties = graphene.List(graphene.NonNull(ReminderDuty), required=True, description="将到期或已超期的定期工作")
    at_once = graphene.Field(AtOnce, description="须立即知晓的信访件；其他催办为空")
    receipts = graphene.List(graphene.NonNull(Receipt), required=True)

    resolve_tenant = tenant_of("tenant")
    resolve_role_label = label_of("role")
