"""Approval flows (呈批) and their runs as people read them."""

from dataclasses import dataclass
from typing import Any

import graphene

from gateway.documents.approvals import PAPERS
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, of_row_or_state, tenant_of
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.flows import Approval as ApprovalFact
from services.contracts.flows import ApprovalEntry as EntryFact
from services.contracts.flows import FlowStep as StepFact
from services.contracts.flows import StepPlace

ROLES = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="由哪些岗位办理，任一即可")


@dataclass(frozen=True)
class StepOfRun:
    """A step with the run that it belongs to."""

    state: StepFact
    approval: ApprovalFact


@dataclass(frozen=True)
class EntryOfRun:
    state: EntryFact
    approval: ApprovalFact


class FlowStep(graphene.ObjectType):
    """流程中的一个环节"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    kind = graphene.Field(enums.StepKindEnum, required=True)
    kind_label = graphene.String(required=True)
    place = graphene.Field(enums.StepPlaceEnum, required=True, description="由哪个单位办理")
    place_label = graphene.String(required=True)
    roles = ROLES
    paper = graphene.String(description="这一环节形成的文书")
    optional = graphene.Boolean(required=True, description="说明理由后可以略过")

    resolve_kind_label = label_of("kind")
    resolve_place_label = label_of("place")


class Flow(graphene.ObjectType):
    """呈批流程"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据")
    kinds = graphene.List(
        graphene.NonNull(enums.TenantKindEnum), required=True, description="哪类单位可以发起；空为都可以"
    )
    gate = graphene.Field(enums.FlowGateEnum, description="流程完成前不得进行的办理")
    gate_label = graphene.String()
    gate_tenants = graphene.List(graphene.NonNull(Tenant), required=True, description="对哪些单位如此；空为没有")
    steps = graphene.List(graphene.NonNull(FlowStep), required=True)

    resolve_gate_label = label_of("gate")

    @staticmethod
    async def resolve_gate_tenants(row: Any, info: graphene.ResolveInfo) -> list[Organisation]:
        directory = await context_of(info).reader.shared(Organisation)
        return [directory[code] for code in row.gate_tenants if code in directory]


class ApprovalEntry(graphene.ObjectType):
    """呈批中的一次办理"""

    class Meta:
        default_resolver = of_row_or_state

    step = graphene.ID(required=True)
    step_name = graphene.String(required=True)
    kind = graphene.Field(enums.EntryKindEnum, required=True)
    kind_label = graphene.String(required=True)
    to_step = graphene.ID(description="退回的，退到哪一环节")
    text = graphene.String(required=True, description="批示、意见、拟稿，或者略过、退回、撤销的理由")
    leader = graphene.String(description="由经办人代录书面批示的，作出批示的领导")
    at = graphene.DateTime(required=True)
    on = graphene.Date(required=True)
    by = graphene.Field(Person, required=True)

    resolve_kind_label = label_of("kind")

    @staticmethod
    def resolve_step_name(row: EntryOfRun, info: graphene.ResolveInfo) -> str:
        return next(step.name for step in row.approval.steps if step.id == row.state.step)


class ApprovalStep(graphene.ObjectType):
    """呈批的一个环节"""

    class Meta:
        default_resolver = of_row_or_state

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    kind = graphene.Field(enums.StepKindEnum, required=True)
    kind_label = graphene.String(required=True)
    place = graphene.Field(enums.StepPlaceEnum, required=True)
    place_label = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="由哪个单位办理；承办单位尚未确定的为空")
    roles = ROLES
    paper = graphene.String()
    document_path = graphene.String(description="文书的地址（DOCX），用同一令牌下载；系统不生成的为空")
    optional = graphene.Boolean(required=True)
    entry = graphene.Field(ApprovalEntry, description="谁在何时如何办理；尚未办理或已被退回的为空")

    resolve_kind_label = label_of("kind")
    resolve_place_label = label_of("place")

    @staticmethod
    async def resolve_tenant(row: StepOfRun, info: graphene.ResolveInfo) -> Organisation | None:
        directory = await context_of(info).reader.shared(Organisation)
        if row.state.place is StepPlace.COUNTY:
            offices = (each for each in directory.values() if each.kind is TenantKind.COUNTY and each.active)
            return next(offices, None)
        code = row.approval.tenant if row.state.place is StepPlace.OWN else row.approval.handling
        return directory.get(code or "")

    @staticmethod
    def resolve_document_path(row: StepOfRun, info: graphene.ResolveInfo) -> str | None:
        drawn = row.state.paper in PAPERS
        return f"/documents/approvals/{row.approval.id}/{row.state.id}.docx" if drawn else None

    @staticmethod
    def resolve_entry(row: StepOfRun, info: graphene.ResolveInfo) -> EntryOfRun | None:
        entry = row.approval.standing.get(row.state.id)
        return None if entry is None else EntryOfRun(entry, row.approval)


class Approval(graphene.ObjectType):
    """一次呈批：流程按发起时的环节办理"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    flow = graphene.ID(required=True)
    flow_name = graphene.String(required=True)
    gate = graphene.Field(enums.FlowGateEnum, description="流程完成前不得进行的办理；只对本县指定的单位")
    gate_label = graphene.String()
    tenant = graphene.Field(Tenant, description="发起单位")
    handling = graphene.Field(Tenant, description="承办单位")
    referral_id = UUID(description="所针对的转送交办")
    subject = graphene.String(required=True, description="呈批事项")
    state = graphene.Field(enums.ApprovalStateEnum, required=True)
    state_label = graphene.String(required=True)
    steps = graphene.List(graphene.NonNull(ApprovalStep), required=True)
    entries = graphene.List(graphene.NonNull(ApprovalEntry), required=True, description="全部办理，先办的在前")
    next_step = graphene.Field(ApprovalStep, description="下一环节；已完成或撤销的为空")
    mine = graphene.Boolean(required=True, description="下一环节是否由您办理（含经办人代录书面批示）")
    started_on = graphene.Date(required=True)
    ended_on = graphene.Date()
    document_path = graphene.String(required=True, description="呈批表的地址（DOCX），用同一令牌下载")

    resolve_gate_label = label_of("gate")
    resolve_state_label = label_of("state")
    resolve_tenant = tenant_of("tenant")
    resolve_handling = tenant_of("handling")

    @staticmethod
    def resolve_steps(row: ApprovalFact, info: graphene.ResolveInfo) -> list[StepOfRun]:
        return [StepOfRun(step, row) for step in row.steps]

    @staticmethod
    def resolve_entries(row: ApprovalFact, info: graphene.ResolveInfo) -> list[EntryOfRun]:
        return [EntryOfRun(entry, row) for entry in row.entries]

    @staticmethod
    def resolve_next_step(row: ApprovalFact, info: graphene.ResolveInfo) -> StepOfRun | None:
        return None if row.next_step is None else StepOfRun(row.next_step, row)

    @staticmethod
    def resolve_mine(row: ApprovalFact, info: graphene.ResolveInfo) -> bool:
        return row.is_turn_of(context_of(info).actor)

    @staticmethod
    def resolve_document_path(row: ApprovalFact, info: graphene.ResolveInfo) -> str:
        return f"/documents/approvals/{row.id}.docx"
