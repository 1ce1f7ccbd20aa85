"""Members of rosters as evaluations, quotas and figures name them."""

import graphene

from gateway.reading_lists import MEMBERS
from gateway.schema import enums
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.roster_people import Member


class Receiver(graphene.ObjectType):
    """接访人员"""

    id = graphene.ID(required=True)
    tenant = graphene.Field(Tenant)
    name = graphene.String(required=True)
    rank = graphene.Field(enums.RankEnum, required=True)
    rank_label = graphene.String(required=True)
    post = graphene.String(required=True, description="职务")
    portfolio = graphene.List(graphene.NonNull(graphene.String), required=True, description="分管领域、职能")

    resolve_tenant = tenant_of("tenant")
    resolve_rank_label = label_of("rank")


async def member_of(row: object, info: graphene.ResolveInfo) -> Member | None:
    """Of a row that names a member by his id."""
    return await context_of(info).reader.find(MEMBERS, getattr(row, "member"))  # noqa: B009
