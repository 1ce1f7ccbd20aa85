"""API keys, as the administrator of their tenant reads of them. The secret is in none."""

from typing import Any

import graphene

from gateway.api_keys.keeping import KeptKey
from gateway.schema import enums
from services.contracts.actor import Role


class ApiKey(graphene.ObjectType):
    """接口密钥：本单位的一个业务系统凭它以规定的岗位使用本平台"""

    id = graphene.ID(required=True, description="密钥编号，不含密文；办理轨迹和台账中写作 key:编号")
    label = graphene.String(required=True, description="使用密钥的系统")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="密钥的岗位")
    role_labels = graphene.List(graphene.NonNull(graphene.String), required=True, description="岗位的中文名称")
    networks = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="只能从这些 IP 地址或网段使用；空表示不限"
    )
    created_at = graphene.DateTime(required=True, description="创建时间")
    created_by = graphene.String(required=True, description="创建人的登录名")
    expires_at = graphene.DateTime(description="有效期至；空表示长期有效")
    revoked_at = graphene.DateTime(description="作废时间；空表示未作废")
    revoked_by = graphene.String(description="作废人的登录名")
    last_used_on = graphene.Date(description="最近一次使用的日期，只记到日")

    @staticmethod
    def resolve_id(kept: KeptKey, info: graphene.ResolveInfo) -> str:
        return kept.key.id

    @staticmethod
    def resolve_label(kept: KeptKey, info: graphene.ResolveInfo) -> str:
        return kept.key.label

    @staticmethod
    def resolve_roles(kept: KeptKey, info: graphene.ResolveInfo) -> list[Role]:
        return kept.key.roles

    @staticmethod
    def resolve_role_labels(kept: KeptKey, info: graphene.ResolveInfo) -> list[str]:
        return [role.label for role in kept.key.roles]

    @staticmethod
    def resolve_networks(kept: KeptKey, info: graphene.ResolveInfo) -> list[str]:
        return kept.key.networks

    @staticmethod
    def resolve_created_at(kept: KeptKey, info: graphene.ResolveInfo) -> Any:
        return kept.key.created_at

    @staticmethod
    def resolve_created_by(kept: KeptKey, info: graphene.ResolveInfo) -> str:
        return kept.key.created_by.user

    @staticmethod
    def resolve_expires_at(kept: KeptKey, info: graphene.ResolveInfo) -> Any:
        return kept.key.expires_at

    @staticmethod
    def resolve_revoked_at(kept: KeptKey, info: graphene.ResolveInfo) -> Any:
        return kept.key.revoked_at

    @staticmethod
    def resolve_revoked_by(kept: KeptKey, info: graphene.ResolveInfo) -> str | None:
        return kept.key.revoked_by.user if kept.key.revoked_by else None
