"""Absences of members as people read them, and what an import makes of a calendar."""

from typing import Any

import graphene

from gateway.reading_lists import MEMBERS
from gateway.schema import enums
from gateway.schema.receiver_types import Receiver
from gateway.schema.roster_types import LEADING, sees_personal
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.roster_people import Absence as AbsenceFact
from services.contracts.roster_people import Member


def member_named(name: str) -> Any:
    """Resolves the member whose id stands in the row under this name; none where none stands there."""

    async def resolve(row: Any, info: graphene.ResolveInfo) -> Member | None:
        id: str | None = getattr(row, name)
        if id is None:
            return None
        return await context_of(info).reader.find(MEMBERS, id)

    return staticmethod(resolve)


def personal(name: str) -> Any:
    """Resolves words of an absence for who may read what is personal of its member; nothing for others."""

    async def resolve(row: AbsenceFact, info: graphene.ResolveInfo) -> str | None:
        context = context_of(info)
        member = await context.reader.find(MEMBERS, row.member)
        words: str | None = getattr(row, name)
        return words if member is not None and sees_personal(context.actor, member) else None

    return staticmethod(resolve)


class Absence(graphene.ObjectType):
    """请假、外出；待批准的也按不在岗排班"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    member = graphene.Field(Receiver)
    kind = graphene.Field(enums.AbsenceKindEnum, required=True)
    kind_label = graphene.String(required=True)
    first = graphene.Date(required=True, description="第一天")
    last = graphene.Date(required=True, description="最后一天（含）")
    reason = graphene.String(description=f"事由{LEADING}；其他人看到的是种类")
    state = graphene.Field(enums.AbsenceStateEnum, required=True)
    state_label = graphene.String(required=True)
    substitute = graphene.Field(Receiver, description="替班人员")
    requested_by = graphene.Field(Person, required=True)
    decided_by = graphene.Field(Person)
    decision = graphene.String(description=f"审批、销假时写明的理由{LEADING}")
    imported = graphene.Boolean(required=True, description="是否由日历导入")

    resolve_tenant = tenant_of("tenant")
    resolve_member = member_named("member")
    resolve_substitute = member_named("substitute")
    resolve_kind_label = label_of("kind")
    resolve_state_label = label_of("state")
    resolve_reason = personal("reason")
    resolve_decision = personal("decision")

    @staticmethod
    def resolve_imported(row: AbsenceFact, info: graphene.ResolveInfo) -> bool:
        return row.source is not None


class ImportedAbsence(graphene.ObjectType):
    """导入的一条记录"""

    uid = graphene.String(required=True)
    name = graphene.String(required=True)
    kind = graphene.Field(enums.AbsenceKindEnum, required=True)
    kind_label = graphene.String(required=True)
    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    step = graphene.Field(enums.ImportStepEnum, required=True)
    step_label = graphene.String(required=True)

    resolve_kind_label = label_of("kind")
    resolve_step_label = label_of("step")


class MovedTurn(graphene.ObjectType):
    """因此调整的班次"""

    shift = UUID(required=True)
    day = graphene.Date(required=True)
    name = graphene.String(required=True)
    what = graphene.String(required=True, description="由谁改为谁")


class SkippedEntry(graphene.ObjectType):
    """没有导入的日历条目"""

    line = graphene.Int(required=True, description="所在行，从 1 起")
    reason = graphene.String(required=True)


class AbsenceImport(graphene.ObjectType):
    """导入结果；试运行的为将会发生的变化"""

    dry_run = graphene.Boolean(required=True)
    absences = graphene.List(graphene.NonNull(ImportedAbsence), required=True)
    moved = graphene.List(graphene.NonNull(MovedTurn), required=True)
    skipped = graphene.List(graphene.NonNull(SkippedEntry), required=True)
