"""What somebody must do next, as people read it."""

from datetime import date

import graphene

from gateway.reading_lists import APPROVALS, REFERRALS, REMINDERS, SUPERVISIONS, PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.flow_types import Approval
from gateway.schema.paging import connection
from gateway.schema.referral_types import Referral
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Reminder, Supervision
from gateway.schema.types import Tenant, context_of, label_of
from gateway.work.kinds import Subject
from gateway.work.lists import TaskRow
from gateway.work.model import COUNTY_OFFICE
from services.common.clock import legal_day
from services.contracts.actor import Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.flows import Approval as ApprovalFact
from services.contracts.reminders import Reminder as ReminderFact
from services.contracts.routing import Referral as ReferralFact
from services.contracts.supervision import Supervision as SupervisionFact


class Task(graphene.ObjectType):
    """一项待办：谁该做什么、什么时候以前"""

    id = UUID(required=True, description="同一件事的待办标识不变")
    kind = graphene.Field(enums.TaskKindEnum, required=True)
    kind_label = graphene.String(required=True, description="该做什么")
    todo = graphene.String(required=True, description="该做什么，连同信访件编号")
    due_on = graphene.Date(description="什么时候以前：做完即止的期限的到期日，没有的为该件最近的期限；都没有的为空")
    overdue = graphene.Boolean(required=True, description="到期日已过")
    days_left = graphene.Int(description="到到期日还有几天：当日为 0，已过的为负数；没有到期日的为空")
    since = graphene.DateTime(required=True, description="从什么时候起待办")
    tenant = graphene.Field(Tenant, description="由哪个单位办理")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="该单位的哪些岗位可以办理")
    role_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    personal = graphene.Boolean(required=True, description="只能由您本人办理")
    subject = graphene.Field(enums.TaskSubjectEnum, required=True, name="subjectKind", description="关于什么")
    subject_label = graphene.String(required=True, name="subjectKindLabel")
    subject_id = graphene.ID(required=True, description="其标识：办理时用")
    petition = graphene.Field(Petition, description="信访件；与信访件无关的，或已看不到该件的为空")
    referral = graphene.Field(Referral, description="subjectKind 为 REFERRAL 的")
    supervision = graphene.Field(Supervision, description="subjectKind 为 SUPERVISION 的")
    approval = graphene.Field(Approval, description="subjectKind 为 APPROVAL 的")
    reminder = graphene.Field(Reminder, description="subjectKind 为 REMINDER 的")

    resolve_kind_label = label_of("kind")

    @staticmethod
    async def resolve_todo(row: TaskRow, info: graphene.ResolveInfo) -> str:
        case = await _petition(row, info)
        return f"{row.kind.label}（{case.state.number}）" if case else row.kind.label

    @staticmethod
    def resolve_overdue(row: TaskRow, info: graphene.ResolveInfo) -> bool:
        return row.due_on is not None and row.due_on < _today(info)

    @staticmethod
    def resolve_days_left(row: TaskRow, info: graphene.ResolveInfo) -> int | None:
        return None if row.due_on is None else (row.due_on - _today(info)).days

    @staticmethod
    async def resolve_tenant(row: TaskRow, info: graphene.ResolveInfo) -> Organisation | None:
        directory = await context_of(info).reader.shared(Organisation)
        if row.tenant == COUNTY_OFFICE:
            return next((each for each in directory.values() if each.kind is TenantKind.COUNTY), None)
        return directory.get(row.tenant)

    @staticmethod
    def resolve_role_labels(row: TaskRow, info: graphene.ResolveInfo) -> list[str]:
        return [role.label for role in Role if role in row.roles]

    @staticmethod
    def resolve_personal(row: TaskRow, info: graphene.ResolveInfo) -> bool:
        return row.login is not None

    @staticmethod
    def resolve_subject(row: TaskRow, info: graphene.ResolveInfo) -> Subject:
        return row.kind.about

    @staticmethod
    def resolve_subject_label(row: TaskRow, info: graphene.ResolveInfo) -> str:
        return row.kind.about.label

    @staticmethod
    def resolve_subject_id(row: TaskRow, info: graphene.ResolveInfo) -> str:
        return row.subject

    @staticmethod
    async def resolve_petition(row: TaskRow, info: graphene.ResolveInfo) -> PetitionRow | None:
        return await _petition(row, info)

    @staticmethod
    async def resolve_referral(row: TaskRow, info: graphene.ResolveInfo) -> ReferralFact | None:
        if row.kind.about is not Subject.REFERRAL:
            return None
        return await context_of(info).reader.find(REFERRALS, row.subject)

    @staticmethod
    async def resolve_supervision(row: TaskRow, info: graphene.ResolveInfo) -> SupervisionFact | None:
        if row.kind.about is not Subject.SUPERVISION:
            return None
        return await context_of(info).reader.find(SUPERVISIONS, row.subject)

    @staticmethod
    async def resolve_approval(row: TaskRow, info: graphene.ResolveInfo) -> ApprovalFact | None:
        if row.kind.about is not Subject.APPROVAL:
            return None
        return await context_of(info).reader.find(APPROVALS, row.subject)

    @staticmethod
    async def resolve_reminder(row: TaskRow, info: graphene.ResolveInfo) -> ReminderFact | None:
        if row.kind.about is not Subject.REMINDER:
            return None
        return await context_of(info).reader.find(REMINDERS, row.subject)


async def _petition(row: TaskRow, info: graphene.ResolveInfo) -> PetitionRow | None:
    return None if row.petition_id is None else await context_of(info).reader.petition(row.petition_id)


def _today(info: graphene.ResolveInfo) -> date:
    return legal_day(context_of(info).reader.now)


TaskConnection = connection("Task", Task, "待办列表的一页")
