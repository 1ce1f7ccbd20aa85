"""What the public is told of receptions, filings and calendars as GraphQL shows them."""

from typing import Any

import graphene

from gateway.announcing import DayDue
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.common.clock import legal_day
from services.common.public_table import PublicTurn as Row
from services.common.public_table import digest_of
from services.contracts.announcements import Announcement as AnnouncementFact
from services.contracts.directory import Organisation

HASH = "该次公示全部内容的 SHA-256；公示标识即由其前 128 位构成，台账中有此标识即可证明内容未改"


class AnnouncedTurn(graphene.ObjectType):
    """公示的一次接访"""

    shift = UUID(required=True)
    day = graphene.Date(required=True)
    start = graphene.Time(required=True)
    end = graphene.Time(required=True)
    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    portfolio = graphene.List(graphene.NonNull(graphene.String), required=True, description="分管工作")
    place = graphene.String(required=True)
    mode = graphene.String(required=True, description="接访形式")
    phone = graphene.String()


class PublicTurn(graphene.ObjectType):
    """公示表中的一行，以及它出自哪一次公示"""

    tenant = graphene.Field(Tenant)
    turn = graphene.Field(AnnouncedTurn, required=True)
    announcement_id = UUID(required=True)
    published_at = graphene.DateTime(required=True)
    urgent = graphene.Boolean(required=True, description="是否紧急变更")
    hash = graphene.String(required=True, description=HASH)

    @staticmethod
    async def resolve_tenant(row: Row, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.announcement.tenant)

    @staticmethod
    def resolve_announcement_id(row: Row, info: graphene.ResolveInfo) -> str:
        return row.announcement.id

    @staticmethod
    def resolve_published_at(row: Row, info: graphene.ResolveInfo) -> Any:
        return row.announcement.published_at

    @staticmethod
    def resolve_urgent(row: Row, info: graphene.ResolveInfo) -> bool:
        return row.announcement.urgent

    @staticmethod
    def resolve_hash(row: Row, info: graphene.ResolveInfo) -> str:
        return digest_of(row.announcement).hex()


class Announcement(graphene.ObjectType):
    """一次公示；公示后不再改动，有变更的另行公示"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    turns = graphene.List(graphene.NonNull(AnnouncedTurn), required=True)
    published_at = graphene.DateTime(required=True)
    published_by = graphene.Field(Person, required=True)
    changed = graphene.String(description="与此前公示的不同，及原因；首次公示的为空")
    urgent = graphene.Boolean(required=True, description="是否紧急变更")
    hash = graphene.String(required=True, description=HASH)

    resolve_tenant = tenant_of("tenant")

    @staticmethod
    def resolve_hash(row: AnnouncementFact, info: graphene.ResolveInfo) -> str:
        return digest_of(row).hex()


class AnnouncementDue(graphene.ObjectType):
    """应当公示或另行公示的一天：公示的内容与现在的安排不一致"""

    tenant = graphene.Field(Tenant)
    day = graphene.Date(required=True)
    published = graphene.Boolean(required=True, description="这一天已公示过，应公示的是变更")
    by = graphene.Date(required=True, description="最迟在哪一天公示")
    late = graphene.Boolean(required=True, description="已过最迟公示日，只能调整日期、安排替班或作紧急变更")
    told = graphene.List(graphene.NonNull(AnnouncedTurn), required=True, description="已公示的接访")
    turns = graphene.List(graphene.NonNull(AnnouncedTurn), required=True, description="现在安排的接访")
    leader_missing = graphene.Boolean(required=True, description="有接访没有确定接访领导，须先补上才能公示")

    resolve_tenant = tenant_of("tenant")

    @staticmethod
    def resolve_late(row: DayDue, info: graphene.ResolveInfo) -> bool:
        return row.by < legal_day(context_of(info).reader.now)


class Filing(graphene.ObjectType):
    """值班安排报上级备案的记录"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    filed_on = graphene.Date(required=True)
    filed_with = graphene.String(required=True, description="报送的上级单位")
    note = graphene.String(required=True)
    by = graphene.Field(Person, required=True)
    taken_back = graphene.String(description="撤销原因")

    resolve_tenant = tenant_of("tenant")


class Feed(graphene.ObjectType):
    """日历订阅地址；地址本身只在更换时给出一次"""

    id = UUID(required=True)
    of = graphene.Field(enums.FeedOfEnum, required=True)
    of_label = graphene.String(required=True)
    member = graphene.ID(description="个人日历的值班人员")
    made_at = graphene.DateTime(required=True)
    made_by = graphene.Field(Person, required=True)
    revoked_at = graphene.DateTime()

    resolve_of_label = label_of("of")
