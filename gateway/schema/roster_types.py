"""The people and the rules of a roster as they are set up."""

import asyncio
from typing import Any, NamedTuple

import graphene

from gateway.reading_lists import INTERESTS, MEMBERS
from gateway.schema import enums
from gateway.schema.receiver_types import Receiver
from gateway.schema.shift_types import INSIDE, sees_inside
from gateway.schema.types import Tenant, context_of, label_of, tenant_of, tenants_of
from services.common.clock import legal_day
from services.common.recurrence_words import sentence
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.roster_people import Interests as InterestsFact
from services.contracts.roster_people import Member as MemberFact
from services.contracts.roster_rules import Hours, Recurrence, Seat, ServiceRule


def sorted_labels_of(name: str) -> Any:
    """Resolves the Chinese labels of a set of enumerations, always in the same order."""

    def resolve(row: Any, info: graphene.ResolveInfo) -> list[str]:
        return [each.label for each in sorted(getattr(row, name))]

    return staticmethod(resolve)


LEADING = "；仅本人、本单位经办人和负责人、县信访局负责人和督办员可见"


def sees_personal(actor: Actor, member: MemberFact) -> bool:
    """Whether the actor reads what is a member's own affair: his kin, and why he is away."""
    if member.login is not None and member.login == actor.user:
        return True
    own = actor.tenant == member.tenant and bool(actor.roles & {Role.CLERK, Role.HEAD})
    return own or (actor.kind is TenantKind.COUNTY and bool(actor.roles & {Role.HEAD, Role.SUPERVISOR}))


class Interests(graphene.ObjectType):
    """应当回避的事项：本人申报或本单位登记；仅本人、本单位经办人和负责人、县信访局负责人和督办员可见"""

    member = graphene.ID(required=True)
    kin = graphene.List(graphene.NonNull(graphene.String), required=True, description="近亲属和其他有利害关系的人")
    units = graphene.List(graphene.NonNull(Tenant), required=True, description="有利害关系的单位")

    resolve_units = tenants_of("units")


class Member(graphene.ObjectType):
    """值班接访人员：领导和工作人员"""

    id = graphene.ID(required=True)
    tenant = graphene.Field(Tenant)
    name = graphene.String(required=True)
    rank = graphene.Field(enums.RankEnum, required=True)
    rank_label = graphene.String(required=True)
    post = graphene.String(required=True, description="职务")
    portfolio = graphene.List(graphene.NonNull(graphene.String), required=True, description="分管领域")
    phone = graphene.String(description="对外公布的办公电话")
    qualifications = graphene.List(graphene.NonNull(enums.QualificationEnum), required=True)
    qualification_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    since = graphene.Date(required=True, description="任职第一天")
    until = graphene.Date(description="任职最后一天；在任的为空")
    serving = graphene.Boolean(required=True, description="今天是否在任")
    order = graphene.Int(required=True, description="在本单位的次序")
    login = graphene.String(description=f"登录名{INSIDE}")
    interests = graphene.Field(Interests, description=f"回避事项{LEADING}")

    resolve_tenant = tenant_of("tenant")
    resolve_rank_label = label_of("rank")
    resolve_qualification_labels = sorted_labels_of("qualifications")

    @staticmethod
    def resolve_serving(row: MemberFact, info: graphene.ResolveInfo) -> bool:
        return row.serves(legal_day(context_of(info).reader.now))

    @staticmethod
    def resolve_login(row: MemberFact, info: graphene.ResolveInfo) -> str | None:
        return row.login if sees_inside(info, row.tenant) else None

    @staticmethod
    async def resolve_interests(row: MemberFact, info: graphene.ResolveInfo) -> InterestsFact | None:
        if not sees_personal(context_of(info).actor, row):
            return None
        found: InterestsFact | None = await context_of(info).reader.find(INTERESTS, row.id)
        return found


async def _member(info: graphene.ResolveInfo, id: str) -> MemberFact | None:
    found: MemberFact | None = await context_of(info).reader.find(MEMBERS, id)
    return found


class RuleSeat(graphene.ObjectType):
    """一个岗位由谁轮值"""

    role = graphene.Field(enums.SeatRoleEnum, required=True)
    role_label = graphene.String(required=True)
    count = graphene.Int(required=True, description="几人")
    members = graphene.List(graphene.NonNull(Receiver), required=True, description="指定的人员，按先后；空为按职级")
    ranks = graphene.List(graphene.NonNull(enums.RankEnum), required=True, description="这些职级的全体人员")
    rank_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    qualifications = graphene.List(graphene.NonNull(enums.QualificationEnum), required=True, description="须具备")
    qualification_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    choice = graphene.Field(enums.ChoiceEnum, required=True, description="轮流，或固定为第一人、其余依次替补")
    choice_label = graphene.String(required=True)

    resolve_role_label = label_of("role")
    resolve_rank_labels = sorted_labels_of("ranks")
    resolve_qualification_labels = sorted_labels_of("qualifications")
    resolve_choice_label = label_of("choice")

    @staticmethod
    async def resolve_members(row: Seat, info: graphene.ResolveInfo) -> list[MemberFact]:
        found = await asyncio.gather(*(_member(info, each) for each in row.members))
        return [each for each in found if each is not None]


class HoursRow(NamedTuple):
    """A part of the day, and who sits there unless it says otherwise."""

    hours: Hours
    seats: list[Seat]


class RuleHours(graphene.ObjectType):
    """一段时间"""

    start = graphene.Time(required=True)
    end = graphene.Time(required=True, description="不晚于开始时间的，为次日")
    seats = graphene.List(graphene.NonNull(RuleSeat), required=True)

    @staticmethod
    def resolve_start(row: HoursRow, info: graphene.ResolveInfo) -> object:
        return row.hours.start

    @staticmethod
    def resolve_end(row: HoursRow, info: graphene.ResolveInfo) -> object:
        return row.hours.end

    @staticmethod
    def resolve_seats(row: HoursRow, info: graphene.ResolveInfo) -> list[Seat]:
        return row.hours.seats or row.seats


class RuleRecurrence(graphene.ObjectType):
    """在哪些日子"""

    sentence = graphene.String(required=True, description="如：每月第一个星期五，遇节假日停止一次")
    rrule = graphene.String(required=True, description="RFC 5545 的重复规则")
    holiday = graphene.Field(enums.HolidayPolicyEnum, required=True, description="遇休息日怎样")
    holiday_label = graphene.String(required=True)
    rest = graphene.Field(enums.RestEnum, required=True, description="哪些日子算休息日")
    rest_label = graphene.String(required=True)

    resolve_holiday_label = label_of("holiday")
    resolve_rest_label = label_of("rest")

    @staticmethod
    def resolve_sentence(row: Recurrence, info: graphene.ResolveInfo) -> str:
        return sentence(row)


class RosterRule(graphene.ObjectType):
    """一项经常性的接访、值班"""

    id = graphene.ID(required=True, description="在本单位内不重复")
    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据")
    kind = graphene.Field(enums.ServiceKindEnum, required=True)
    kind_label = graphene.String(required=True)
    mode = graphene.Field(enums.ReceptionModeEnum, description="接访方式")
    mode_label = graphene.String()
    since = graphene.Date(required=True)
    until = graphene.Date(description="最后一天；没有期限的为空")
    recurrence = graphene.Field(RuleRecurrence, required=True)
    hours = graphene.List(graphene.NonNull(RuleHours), required=True)
    place = graphene.String(required=True)
    phone = graphene.String()
    slot_minutes = graphene.Int(description="每位来访人的时间；不接受预约的为空")

    resolve_kind_label = label_of("kind")
    resolve_mode_label = label_of("mode")

    @staticmethod
    def resolve_hours(row: ServiceRule, info: graphene.ResolveInfo) -> list[HoursRow]:
        return [HoursRow(each, row.seats) for each in row.hours]


class RosterQuota(graphene.ObjectType):
    """对谁的接访次数要求"""

    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据")
    ranks = graphene.List(graphene.NonNull(enums.RankEnum), required=True)
    rank_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    members = graphene.List(graphene.NonNull(Receiver), required=True, description="指定的人员；空为按职级")
    times = graphene.Int(required=True, description="每月至少几次（批）")
    counts = graphene.Field(enums.QuotaUnitEnum, required=True, description="按场次或按批次计算")
    counts_label = graphene.String(required=True)
    credits = graphene.List(graphene.NonNull(enums.ReceptionModeEnum), required=True, description="哪些接访方式算")
    credit_labels = graphene.List(graphene.NonNull(graphene.String), required=True)

    resolve_rank_labels = sorted_labels_of("ranks")
    resolve_members = RuleSeat.resolve_members
    resolve_counts_label = label_of("counts")
    resolve_credit_labels = sorted_labels_of("credits")
