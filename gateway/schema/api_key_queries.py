"""The keys of the asker's tenant."""

import graphene

from gateway.api_keys.keeping import KeptKey, listed
from gateway.schema.api_key_types import ApiKey
from gateway.schema.types import context_of


class ApiKeyQueries:
    api_keys = graphene.List(
        graphene.NonNull(ApiKey),
        required=True,
        description="本单位的接口密钥，新创建的在前，含已作废的；仅本单位管理员可见",
    )

    @staticmethod
    async def resolve_api_keys(root: None, info: graphene.ResolveInfo) -> list[KeptKey]:
        context = context_of(info)
        await context.reader.release()
        return await listed(context.engine, actor=context.actor)
