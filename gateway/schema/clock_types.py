"""A clock as people read it: by when, by which article, and why that day."""

from typing import Any

import graphene

from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Extension, Supervision
from gateway.schema.types import Tenant, context_of, label_of
from services.common.explaining import explain_clock
from services.contracts.deadlines import Bound, ClockState, DaySpan, Level, clock_state, level_of
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.directory import Organisation
from services.contracts.extensions import Extension as ExtensionFact
from services.contracts.routing import Referral as ReferralFact
from services.contracts.supervision import Supervision as SupervisionFact

# By their names: a case shows its clocks, and a clock its case.
PETITION, REFERRAL = "gateway.schema.case_types.Petition", "gateway.schema.referral_types.Referral"


class SkippedDays(graphene.ObjectType):
    """计算期限时跳过的日子，首尾两日都在内"""

    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    reason = graphene.String(required=True, description="节假日名称、周末、听证等")


class ClockBound(graphene.ObjectType):
    """一条期限的一项上限：法定的、专项的或内部的"""

    rule = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据条款")
    starts = graphene.Field(enums.EventEnum, required=True)
    starts_label = graphene.String(required=True, description="从何事起算")
    starts_on = graphene.Date(required=True, description="起算日（次日起计）")
    length = graphene.Int(description="期限长度；指定日期的为空")
    unit = graphene.Field(enums.UnitEnum)
    unit_label = graphene.String()
    due_on = graphene.Date(required=True, description="名义到期日")
    effective_due_on = graphene.Date(required=True, description="遇休息日顺延后的到期日")
    provisional = graphene.Boolean(required=True)
    skipped = graphene.List(graphene.NonNull(SkippedDays), required=True)
    special = graphene.Boolean(required=True, description="专项规定（简易办理）的期限，不是本县自订的")

    resolve_starts_label = label_of("starts")
    resolve_unit_label = label_of("unit")


class GrantedExtension(graphene.ObjectType):
    """已批准并计入期限的延期"""

    days = graphene.Int(required=True)
    basis = graphene.String(required=True)
    granted_on = graphene.Date(required=True)
    reason = graphene.String(required=True)


class ClockMark(graphene.ObjectType):
    """期限到达某一级别的时刻"""

    level = graphene.Field(enums.LevelEnum, required=True)
    level_label = graphene.String(required=True)
    at = graphene.DateTime(required=True)

    resolve_level_label = label_of("level")


class Clock(graphene.ObjectType):
    """期限"""

    id = UUID(required=True)
    petition_number = graphene.String(required=True)
    petition = graphene.Field(PETITION, description="所属信访件")
    referral_id = UUID(description="所属的转送交办；针对整件的期限为空")
    referral = graphene.Field(REFERRAL)
    subject_id = graphene.ID(description="针对复查复核、督办或承诺的期限：其标识")
    obligation = graphene.Field(enums.ObligationEnum, required=True)
    obligation_label = graphene.String(required=True)
    owner = graphene.Field(Tenant, description="责任单位；信访人自己的期限为查看该期限的单位")
    petitioner_side = graphene.Boolean(required=True, description="信访人自己的期限")
    rule = graphene.String(required=True, description="起决定作用的规则")
    basis = graphene.String(required=True, description="依据条款")
    binding = graphene.Field(enums.BindingEnum, required=True, description="以哪一项期限为准")
    binding_label = graphene.String(required=True)
    legal = graphene.Field(ClockBound, description="法定期限；法律法规没有规定的为空")
    internal = graphene.Field(ClockBound, description="法规以外最紧的期限（专项的或内部的）；没有的为空")
    starts = graphene.Field(enums.EventEnum, description="从何事起算")
    starts_label = graphene.String()
    starts_on = graphene.Date(required=True, description="起算日（次日起计）")
    starts_at = graphene.DateTime(description="以小时、分钟计的期限的起算时刻")
    length = graphene.Int(description="期限长度；指定日期的为空")
    unit = graphene.Field(enums.UnitEnum)
    unit_label = graphene.String()
    opens_on = graphene.Date(description="此日之前完成的不作为履行")
    due_on = graphene.Date(required=True, description="名义到期日")
    effective_due_on = graphene.Date(required=True, description="遇休息日顺延后的到期日")
    due_at = graphene.DateTime(required=True, description="自此刻起超期")
    provisional = graphene.Boolean(required=True, description="涉及放假通知尚未公布的年份，日期为暂定")
    skipped = graphene.List(graphene.NonNull(SkippedDays), required=True, description="计算时跳过的日子及原因")
    extension = graphene.Field(GrantedExtension)
    extendable_days = graphene.Int(required=True, description="最多还可延长的天数；0 为不得延长")
    extendable_by = graphene.String(description="依据何条可以延长")
    extensions = graphene.List(graphene.NonNull(Extension), required=True, description="就该期限提出的延期申请")
    pauses = graphene.List(graphene.NonNull(SkippedDays), required=True, description="不计入期限的中止日")
    paused_since = graphene.Date()
    marks = graphene.List(graphene.NonNull(ClockMark), required=True, description="何时预警、到期、超期和上报")
    lapses = graphene.Boolean(required=True, description="届满即失去权利，不是可以超期的职责")
    state = graphene.Field(enums.ClockStateEnum, required=True)
    state_label = graphene.String(required=True)
    level = graphene.Field(enums.LevelEnum, description="当前级别；未到预警或已中止、已完成的为空")
    level_label = graphene.String()
    met_on = graphene.Date()
    met_at = graphene.DateTime()
    first_receiver = graphene.String(required=True, description="首接责任人")
    case_owner = graphene.String(description="包案领导")
    urgent = graphene.Boolean(required=True)
    expected_on = graphene.Date(description="承办单位预计办结的日期")
    expected_late = graphene.Boolean(required=True, description="预计办结的日期晚于期限")
    supervisions = graphene.List(graphene.NonNull(Supervision), required=True, description="就该期限发出的督办")
    explanation = graphene.String(required=True, description="为什么是这一天：规则、条款、起算、跳过的日子、延期和中止")

    resolve_obligation_label = label_of("obligation")
    resolve_binding_label = label_of("binding")

    @staticmethod
    async def resolve_petition(row: ClockFact, info: graphene.ResolveInfo) -> PetitionRow | None:
        return await context_of(info).reader.petition(row.petition_id)

    @staticmethod
    async def resolve_referral(row: ClockFact, info: graphene.ResolveInfo) -> ReferralFact | None:
        parts = await context_of(info).reader.parts.load(row.petition_id)
        return next((referral for referral in parts.referrals if referral.id == row.referral_id), None)

    @staticmethod
    async def resolve_owner(row: ClockFact, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.owner)

    @staticmethod
    def resolve_starts(row: ClockFact, info: graphene.ResolveInfo) -> Any:
        return _binding(row).starts

    @staticmethod
    def resolve_starts_label(row: ClockFact, info: graphene.ResolveInfo) -> str:
        return _binding(row).starts.label

    @staticmethod
    def resolve_length(row: ClockFact, info: graphene.ResolveInfo) -> int | None:
        return _binding(row).length

    @staticmethod
    def resolve_unit(row: ClockFact, info: graphene.ResolveInfo) -> Any:
        return _binding(row).unit

    @staticmethod
    def resolve_unit_label(row: ClockFact, info: graphene.ResolveInfo) -> str | None:
        unit = _binding(row).unit
        return unit.label if unit else None

    @staticmethod
    def resolve_skipped(row: ClockFact, info: graphene.ResolveInfo) -> list[DaySpan]:
        return _binding(row).skipped

    @staticmethod
    async def resolve_extensions(row: ClockFact, info: graphene.ResolveInfo) -> list[ExtensionFact]:
        parts = await context_of(info).reader.parts.load(row.petition_id)
        return [extension for extension in parts.extensions if extension.clock_id == row.id]

    @staticmethod
    async def resolve_supervisions(row: ClockFact, info: graphene.ResolveInfo) -> list[SupervisionFact]:
        found = await context_of(info).reader.supervisions(row.petition_id)
        return [supervision for supervision in found if supervision.clock_id == row.id]

    @staticmethod
    def resolve_state(row: ClockFact, info: graphene.ResolveInfo) -> ClockState:
        return clock_state(row, context_of(info).reader.now)

    @staticmethod
    def resolve_state_label(row: ClockFact, info: graphene.ResolveInfo) -> str:
        return clock_state(row, context_of(info).reader.now).label

    @staticmethod
    def resolve_level(row: ClockFact, info: graphene.ResolveInfo) -> Level | None:
        return level_of(row, context_of(info).reader.now)

    @staticmethod
    def resolve_level_label(row: ClockFact, info: graphene.ResolveInfo) -> str | None:
        level = level_of(row, context_of(info).reader.now)
        return level.label if level else None

    @staticmethod
    def resolve_explanation(row: ClockFact, info: graphene.ResolveInfo) -> str:
        return explain_clock(row)


def _binding(row: ClockFact) -> Bound:
    """The limit by whose rule the clock ends."""
    return next(bound for bound in (row.internal, row.legal) if bound and bound.rule == row.rule)
