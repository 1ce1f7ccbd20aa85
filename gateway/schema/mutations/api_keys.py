"""Mutations about API keys, which the gateway carries out itself: what they make is nobody else's."""

from typing import Any

import graphene
import msgspec

from gateway.api_keys import keeping
from gateway.api_keys.rules import NewKey
from gateway.context import shown
from gateway.schema import enums
from gateway.schema.api_key_types import ApiKey
from gateway.schema.mutations.payload import Error
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, Refusal
from services.common.wording import explain

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class CreateApiKeyInput(graphene.InputObjectType):
    """新的接口密钥"""

    label = graphene.String(required=True, description="哪个系统使用，如“12345 热线平台”，最长 60 个字符")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="密钥的岗位，只给所需的")
    expires_at = graphene.DateTime(description="有效期至；不填为长期有效")
    networks = graphene.List(
        graphene.NonNull(graphene.String), default_value=[], description="只能从这些 IP 地址或网段使用；不填为不限"
    )


class RevokeApiKeyInput(graphene.InputObjectType):
    """作废哪一个接口密钥"""

    id = graphene.ID(required=True, description="密钥编号")


class CreateApiKeyPayload(graphene.ObjectType):
    """新建接口密钥的结果"""

    api_key = graphene.Field(ApiKey, description="新建的密钥")
    secret = graphene.String(
        description="密钥全文，以 xqk_ 开头，只给出这一次，请立即存入使用它的系统；重复提交同一请求的不再给出"
    )
    errors = ERRORS


class RevokeApiKeyPayload(graphene.ObjectType):
    """作废接口密钥的结果"""

    api_key = graphene.Field(ApiKey, description="已作废的密钥")
    errors = ERRORS


class CreateApiKeyMutation(graphene.Mutation):
    """创建本单位的接口密钥；仅本单位管理员可办"""

    class Arguments:
        input = CreateApiKeyInput(required=True)

    Output = CreateApiKeyPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = context_of(info)
        await context.reader.release()
        # The response key keeps two mutations of one document apart, as with commands.
        request_id = f"{context.idempotency_key}:{info.path.key}" if context.idempotency_key else None
        try:
            kept, secret = await keeping.create(
                context.engine, actor=context.actor, new=_new_key(input), request_id=request_id
            )
        except Refusal as refusal:
            return {"errors": [shown(problem) for problem in refusal.problems]}
        return {"api_key": kept, "secret": secret, "errors": []}


class RevokeApiKeyMutation(graphene.Mutation):
    """作废本单位的接口密钥，即时生效；仅本单位管理员可办"""

    class Arguments:
        input = RevokeApiKeyInput(required=True)

    Output = RevokeApiKeyPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = context_of(info)
        await context.reader.release()
        try:
            kept = await keeping.revoke(context.engine, actor=context.actor, key_id=input["id"])
        except Refusal as refusal:
            return {"errors": [shown(problem) for problem in refusal.problems]}
        return {"api_key": kept, "errors": []}


def _new_key(given: dict[str, Any]) -> NewKey:
    """Raises ``InvalidInput``."""
    try:
        return msgspec.convert({name: value for name, value in given.items() if value is not None}, NewKey)
    except msgspec.ValidationError as error:
        sentence, field = explain(error)
        raise InvalidInput(f"填写内容不符合要求：{sentence}", field=field) from error
