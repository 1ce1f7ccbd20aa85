"""What a county has set for its clocks, as people read it."""

from enum import Enum
from typing import Any

import graphene
import msgspec

from gateway.schema import enums
from gateway.schema.types import label_of
from services.contracts.actor import TenantKind
from services.contracts.base import Labelled
from services.contracts.office import OfficeDuty as OfficeDutyFact
from services.contracts.rules import Regime as RegimeFact
from services.contracts.rules import Rule as RuleFact
from services.contracts.rules import Warnings as WarningsFact

LIMITED_BY = {
    "natures": "事项性质",
    "channels": "信访形式",
    "sources": "来源",
    "routes": "办理途径",
    "procedures": "办理程序",
    "urgencies": "紧急程度",
    "registrars": "登记单位类别",
    "kinds": "转送交办方式",
    "roles": "承办角色",
    "stages": "复查复核",
    "grades": "案件类别",
}
"""The sets by which a rule is limited."""
USUAL = {field.name: field.default for field in msgspec.structs.fields(RuleFact) if field.name in LIMITED_BY}
"""What each of them is where a rule is not limited by it."""


class RulePeriod(graphene.ObjectType):
    """期限的长度"""

    length = graphene.Int(required=True)
    unit = graphene.Field(enums.UnitEnum, required=True)
    unit_label = graphene.String(required=True)

    resolve_unit_label = label_of("unit")


class RuleExtension(RulePeriod):
    """可延长一次，最多多久，依据何条"""

    article = graphene.String(required=True)

    resolve_unit_label = label_of("unit")


class Rule(graphene.ObjectType):
    """一项期限规定"""

    id = graphene.ID(required=True)
    obligation = graphene.Field(enums.ObligationEnum, required=True)
    obligation_label = graphene.String(required=True)
    article = graphene.String(required=True)
    owner_label = graphene.String(required=True, description="由谁承担")
    starts = graphene.Field(enums.EventEnum, required=True)
    starts_label = graphene.String(required=True, description="从何事起算")
    length = graphene.Int(description="期限长度；以指定日期为准的为空")
    unit = graphene.Field(enums.UnitEnum)
    named_day = graphene.Boolean(required=True, description="以指定的日期为准")
    opens = graphene.Field(RulePeriod, description="在此之前完成的不作为履行")
    met_by = graphene.List(graphene.NonNull(graphene.String), required=True, description="以何事为完成")
    cancelled_by = graphene.List(graphene.NonNull(graphene.String), required=True, description="因何事终止")
    paused_by = graphene.List(graphene.NonNull(graphene.String), required=True, description="因何事中止")
    applies_to = graphene.List(graphene.NonNull(graphene.String), required=True, description="适用范围；为空则普遍适用")
    lapses = graphene.Boolean(required=True)
    extension = graphene.Field(RuleExtension)
    tenants = graphene.List(graphene.NonNull(graphene.ID), description="只适用于这些单位；为空值则适用于所有单位")

    resolve_obligation_label = label_of("obligation")
    resolve_owner_label = label_of("owner")
    resolve_starts_label = label_of("starts")

    @staticmethod
    def resolve_met_by(rule: RuleFact, info: graphene.ResolveInfo) -> list[str]:
        return _labels(rule.met_by)

    @staticmethod
    def resolve_cancelled_by(rule: RuleFact, info: graphene.ResolveInfo) -> list[str]:
        return _labels(rule.cancelled_by)

    @staticmethod
    def resolve_paused_by(rule: RuleFact, info: graphene.ResolveInfo) -> list[str]:
        return _labels(rule.paused_by)

    @staticmethod
    def resolve_applies_to(rule: RuleFact, info: graphene.ResolveInfo) -> list[str]:
        sets = {name: getattr(rule, name) for name in LIMITED_BY}
        limits = {name: some for name, some in sets.items() if some and some != USUAL[name]}
        found = [f"{LIMITED_BY[name]}：{'、'.join(_in_order(some))}" for name, some in limits.items()]
        return found if rule.anonymous else [*found, "能够联系到信访人的"]

    @staticmethod
    def resolve_tenants(rule: RuleFact, info: graphene.ResolveInfo) -> list[str] | None:
        return _codes(rule.tenants)


class RuleSet(graphene.ObjectType):
    """一部规定"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    kind = graphene.Field(enums.RuleKindEnum, required=True)
    kind_label = graphene.String(required=True)
    jurisdiction = graphene.String(required=True)
    since = graphene.Date(required=True)
    until = graphene.Date()
    roll_forward = graphene.Boolean(required=True, description="末日为休息日的顺延")
    rules = graphene.List(graphene.NonNull(Rule), required=True)

    resolve_kind_label = label_of("kind")


class LocalHoliday(graphene.ObjectType):
    """地方假日"""

    day = graphene.Date(required=True)
    name = graphene.String(required=True)
    tenants = graphene.List(graphene.NonNull(graphene.ID), description="只适用于这些单位；为空值则适用于所有单位")

    @staticmethod
    def resolve_tenants(holiday: Any, info: graphene.ResolveInfo) -> list[str] | None:
        return _codes(holiday.tenants)


class WarningSetting(graphene.ObjectType):
    """何时预警，超期后何时上报"""

    tenants = graphene.List(graphene.NonNull(graphene.ID), description="只适用于这些单位；为空值则适用于其余单位")
    shares = graphene.List(
        graphene.NonNull(graphene.Int), required=True, description="期限用去百分之几时预警、警告、严重警告"
    )
    head_after_days = graphene.Int(required=True, description="超期几日后报单位负责人")
    county_after_days = graphene.Int(required=True, description="超期几日后报县信访局")

    @staticmethod
    def resolve_tenants(setting: WarningsFact, info: graphene.ResolveInfo) -> list[str] | None:
        return _codes(setting.tenants)


class OfficeDutySetting(graphene.ObjectType):
    """机关定期工作的一项规定"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据的制度")
    every = graphene.Field(enums.PeriodKindEnum, required=True, description="每月、每季度、每半年或每年一次")
    kinds = graphene.List(graphene.NonNull(enums.TenantKindEnum), required=True, description="由哪类单位承担")
    due_after_days = graphene.Int(required=True, description="期末后几日到期；负数为期末前")
    since = graphene.Date(required=True)

    @staticmethod
    def resolve_kinds(duty: OfficeDutyFact, info: graphene.ResolveInfo) -> list[TenantKind]:
        return sorted(duty.kinds)


class Regime(graphene.ObjectType):
    """本县为期限设定的内容；未设定的以法规为准"""

    rule_sets = graphene.List(graphene.NonNull(RuleSet), required=True, description="施行中的内部规定")
    holidays = graphene.List(graphene.NonNull(LocalHoliday), required=True)
    warnings = graphene.List(
        graphene.NonNull(WarningSetting), required=True, description="依次适用；最后一项适用于其余单位"
    )
    office_duties = graphene.List(graphene.NonNull(OfficeDutySetting), required=True, description="机关定期工作")
    digest_hour = graphene.Int(required=True, description="每日几时汇总催办")
    hotline_extension_percent = graphene.Int(required=True, description="12345 工单每年可延期的比例（百分之几）")
    count_not_due = graphene.Boolean(required=True, description="按期率的分母是否计入未到期的")
    rating_window_days = graphene.Int(required=True, description="可评价后几日内的评价计入指标")
    group_visit_size = graphene.Int(required=True, description="来访几人以上为集体访")
    rising_percent = graphene.Int(required=True, description="比此前平均多百分之几为上升")
    rising_least = graphene.Int(required=True, description="至少几件才提示上升")
    rising_spans = graphene.Int(required=True, description="与此前几个同样长的时段的平均数比较")

    @staticmethod
    def resolve_warnings(regime: RegimeFact, info: graphene.ResolveInfo) -> list[WarningsFact]:
        settled = any(setting.tenants is None for setting in regime.warnings)
        return regime.warnings if settled else [*regime.warnings, WarningsFact()]


def _labels(labelled: tuple[Labelled, ...]) -> list[str]:
    return [one.label for one in labelled]


def _in_order(some: frozenset[Labelled]) -> list[str]:
    """The labels in the order in which the enumeration names them."""
    return [one.label for one in _enumeration(some) if one in some]


def _enumeration(some: frozenset[Labelled]) -> list[Labelled]:
    kind: type[Enum] = type(next(iter(some)))
    return [one for one in kind if isinstance(one, Labelled)]


def _codes(tenants: frozenset[str] | None) -> list[str] | None:
    return None if tenants is None else sorted(tenants)
