"""Queries of what a roster is made from: its people, its rules, how often somebody receives at least."""

from datetime import date
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.ordering import MEMBER_ORDER
from gateway.reading_lists import MEMBERS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.roster_types import Member, RosterQuota, RosterRule
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.common.errors import NotFound
from services.contracts.roster_people import Member as MemberFact
from services.contracts.roster_rules import Quota, ServiceRule
from services.contracts.roster_settings import RosterQuotas, RosterRules

MemberConnection = connection("Member", Member, "值班接访人员的一页")


class MemberFilter(graphene.InputObjectType):
    """各条件同时满足"""

    tenant = graphene.ID(description="单位代码")
    on = graphene.Date(description="这一天在任的")
    rank = graphene.List(graphene.NonNull(enums.RankEnum))
    qualification = graphene.Argument(enums.QualificationEnum, description="具备这一资格的")


MEMBER_CONDITIONS: dict[str, Condition] = {
    "tenant": lambda value: roster_entry.c.tenant == value,
    "on": lambda value: sa.and_(roster_entry.c.day <= value, roster_entry.c.last >= value),
    "rank": lambda values: roster_entry.c.status.in_([value.value for value in values]),
    "qualification": lambda value: roster_entry.c.state["qualifications"].contains([value.value]),
}


class RosterSetupQueries:
    members = graphene.Field(
        MemberConnection,
        required=True,
        filter=graphene.Argument(MemberFilter),
        **page_arguments(),
        description="值班接访人员，按单位",
    )
    member = graphene.Field(Member, id=graphene.ID(required=True), description="一名值班接访人员")
    roster_rules = graphene.List(
        graphene.NonNull(RosterRule),
        required=True,
        tenant=graphene.ID(required=True, description="单位代码"),
        on=graphene.Date(description="这一天还没有结束的，默认今天"),
        description="一个单位经常性的接访、值班",
    )
    roster_quotas = graphene.List(
        graphene.NonNull(RosterQuota),
        required=True,
        tenant=graphene.ID(required=True, description="单位代码"),
        description="一个单位的接访次数要求；完成情况另见接访次数的查询",
    )

    @staticmethod
    async def resolve_members(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(MEMBER_CONDITIONS, filter or {})
        return await listing(info, MEMBERS, where=where, order=MEMBER_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_member(root: None, info: graphene.ResolveInfo, id: str) -> MemberFact:
        found: MemberFact | None = await context_of(info).reader.find(MEMBERS, id)
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_roster_rules(
        root: None, info: graphene.ResolveInfo, tenant: str, on: date | None = None
    ) -> list[ServiceRule]:
        reader = context_of(info).reader
        known = (await reader.shared(RosterRules)).get(tenant)
        day = on or legal_day(reader.now)
        return [rule for rule in (known.rules if known else []) if rule.until is None or rule.until >= day]

    @staticmethod
    async def resolve_roster_quotas(root: None, info: graphene.ResolveInfo, tenant: str) -> list[Quota]:
        known = (await context_of(info).reader.shared(RosterQuotas)).get(tenant)
        return known.quotas if known else []
