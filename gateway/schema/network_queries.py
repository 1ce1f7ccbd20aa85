"""Queries of the grassroots network: who holds which post, and where it has a hole."""

from datetime import date
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.network_coverage import InspectorGroup as GroupRow
from gateway.network_coverage import TownshipCoverage, inspector_groups, township_coverage
from gateway.ordering import NETWORK_POST_ORDER
from gateway.reading import ViewReader
from gateway.reading_lists import NETWORK_POSTS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.network_types import InspectorGroup, NetworkCoverage, NetworkPost
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.types import context_of
from services.common import clock
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.network import NetworkRole

NetworkPostConnection = connection("NetworkPost", NetworkPost, "四员名册的一页")


class NetworkPostFilter(graphene.InputObjectType):
    """各条件同时满足"""

    tenant = graphene.ID(description="单位代码")
    role = graphene.List(graphene.NonNull(enums.NetworkRoleEnum))
    on = graphene.Date(description="这一天在任的")
    covers = graphene.ID(description="包联这一代码的乡镇、村，或“村代码#组”")
    group = graphene.String(description="督查组")


NETWORK_POST_CONDITIONS: dict[str, Condition] = {
    "tenant": lambda value: roster_entry.c.tenant == value,
    "role": lambda values: roster_entry.c.status.in_([value.value for value in values]),
    "on": lambda value: sa.and_(roster_entry.c.day <= value, roster_entry.c.last >= value),
    "covers": lambda value: roster_entry.c.state["covers"].contains([value]),
    "group": lambda value: roster_entry.c.state["group"].astext == value,
}


class NetworkQueries:
    network_posts = graphene.Field(
        NetworkPostConnection,
        required=True,
        filter=graphene.Argument(NetworkPostFilter),
        **page_arguments(),
        description="本单位的四员名册，新登记的在前；县信访局可见全部",
    )
    network_coverage = graphene.List(
        graphene.NonNull(NetworkCoverage),
        required=True,
        township=graphene.ID(description="乡镇（街道）的单位代码；不填的为全部可见的"),
        description="各乡镇（街道）今天哪些村、组缺人；乡镇（街道）只见本单位",
    )
    inspector_groups = graphene.List(
        graphene.NonNull(InspectorGroup), required=True, description="今天的督查组；由县信访局管理，只有其可见"
    )

    @staticmethod
    async def resolve_network_posts(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(NETWORK_POST_CONDITIONS, filter or {})
        return await listing(info, NETWORK_POSTS, where=where, order=NETWORK_POST_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_network_coverage(
        root: None, info: graphene.ResolveInfo, township: str | None = None
    ) -> list[TownshipCoverage]:
        reader = context_of(info).reader
        actor, today = reader.actor, clock.legal_day(reader.now)
        if not actor.reads_cases:
            return []
        wanted = [
            one
            for one in (await reader.shared(Organisation)).values()
            if one.kind is TenantKind.TOWNSHIP
            and one.active
            and township in (None, one.code)
            and (actor.kind is TenantKind.COUNTY or actor.tenant == one.code)
        ]
        among = [roster_entry.c.tenant.in_([one.code for one in wanted])]
        posts = await reader.of_days(NETWORK_POSTS, first=date.min, last=today, where=among)
        # Inspectors are the county office's people: whoever does not see them is told of no gap that may be none.
        groups = await _inspectors(reader, today) if actor.kind is TenantKind.COUNTY else None
        return [township_coverage(township=one, posts=posts, day=today, groups=groups) for one in wanted]

    @staticmethod
    async def resolve_inspector_groups(root: None, info: graphene.ResolveInfo) -> list[GroupRow]:
        reader = context_of(info).reader
        return await _inspectors(reader, clock.legal_day(reader.now))


async def _inspectors(reader: ViewReader, day: date) -> list[GroupRow]:
    inspectors = [roster_entry.c.status == NetworkRole.INSPECTOR.value]
    posts = await reader.of_days(NETWORK_POSTS, first=day, last=day, where=inspectors)
    return inspector_groups(posts=posts, day=day)
