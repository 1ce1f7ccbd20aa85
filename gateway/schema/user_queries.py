"""Queries of accounts, for their administrators, and of one's own sessions."""

import graphene
import sqlalchemy as sa

from gateway.database import scoped
from gateway.identity import managing_rules as rules
from gateway.identity.accounts import account_of
from gateway.identity.sessions import Session as SessionRow
from gateway.identity.sessions import sessions_of
from gateway.model import account
from gateway.ordering import Order
from gateway.reading_lists import Listed
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.types import context_of
from gateway.schema.user_types import Session, User
from services.common.errors import NotFound
from services.contracts.actor import TenantKind
from services.contracts.identity import Account

USERS = Listed(account, tuple(account.c), account_of)
LONGEST_SEARCH = 60


class UserOrder(Order):
    @property
    def id(self) -> sa.Column[str]:
        return account.c.username


ORDER = UserOrder("USERS", account.c.tenant, False)

UserConnection = connection("User", User, "用户列表的一页")


class UserQueries:
    users = graphene.Field(
        UserConnection,
        required=True,
        tenant=graphene.ID(description="单位编码；不填为由本人管理的全部单位"),
        search=graphene.String(description="登录名、姓名或岗位中的字"),
        active=graphene.Boolean(description="只看在用的，或只看停用的；不填为全部"),
        **page_arguments(),
        description="用户账号，按单位、登录名；单位管理员看本单位的，县信访局的管理员看全县的",
    )
    user = graphene.Field(User, username=graphene.String(required=True), description="一个用户账号；单位管理员可见")
    my_sessions = graphene.List(
        graphene.NonNull(Session), required=True, description="本人目前有效的登录会话，新登录的在前"
    )

    @staticmethod
    async def resolve_users(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        tenant: str | None = None,
        search: str | None = None,
        active: bool | None = None,
        after: str | None = None,
    ) -> Listing:
        actor = context_of(info).actor
        rules.check_manages(actor)
        c = account.c
        where: list[sa.ColumnElement[bool]] = []
        if actor.kind is not TenantKind.COUNTY:
            where.append(c.tenant == actor.tenant)
        if tenant is not None:
            where.append(c.tenant == tenant)
        if active is not None:
            where.append(c.active == active)
        if search and search.strip():
            words = search.strip()[:LONGEST_SEARCH]
            where.append(
                sa.or_(*(column.icontains(words, autoescape=True) for column in (c.username, c.name, c.label)))
            )
        return await listing(info, USERS, where=where, order=ORDER, first=first, after=after)

    @staticmethod
    async def resolve_user(root: None, info: graphene.ResolveInfo, username: str) -> Account:
        context = context_of(info)
        rules.check_manages(context.actor)
        query = sa.select(account).where(account.c.county_id == context.actor.county, account.c.username == username)
        rows = await context.reader.rows(query) if username.isprintable() else []
        if not rows or not rules.sees(context.actor, rows[0].tenant):
            raise NotFound()
        return account_of(rows[0])

    @staticmethod
    async def resolve_my_sessions(root: None, info: graphene.ResolveInfo) -> list[SessionRow]:
        context = context_of(info)
        actor = context.actor
        await context.reader.release()
        async with scoped(context.engine, actor) as connection:
            return await sessions_of(connection, config=context.config, county=actor.county, username=actor.user)
