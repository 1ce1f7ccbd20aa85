"""What the objects of the view share, and the small ones among them."""

from typing import Any

import graphene

from gateway.context import Context
from gateway.reading import TimelineRow
from gateway.schema import enums
from services.contracts.acts import Act
from services.contracts.base import Labelled
from services.contracts.directory import Organisation


def context_of(info: graphene.ResolveInfo) -> Context:
    context: Context = info.context
    return context


def of_row_or_state(name: str, default: Any, row: Any, info: graphene.ResolveInfo) -> Any:
    """The field of a row, or of the state that the row carries."""
    return getattr(row, name) if hasattr(row, name) else getattr(row.state, name, default)


def label_of(name: str) -> Any:
    """Resolves ``<name>_label``: the Chinese label of the row's enumeration, none where the row has no value."""

    def resolve(row: Any, info: graphene.ResolveInfo) -> str | None:
        value: Labelled | None = getattr(row, name) if hasattr(row, name) else getattr(row.state, name)
        return None if value is None else value.label

    return staticmethod(resolve)


class Tenant(graphene.ObjectType):
    """单位"""

    code = graphene.ID(required=True)
    kind = graphene.Field(enums.TenantKindEnum, required=True)
    kind_label = graphene.String(required=True)
    name = graphene.String(required=True)
    short_name = graphene.String(required=True)
    responsibilities = graphene.List(graphene.NonNull(graphene.String), required=True)
    phone = graphene.String()
    active = graphene.Boolean(required=True)

    resolve_kind_label = label_of("kind")


class Place(graphene.ObjectType):
    """问题属地：乡镇或村"""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)


class Petitioner(graphene.ObjectType):
    """信访人（已脱敏）"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()
    representative = graphene.Boolean(required=True)


class Alias(graphene.ObjectType):
    """其他系统中的编号"""

    system = graphene.String(required=True)
    number = graphene.String(required=True)


class PastAnswer(graphene.ObjectType):
    """历史件的办理结果"""

    agency = graphene.String()
    on = graphene.Date()
    text = graphene.String()


class Objection(graphene.ObjectType):
    """异议"""

    reason = graphene.String(required=True)
    raised_on = graphene.Date(required=True)
    decided_on = graphene.Date()
    upheld = graphene.Boolean()
    decision = graphene.String()


class Answer(graphene.ObjectType):
    """处理意见"""

    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    opinion = graphene.String(required=True)
    answered_on = graphene.Date(required=True)

    resolve_outcome_label = label_of("outcome")


class Delivery(graphene.ObjectType):
    """送达"""

    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    mode_label = graphene.String(required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True)

    resolve_mode_label = label_of("mode")


class TimelineEntry(graphene.ObjectType):
    """办理轨迹中的一步"""

    id = graphene.ID(required=True)
    at = graphene.DateTime(required=True)
    act = graphene.String(required=True)
    act_label = graphene.String(required=True)
    tenant = graphene.Field(Tenant)
    actor_name = graphene.String(required=True)
    remark = graphene.String()

    @staticmethod
    def resolve_id(row: TimelineRow, info: graphene.ResolveInfo) -> str:
        return row.fact_id

    @staticmethod
    def resolve_act_label(row: TimelineRow, info: graphene.ResolveInfo) -> str:
        # An act of a newer version has no label here yet; its name is better than nothing.
        return Act(row.act).label if row.act in Act.__members__ else row.act

    @staticmethod
    async def resolve_tenant(row: TimelineRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant)
