"""Mutations about accounts and sessions, which the gateway carries out itself: nobody else knows of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import graphene

from gateway.context import Context, shown
from gateway.database import scoped
from gateway.identity import managing
from gateway.identity.sessions import SignedIn, end_sessions
from gateway.identity.signing_in import change_password
from gateway.schema import enums
from gateway.schema.mutations.payload import Error
from gateway.schema.types import context_of
from gateway.schema.user_types import User
from services.common.errors import InvalidInput, Refusal
from services.contracts.actor import Role

ERRORS = graphene.List(graphene.NonNull(Error), required=True, description="未办理的原因")
VERSION = "查看该用户时的版本（version）；此后已被他人更改的，不办理"
ONE_TIME = "一次性密码，只给出这一次，请当面交给本人；本人首次登录时须另设密码"


class CreateUserInput(graphene.InputObjectType):
    """新的用户账号"""

    tenant = graphene.ID(required=True, description="所在单位的编码")
    username = graphene.String(required=True, description="用户名，不带 @；小写字母、数字和中间的 . _ -")
    name = graphene.String(required=True, description="姓名")
    label = graphene.String(required=True, description="岗位，如“信访经办人”")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True, description="角色")


class UpdateUserInput(graphene.InputObjectType):
    """变更用户账号；不填的不变"""

    username = graphene.String(required=True, description="登录名，带 @ 和县简称")
    version = graphene.Int(required=True, description=VERSION)
    name = graphene.String(description="姓名")
    label = graphene.String(description="岗位")
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), description="全部角色")


class UserVersionInput(graphene.InputObjectType):
    """哪一个用户账号，哪一版"""

    username = graphene.String(required=True, description="登录名，带 @ 和县简称")
    version = graphene.Int(required=True, description=VERSION)


class UnlockUserInput(graphene.InputObjectType):
    """解除哪一个用户的登录限制"""

    username = graphene.String(required=True, description="登录名，带 @ 和县简称")


class EndSessionsInput(graphene.InputObjectType):
    """终止哪些登录会话"""

    username = graphene.String(description="其全部会话；由其单位管理员办理。不填为本人的")
    session_id = graphene.ID(description="只终止本人的这一个会话；不填为本人除当前以外的全部会话")


class ChangePasswordInput(graphene.InputObjectType):
    """修改本人的密码"""

    password = graphene.String(required=True, description="原密码")
    new_password = graphene.String(required=True, description="新密码：至少 10 个字符，不含用户名，不易猜到")


class UserPayload(graphene.ObjectType):
    """用户账号的办理结果"""

    user = graphene.Field(User, description="办理后的用户账号")
    errors = ERRORS


class UserWithPasswordPayload(graphene.ObjectType):
    """用户账号和一次性密码"""

    user = graphene.Field(User, description="办理后的用户账号")
    one_time_password = graphene.String(description=ONE_TIME)
    errors = ERRORS


class EndSessionsPayload(graphene.ObjectType):
    """终止会话的结果"""

    ended = graphene.Int(description="终止了几个会话")
    errors = ERRORS


class ChangePasswordPayload(graphene.ObjectType):
    """修改密码的结果；修改后，本人的其他会话即告终止"""

    changed = graphene.Boolean(required=True, description="已经修改")
    errors = ERRORS


Act = Callable[[Context, dict[str, Any]], Awaitable[dict[str, Any]]]


def _mutation(name: str, input_type: Any, payload: Any, description: str, act: Act, **refused: Any) -> Any:
    """``act`` does it; ``refused``: what the payload holds besides the errors where it was not done."""

    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = context_of(info)
        await context.reader.release()
        try:
            answer = await act(context, dict(input))
        except Refusal as refusal:
            return {**refused, "errors": [shown(problem) for problem in refusal.problems]}
        finally:
            context.reader.forget()
        return {**answer, "errors": []}

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": payload,
        "mutate": staticmethod(mutate),
    }
    return type(name, (graphene.Mutation,), body)


async def _create(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    tenant = await context.reader.organisation(given.pop("tenant"))
    await context.reader.release()
    made = await managing.create_user(context.engine, context.actor, tenant=tenant, **_with_roles(given))
    return {"user": made.account, "one_time_password": made.password}


async def _update(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    return {"user": await managing.update_user(context.engine, context.actor, **_with_roles(given))}


async def _close(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    return {"user": await managing.close_user(context.engine, context.actor, **given)}


async def _reopen(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    return {"user": await managing.reopen_user(context.engine, context.actor, **given)}


async def _reset(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    made = await managing.reset_password(context.engine, context.actor, **given)
    return {"user": made.account, "one_time_password": made.password}


async def _unlock(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    return {"user": await managing.unlock_user(context.engine, context.actor, **given)}


async def _end(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    username, only = given.get("username"), given.get("session_id")
    actor = context.actor
    if username is not None and only is not None:
        raise InvalidInput("username 和 sessionId 只能填写其中之一", field="session_id")
    if username is not None and username != actor.user:
        return {"ended": await managing.end_users_sessions(context.engine, actor, username=username)}
    async with scoped(context.engine, actor) as connection:
        ended = await end_sessions(
            connection,
            county=actor.county,
            username=actor.user,
            by=actor.reference,
            only=only,
            but=context.session if only is None else None,
        )
    return {"ended": ended}


async def _change(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    here = SignedIn(actor=context.actor, session=context.session, must_change=False)
    await change_password(
        context.engine,
        config=context.config,
        signed_in=here,
        current=given["password"],
        new=given["new_password"],
    )
    return {"changed": True}


def _with_roles(given: dict[str, Any]) -> dict[str, Any]:
    roles = given.get("roles")
    return {**given, "roles": None if roles is None else [Role(role) for role in roles]}


CreateUserMutation = _mutation(
    "CreateUserMutation",
    CreateUserInput,
    UserWithPasswordPayload,
    "新增用户；单位管理员为本单位办理，县信访局的管理员可为各单位办理",
    _create,
)
UpdateUserMutation = _mutation(
    "UpdateUserMutation", UpdateUserInput, UserPayload, "变更用户的姓名、岗位、角色，即时生效；单位管理员可办", _update
)
CloseUserMutation = _mutation(
    "CloseUserMutation", UserVersionInput, UserPayload, "停用用户：即时退出，不能再登录；单位管理员可办", _close
)
ReopenUserMutation = _mutation(
    "ReopenUserMutation", UserVersionInput, UserPayload, "恢复停用的用户，密码不变；单位管理员可办", _reopen
)
ResetPasswordMutation = _mutation(
    "ResetPasswordMutation",
    UserVersionInput,
    UserWithPasswordPayload,
    "重设用户的密码：给出一次性密码，其会话即告终止；单位管理员可办，涉及检举控告专办等角色的由县信访局的管理员办理",
    _reset,
)
UnlockUserMutation = _mutation(
    "UnlockUserMutation", UnlockUserInput, UserPayload, "解除因连续输错密码而来的登录限制；单位管理员可办", _unlock
)
EndSessionsMutation = _mutation(
    "EndSessionsMutation", EndSessionsInput, EndSessionsPayload, "终止登录会话：本人的，或所管理的用户的", _end
)
ChangePasswordMutation = _mutation(
    "ChangePasswordMutation", ChangePasswordInput, ChangePasswordPayload, "修改本人的密码", _change, changed=False
)
