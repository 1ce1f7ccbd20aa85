"""Mutations of the grassroots network and of its information, which roster carries out."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.network_rows import read_table, wrong_login, wrong_logins
from gateway.reading_lists import CONFLICTS
from gateway.schema import enums, network_types
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.fact import Reply
from services.contracts.network import InformationItem, NetworkPost
from services.contracts.network_commands import (
    DecideInformation,
    ForwardInformation,
    ImportNetwork,
    LinkInformation,
    NetworkReport,
    PostInput,
    SaveNetworkPost,
    SendInformation,
    TakeBackInformation,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class NetworkPostPayload(graphene.ObjectType):
    """四员名册的办理结果"""

    post = graphene.Field(network_types.NetworkPost)
    errors = ERRORS


class InformationPayload(graphene.ObjectType):
    """信息的办理结果"""

    item = graphene.Field(network_types.InformationItem)
    errors = ERRORS


class LineMistake(graphene.ObjectType):
    """表格中的一处错误"""

    line = graphene.Int(required=True, description="表格的行号，从 1 起")
    message = graphene.String(required=True)


class NetworkReportType(graphene.ObjectType):
    """四员名册的导入结果；有错误的，一行都没有写入"""

    class Meta:
        name = "NetworkReport"

    added = graphene.Int(required=True)
    changed = graphene.Int(required=True)
    unchanged = graphene.Int(required=True)
    mistakes = graphene.List(graphene.NonNull(LineMistake), required=True)


class ImportNetworkPayload(graphene.ObjectType):
    """导入四员名册的办理结果"""

    report = graphene.Field(NetworkReportType)
    errors = ERRORS


POST = Kind(NetworkPost, NetworkPostPayload, "post")
ITEM = Kind(InformationItem, InformationPayload, "item")


class SaveNetworkPostInput(graphene.InputObjectType):
    """任期结束的登记截止日期；换人的另行登记"""

    post_id = graphene.ID(description="更改已有的岗位时填写；单位和岗位不能更改")
    tenant = graphene.ID(required=True, description="所在乡镇（单位）；督查员填县信访局")
    role = graphene.Field(enums.NetworkRoleEnum, required=True)
    name = graphene.String(required=True)
    phone = graphene.String()
    login = graphene.ID(description="登录名；没有账号的不填，由单位代为录入信息")
    born_on = graphene.Date(description="督查员的出生日期：只用于核对年龄，不予保存")
    group = graphene.String(description="督查组")
    covers = graphene.List(
        graphene.NonNull(graphene.ID),
        default_value=[],
        description="督查员填乡镇代码，承办员、联络员填村代码，信息员填“村代码#组”，单位信息员不填",
    )
    since = graphene.Date(required=True)
    until = graphene.Date(description="任期最后一天；督查员不填的，为抽调满一年")
    trained_on = graphene.Date()


class ImportNetworkInput(graphene.InputObjectType):
    table = graphene.String(
        required=True,
        description="CSV，第一行为列名：单位代码、岗位、姓名、电话、登录名、出生日期、督查组、包联地、开始日期、截止日期、培训日期",
    )
    dry_run = graphene.Boolean(default_value=False, description="只检查，不写入")


class SendInformationInput(graphene.InputObjectType):
    """写事不写人：确需提到姓名的，列在 names 中，系统脱敏，不保存姓名；不写任何人的行踪"""

    post = graphene.ID(required=True, description="报送人（岗位编号）")
    place = graphene.ID(required=True, description="属地代码：乡镇、村，或“村代码#组”")
    found_on = graphene.Date(required=True)
    way = graphene.Field(enums.InformationWayEnum, required=True)
    text = graphene.String(required=True)
    names = graphene.List(graphene.NonNull(graphene.String), default_value=[], description="正文中出现的姓名，用于脱敏")
    accuses = graphene.List(
        graphene.NonNull(graphene.ID), default_value=[], description="被反映单位代码；填写的，只报县信访局"
    )
    level = graphene.Field(enums.ItemLevelEnum, required=True, description="报送到哪一级")


class ForwardInformationInput(graphene.InputObjectType):
    """只能上报到比目前更高的一级"""

    item_id = UUID(required=True)
    level = graphene.Field(enums.ItemLevelEnum, required=True, description="上报到哪一级")
    text = graphene.String(required=True, description="上报的理由和已做的工作")


class DecideInformationInput(graphene.InputObjectType):
    item_id = UUID(required=True)
    take = graphene.Boolean(required=True, description="是否采用")
    text = graphene.String(required=True, description="采用后的处置，或不采用的理由")


class LinkInformationInput(graphene.InputObjectType):
    """信访件和矛盾纠纷填写其一"""

    item_id = UUID(required=True)
    petition_id = UUID(description="由该信息登记的信访件")
    conflict_id = UUID(description="由该信息列入排查的矛盾纠纷")


class TakeBackInformationInput(graphene.InputObjectType):
    item_id = UUID(required=True)
    reason = graphene.String(required=True)


class SaveNetworkPostMutation(graphene.Mutation):
    """登记、更改四员：乡镇（单位）维护本单位的，县信访局维护全县的；督查员只由县信访局维护"""

    class Arguments:
        input = SaveNetworkPostInput(required=True)

    Output = NetworkPostPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        post_id = given.pop("post_id", None)
        post = PostInput(**given)
        logins = [post.login] if post.login else []
        said = wrong_login(post, await context_of(info).reader.users(logins))
        if said is not None:
            return POST.refused(InvalidInput(said, field="login"))
        return POST.answer(await send(info, SaveNetworkPost(post_id=post_id, post=post)))


class ImportNetworkMutation(graphene.Mutation):
    """导入四员名册（CSV）：有一处错误就一行都不写入，逐行说明；重复导入不会重复登记"""

    class Arguments:
        input = ImportNetworkInput(required=True)

    Output = ImportNetworkPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        try:
            lines, mistakes = read_table(input["table"])
        except InvalidInput as refusal:
            return {"errors": [shown(problem) for problem in Reply(problems=refusal.problems).problems]}
        logins = [line.post.login for line in lines if line.post.login]
        mistakes += wrong_logins(lines, await context_of(info).reader.users(logins))
        reply = await send(info, ImportNetwork(lines=lines, dry_run=input["dry_run"] or bool(mistakes)))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        report = msgspec.convert(reply.value, NetworkReport)
        told = sorted([*mistakes, *report.mistakes], key=lambda each: each.line)
        return {"report": msgspec.structs.replace(report, mistakes=told), "errors": []}


class LinkInformationMutation(graphene.Mutation):
    """登记该信息已转为信访件（先登记信访件），或已列入矛盾纠纷排查"""

    class Arguments:
        input = LinkInformationInput(required=True)

    Output = InformationPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        command, reader = LinkInformation(**input), context_of(info).reader
        if command.petition_id is not None and await reader.petition(command.petition_id) is None:
            return ITEM.refused(NotFound("未找到该信访件，或您无权查看，请核对编号", field="petition_id"))
        conflict = command.conflict_id
        if conflict is not None and (not is_id(conflict) or await reader.find(CONFLICTS, conflict) is None):
            return ITEM.refused(NotFound("未找到该矛盾纠纷，或您无权查看，请核对编号", field="conflict_id"))
        return ITEM.answer(await send(info, command))


SendInformationMutation = state_mutation(
    SendInformation, ITEM, SendInformationInput, "报送信息：由本人，或由其单位、县信访局代为录入（电话、口头报送的）"
)
ForwardInformationMutation = state_mutation(
    ForwardInformation, ITEM, ForwardInformationInput, "上报信息到更高一级，从此时起算新一级的时限"
)
DecideInformationMutation = state_mutation(
    DecideInformation, ITEM, DecideInformationInput, "采用或不采用一条信息；本人报送的不能自己决定"
)
TakeBackInformationMutation = state_mutation(TakeBackInformation, ITEM, TakeBackInformationInput, "撤回误报的信息")
