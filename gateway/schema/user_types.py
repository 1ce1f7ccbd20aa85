"""Accounts and sessions as the interface shows them: to administrators, and to each user his own sessions."""

from datetime import datetime
from typing import Any

import graphene

from gateway.identity.sessions import Session as SessionRow
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, labels_of, tenant_of
from services.common import clock
from services.contracts.identity import Account


class User(graphene.ObjectType):
    """用户账号；由本单位管理员和县信访局的管理员查看、管理"""

    username = graphene.String(required=True, description="登录名，形如 xfj.clerk@luonan")
    name = graphene.String(required=True, description="姓名")
    label = graphene.String(required=True, description="岗位")
    tenant = graphene.Field(Tenant, description="所在单位")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="角色")
    role_labels = graphene.List(graphene.NonNull(graphene.String), required=True, description="角色的名称")
    active = graphene.Boolean(required=True, description="在用；停用的不能登录")
    origin = graphene.Field(enums.AccountOriginEnum, required=True, description="由谁建立")
    origin_label = graphene.String(required=True, description="由谁建立，中文")
    has_password = graphene.Boolean(required=True, description="设有密码")
    must_change_password = graphene.Boolean(required=True, description="密码由他人设定，下次登录须先修改（演示县除外）")
    locked_until = graphene.DateTime(description="因连续输错密码，暂停登录到何时；没有暂停的为空")
    last_signed_in_at = graphene.DateTime(description="最近一次登录")
    version = graphene.Int(required=True, description="版本，每次变更加一；变更时须原样交回")

    resolve_tenant = tenant_of("tenant")
    resolve_role_labels = labels_of("roles")
    resolve_origin_label = label_of("origin")

    @staticmethod
    def resolve_must_change_password(row: Account, info: graphene.ResolveInfo) -> bool:
        return row.must_change

    @staticmethod
    def resolve_locked_until(row: Account, info: graphene.ResolveInfo) -> datetime | None:
        return row.locked_until if row.locked_until is not None and row.locked_until > clock.now() else None


class Session(graphene.ObjectType):
    """本人的一个登录会话"""

    id = UUID(required=True, description="会话的标识")
    current = graphene.Boolean(required=True, description="就是发出本次请求的会话")
    method = graphene.Field(enums.SignInMethodEnum, required=True, description="登录方式")
    method_label = graphene.String(required=True, description="登录方式，中文")
    address = graphene.String(required=True, description="登录时的网络地址")
    agent = graphene.String(required=True, description="登录时所用的浏览器或程序，由其自称")
    opened_at = graphene.DateTime(required=True, description="登录时间")
    renewed_at = graphene.DateTime(required=True, description="最近一次续期的时间")
    expires_at = graphene.DateTime(required=True, description="最迟到何时须重新登录")

    resolve_method_label = label_of("method")

    @staticmethod
    def resolve_current(row: SessionRow, info: graphene.ResolveInfo) -> bool:
        context: Any = context_of(info)
        return row.id == context.session
