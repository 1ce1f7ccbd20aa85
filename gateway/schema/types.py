"""What the objects of the view share, and the small ones among them."""

from typing import Any

import graphene

from gateway.context import Context
from gateway.reading import TimelineRow
from gateway.schema import enums
from gateway.schema.scalars import UUID
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


def labels_of(name: str) -> Any:
    """Resolves the Chinese labels of a list of enumerations, in its order."""

    def resolve(row: Any, info: graphene.ResolveInfo) -> list[str]:
        values: list[Labelled] = getattr(row, name) if hasattr(row, name) else getattr(row.state, name)
        return [value.label for value in values]

    return staticmethod(resolve)


def tenant_of(name: str) -> Any:
    """Resolves the tenant whose code stands in the row under this name; none where none stands there."""

    async def resolve(row: Any, info: graphene.ResolveInfo) -> Organisation | None:
        code: str | None = getattr(row, name)
        return None if code is None else await context_of(info).reader.organisation(code)

    return staticmethod(resolve)


def tenants_of(name: str) -> Any:
    """Resolves the tenants whose codes stand in the row under this name."""

    async def resolve(row: Any, info: graphene.ResolveInfo) -> list[Organisation]:
        directory = await context_of(info).reader.shared(Organisation)
        return [directory[code] for code in getattr(row, name) if code in directory]

    return staticmethod(resolve)


class Contact(graphene.ObjectType):
    """联系人"""

    post = graphene.Field(enums.ContactPostEnum, required=True)
    post_label = graphene.String(required=True)
    name = graphene.String(required=True)
    title = graphene.String(required=True)
    phone = graphene.String()

    resolve_post_label = label_of("post")


class FormerName(graphene.ObjectType):
    """曾用名"""

    name = graphene.String(required=True)
    until = graphene.Date(required=True, description="使用到哪一天")


class OrgUnit(graphene.ObjectType):
    """内设机构（股室）"""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)
    responsibilities = graphene.List(graphene.NonNull(graphene.String), required=True)
    contacts = graphene.List(graphene.NonNull(Contact), required=True)


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
    level = graphene.Field(enums.OrgLevelEnum, required=True)
    level_label = graphene.String(required=True)
    superior = graphene.Field(lambda: Tenant, description="上级单位")
    aliases = graphene.List(graphene.NonNull(graphene.String), required=True, description="别名")
    former_names = graphene.List(graphene.NonNull(FormerName), required=True, description="曾用名")
    organs = graphene.List(graphene.NonNull(enums.OrganEnum), required=True, description="法定职能")
    organ_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    contacts = graphene.List(graphene.NonNull(Contact), required=True)
    units = graphene.List(graphene.NonNull(OrgUnit), required=True, description="内设机构；乡镇的村（社区）另见其辖区")
    since = graphene.Date(description="设立日期；一直存在的为空")
    until = graphene.Date(description="撤并前最后一日；此后不再接收新的事项")
    successors = graphene.List(
        graphene.NonNull(lambda: Tenant), required=True, description="撤并后继续行使其职权的单位"
    )

    resolve_kind_label = label_of("kind")
    resolve_level_label = label_of("level")
    resolve_superior = tenant_of("superior")
    resolve_successors = tenants_of("successors")

    @staticmethod
    def resolve_organ_labels(row: Organisation, info: graphene.ResolveInfo) -> list[str]:
        return [organ.label for organ in row.organs]


class Place(graphene.ObjectType):
    """问题属地：乡镇或村"""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)


class Alias(graphene.ObjectType):
    """其他系统中的编号"""

    system = graphene.String(required=True)
    number = graphene.String(required=True)


class PastAnswer(graphene.ObjectType):
    """历史件的办理结果"""

    agency = graphene.String()
    on = graphene.Date()
    text = graphene.String()


class TimelineEntry(graphene.ObjectType):
    """办理轨迹中的一步"""

    id = UUID(required=True)
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
