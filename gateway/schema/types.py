"""What the objects of the view share, and the small ones among them."""

from typing import Any

import graphene

from gateway.context import Context
from gateway.schema import enums


def context_of(info: graphene.ResolveInfo) -> Context:
    context: Context = info.context
    return context


def of_row_or_state(name: str, default: Any, row: Any, info: graphene.ResolveInfo) -> Any:
    """The field of a row, or of the state that the row carries."""
    return getattr(row, name) if hasattr(row, name) else getattr(row.state, name, default)


def label_of(name: str) -> Any:
    """Resolves ``<name>_label``: the Chinese label of the row's enumeration."""

    def resolve(row: Any, info: graphene.ResolveInfo) -> str:
        value = getattr(row, name) if hasattr(row, name) else getattr(row.state, name)
        label: str = value.label
        return label

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
