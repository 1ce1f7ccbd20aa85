"""The grassroots network (四员) and its information (信息) as GraphQL shows them."""

from typing import Any

import graphene

from gateway.network_coverage import InspectorGroup as GroupRow
from gateway.reading_lists import CONFLICTS, NETWORK_POSTS
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.conflict_types import Conflict
from gateway.schema.handover_types import petition_of
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Place, Tenant, context_of, label_of, tenant_of, tenants_of
from services.contracts.conflicts import Conflict as ConflictFact
from services.contracts.directory import Organisation, PlaceRef
from services.contracts.network import InformationItem as ItemFact
from services.contracts.network import ItemState, place_name
from services.contracts.network import NetworkPost as PostFact


async def _places(info: graphene.ResolveInfo, codes: list[str]) -> list[PlaceRef]:
    """By their names, or by the code where the directory has it no more."""
    directory = await context_of(info).reader.shared(Organisation)
    return [PlaceRef(code=code, name=place_name(code=code, directory=directory) or code) for code in codes]


class NetworkPost(graphene.ObjectType):
    """四员网络中一人一岗；只记岗位，不记任何人的行踪"""

    id = graphene.ID(required=True)
    tenant = graphene.Field(Tenant, description="所在乡镇（单位）；督查员为县信访局")
    role = graphene.Field(enums.NetworkRoleEnum, required=True)
    role_label = graphene.String(required=True)
    name = graphene.String(required=True)
    phone = graphene.String()
    login = graphene.ID(description="登录名；没有账号的为空，由单位代为录入")
    group = graphene.String(description="督查组")
    covers = graphene.List(
        graphene.NonNull(Place), required=True, description="包联的乡镇、村；信息员为村民小组，代码写作“村代码#组”"
    )
    since = graphene.Date(required=True)
    until = graphene.Date(description="任期最后一天；未定的为空")
    trained_on = graphene.Date(description="最近培训日期")

    resolve_tenant = tenant_of("tenant")
    resolve_role_label = label_of("role")

    @staticmethod
    async def resolve_covers(row: PostFact, info: graphene.ResolveInfo) -> list[PlaceRef]:
        return await _places(info, row.covers)


class NetworkCoverage(graphene.ObjectType):
    """一个乡镇（街道）今天的网络覆盖情况"""

    tenant = graphene.Field(Tenant)
    villages = graphene.Int(required=True, description="村（社区）数")
    without_handler = graphene.List(graphene.NonNull(Place), required=True, description="没有承办员的村")
    without_liaison = graphene.List(graphene.NonNull(Place), required=True, description="没有联络员的村")
    without_informant = graphene.List(graphene.NonNull(Place), required=True, description="没有任何信息员的村")
    vacant_groups = graphene.List(graphene.NonNull(Place), required=True, description="曾有信息员、今天没有的村民小组")
    inspector_groups = graphene.List(
        graphene.NonNull(graphene.String), description="包联的督查组，应恰有一个；只有县信访局可见，其他单位为空"
    )
    inspection_gap = graphene.String(description="没有督查组包联，或由几个督查组重复包联；没有问题的为空")

    resolve_tenant = tenant_of("tenant")

    @staticmethod
    async def resolve_vacant_groups(row: Any, info: graphene.ResolveInfo) -> list[PlaceRef]:
        return await _places(info, row.vacant_groups)


class InspectorGroup(graphene.ObjectType):
    """督查组"""

    name = graphene.String(required=True)
    members = graphene.List(graphene.NonNull(NetworkPost), required=True)
    townships = graphene.List(graphene.NonNull(Place), required=True, description="包联的乡镇")
    fits = graphene.Boolean(required=True, description="人数和包联乡镇数都符合制度（每组 5 人，包联 4 个乡镇）")
    untrained = graphene.List(
        graphene.NonNull(NetworkPost), required=True, description="没有培训记录的；上岗前须经培训"
    )

    @staticmethod
    async def resolve_townships(row: GroupRow, info: graphene.ResolveInfo) -> list[PlaceRef]:
        return await _places(info, row.townships)


class InformationStep(graphene.ObjectType):
    """信息办理的一步"""

    at = graphene.DateTime(required=True)
    by = graphene.Field(Person, required=True)
    level = graphene.Field(enums.ItemLevelEnum, required=True)
    level_label = graphene.String(required=True)
    text = graphene.String(required=True)

    resolve_level_label = label_of("level")


class InformationItem(graphene.ObjectType):
    """一条信息，逐级上报；写事不写人"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant, description="报送人所在单位")
    post = graphene.Field(NetworkPost, description="报送人")
    place = graphene.Field(Place, required=True)
    found_on = graphene.Date(required=True, description="发现日期")
    sent_at = graphene.DateTime(required=True)
    way = graphene.Field(enums.InformationWayEnum, required=True, description="报送方式")
    way_label = graphene.String(required=True)
    text = graphene.String(required=True)
    accuses = graphene.List(graphene.NonNull(Tenant), required=True, description="被反映单位；有的，只有县信访局可见")
    level = graphene.Field(enums.ItemLevelEnum, required=True, description="目前所在的一级")
    level_label = graphene.String(required=True)
    due_at = graphene.DateTime(required=True, description="这一级应在此前处置或上报")
    overdue = graphene.Boolean(required=True, description="尚未处置，已过时限")
    state = graphene.Field(enums.ItemStateEnum, required=True)
    state_label = graphene.String(required=True)
    steps = graphene.List(graphene.NonNull(InformationStep), required=True)
    petition = graphene.Field(Petition, description="转为的信访件；无权查看的为空")
    conflict = graphene.Field(Conflict, description="转为的矛盾纠纷；无权查看的为空")

    resolve_tenant = tenant_of("tenant")
    resolve_accuses = tenants_of("accuses")
    resolve_way_label = label_of("way")
    resolve_level_label = label_of("level")
    resolve_state_label = label_of("state")
    resolve_petition = staticmethod(petition_of)

    @staticmethod
    async def resolve_post(row: ItemFact, info: graphene.ResolveInfo) -> PostFact | None:
        return await context_of(info).reader.find(NETWORK_POSTS, row.post)

    @staticmethod
    def resolve_place(row: ItemFact, info: graphene.ResolveInfo) -> dict[str, str]:
        return {"code": row.place, "name": row.place_name}

    @staticmethod
    def resolve_overdue(row: ItemFact, info: graphene.ResolveInfo) -> bool:
        return row.state is ItemState.SENT and row.due_at < context_of(info).reader.now

    @staticmethod
    async def resolve_conflict(row: ItemFact, info: graphene.ResolveInfo) -> ConflictFact | None:
        if row.conflict_id is None:
            return None
        return await context_of(info).reader.find(CONFLICTS, row.conflict_id)


class InformationCount(graphene.ObjectType):
    """一名信息员的报送情况"""

    post = graphene.Field(NetworkPost, required=True)
    sent = graphene.Int(required=True, description="报送数（不含撤回的）")
    taken = graphene.Int(required=True, description="采用数（含转为信访件、矛盾纠纷的）")
    quota_met = graphene.Boolean(required=True, description="每月至少 2 条；未采用的不计")
    proposed = graphene.Boolean(required=True, description="建议表彰（年度）")
