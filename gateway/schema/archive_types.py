"""The archive room's side of a case, as GraphQL shows it."""

import graphene

from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of
from services.contracts.archives import CaseArchive as CaseArchiveFact


class CaseArchive(graphene.ObjectType):
    """归档登记：案卷移交档案室的情况"""

    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    on = graphene.Date(required=True, description="移交档案室的日期")
    room = graphene.String(required=True, description="档案室和档号")
    catalogue = graphene.String(required=True, description="移交时案卷目录（catalogue.json）的 SHA-256 校验值")
    items = graphene.Int(required=True, description="目录所列的材料件数")
    tenant = graphene.Field(Tenant, description="办理归档的单位")
    by_name = graphene.String(required=True, description="办理归档的人员")
    taken_back = graphene.String(description="撤销归档登记的理由；未撤销的为空")

    @staticmethod
    async def resolve_tenant(archive: CaseArchiveFact, info: graphene.ResolveInfo) -> object:
        return await context_of(info).reader.organisation(archive.by.tenant)

    @staticmethod
    def resolve_by_name(archive: CaseArchiveFact, info: graphene.ResolveInfo) -> str:
        return archive.by.name
