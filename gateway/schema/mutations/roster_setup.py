"""Mutations of what a roster is made from, which roster carries out for the actor's own tenant."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.schema import enums, roster_types
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.mutations.shifts import Plan
from gateway.schema.types import context_of
from services.common.errors import InvalidInput
from services.common.wording import explain
from services.contracts.fact import Reply
from services.contracts.roster_commands import EndRule, MemberSaved, RuleSaved, SaveInterests, SaveMember, SaveRule
from services.contracts.roster_people import Interests
from services.contracts.roster_rules import Choice, HolidayPolicy, Rest, ServiceRule

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class MemberPayload(graphene.ObjectType):
    """值班接访人员的办理结果，和以后的班次因此的变动"""

    member = graphene.Field(roster_types.Member)
    plan = graphene.Field(Plan)
    errors = ERRORS


class InterestsPayload(graphene.ObjectType):
    """回避事项的办理结果"""

    interests = graphene.Field(roster_types.Interests)
    errors = ERRORS


class RulePayload(graphene.ObjectType):
    """值班接访规则的办理结果，和以后的班次因此的变动"""

    rule = graphene.Field(roster_types.RosterRule)
    plan = graphene.Field(Plan)
    errors = ERRORS


class SaveMemberInput(graphene.InputObjectType):
    member_id = graphene.ID(description="不填的为新增")
    login = graphene.String(description="本单位在用的登录名；没有账号的不填")
    name = graphene.String(required=True)
    rank = graphene.Field(enums.RankEnum, required=True)
    post = graphene.String(required=True, description="职务")
    portfolio = graphene.List(graphene.NonNull(graphene.String), default_value=[], description="分管领域")
    phone = graphene.String(description="对外公布的办公电话")
    qualifications = graphene.List(graphene.NonNull(enums.QualificationEnum), default_value=[])
    since = graphene.Date(required=True, description="任职第一天")
    until = graphene.Date(description="任职最后一天；离任时填写，人员不删除")
    order = graphene.Int(default_value=0, description="在本单位的次序")


class SaveInterestsInput(graphene.InputObjectType):
    """取代原来登记的"""

    member = graphene.ID(required=True)
    kin = graphene.List(graphene.NonNull(graphene.String), required=True, description="近亲属和其他有利害关系的人")
    units = graphene.List(graphene.NonNull(graphene.ID), required=True, description="有利害关系的单位代码")


class RecurrenceInput(graphene.InputObjectType):
    """在哪些日子进行，遇休息日怎么办"""

    rrule = graphene.String(required=True, description="RFC 5545 的重复规则，如 FREQ=MONTHLY;BYDAY=1FR")
    holiday = graphene.Field(enums.HolidayPolicyEnum, default_value=HolidayPolicy.SKIP)
    rest = graphene.Field(enums.RestEnum, default_value=Rest.REST_DAYS)


class RuleSeatInput(graphene.InputObjectType):
    """members 和 ranks 写其中一样"""

    role = graphene.Field(enums.SeatRoleEnum, required=True)
    count = graphene.Int(default_value=1)
    members = graphene.List(graphene.NonNull(graphene.ID), default_value=[])
    ranks = graphene.List(graphene.NonNull(enums.RankEnum), default_value=[])
    qualifications = graphene.List(graphene.NonNull(enums.QualificationEnum), default_value=[])
    choice = graphene.Field(enums.ChoiceEnum, default_value=Choice.ROTATE)


class RuleHoursInput(graphene.InputObjectType):
    start = graphene.Time(required=True)
    end = graphene.Time(required=True, description="不晚于开始时间的，为次日")
    seats = graphene.List(graphene.NonNull(RuleSeatInput), default_value=[], description="与规则不同的岗位")


class SaveRuleInput(graphene.InputObjectType):
    """编号与已有规则相同的，取代那一条"""

    id = graphene.ID(required=True, description="小写字母、数字和 -，在本单位内不重复")
    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据")
    kind = graphene.Field(enums.ServiceKindEnum, required=True)
    mode = graphene.Field(enums.ReceptionModeEnum, description="接访方式，接访必填")
    since = graphene.Date(required=True)
    until = graphene.Date()
    recurrence = graphene.Field(RecurrenceInput, required=True)
    hours = graphene.List(graphene.NonNull(RuleHoursInput), required=True)
    seats = graphene.List(graphene.NonNull(RuleSeatInput), default_value=[])
    place = graphene.String(required=True)
    phone = graphene.String()
    slot_minutes = graphene.Int(description="接受预约的，每位来访人的时间")


class EndRuleInput(graphene.InputObjectType):
    rule_id = graphene.ID(required=True)
    last = graphene.Date(required=True, description="最后一天，最早为昨天")


SaveInterestsMutation = state_mutation(
    SaveInterests,
    Kind(Interests, InterestsPayload, "interests"),
    SaveInterestsInput,
    "申报回避事项：由本人，或本单位经办人、负责人登记",
)


class SaveMemberMutation(graphene.Mutation):
    """新增、更改本单位值班接访人员，由经办人、负责人办理；以后的班次随之重排"""

    class Arguments:
        input = SaveMemberInput(required=True)

    Output = MemberPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reader, login = context_of(info).reader, input.get("login")
        user = (await reader.users([login])).get(login) if login else None
        if login and (user is None or user.tenant != reader.actor.tenant):
            said = f"登录名 {login} 不是本单位在用的用户，请核对；没有账号的不填"
            return member_saved(Reply(problems=[InvalidInput(said, field="login").problem]))
        qualifications = frozenset(input.pop("qualifications"))
        return member_saved(await send(info, SaveMember(**input, qualifications=qualifications)))


class SaveRuleMutation(graphene.Mutation):
    """新增、更改本单位经常性的接访、值班，由经办人、负责人办理；以后的班次随之重排"""

    class Arguments:
        input = SaveRuleInput(required=True)

    Output = RulePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        try:
            rule = msgspec.convert(msgspec.to_builtins(input), ServiceRule)
        except msgspec.ValidationError as error:
            said, field = explain(error)
            return _answer(Reply(problems=[InvalidInput(said, field=field).problem]))
        return _answer(await send(info, SaveRule(rule=rule)))


class EndRuleMutation(graphene.Mutation):
    """停止一项经常性的接访、值班，由经办人、负责人办理；以后的班次取消"""

    class Arguments:
        input = EndRuleInput(required=True)

    Output = RulePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return _answer(await send(info, EndRule(**input)))


def member_saved(reply: Reply) -> dict[str, Any]:
    if reply.problems:
        return {"errors": [shown(problem) for problem in reply.problems]}
    saved = msgspec.convert(reply.value, MemberSaved)
    return {"member": saved.member, "plan": saved.plan, "errors": []}


def _answer(reply: Reply) -> dict[str, Any]:
    if reply.problems:
        return {"errors": [shown(problem) for problem in reply.problems]}
    saved = msgspec.convert(reply.value, RuleSaved)
    return {"rule": saved.rule, "plan": saved.plan, "errors": []}
