"""Who should answer a petition, as people read it: the proposal with its reasons, and the county's rules."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.types import Tenant, context_of, label_of, labels_of, tenant_of, tenants_of
from services.contracts.proposals import Candidate as CandidateFact
from services.contracts.proposals import Decision as DecisionFact
from services.contracts.proposals import RoutingRule as RoutingRuleFact


class Candidate(graphene.ObjectType):
    """可以承办的单位"""

    tenant = graphene.Field(Tenant)
    role = graphene.Field(enums.ReferralRoleEnum, required=True)
    role_label = graphene.String(required=True)
    unit = graphene.ID(description="建议承办的内设机构（股室、村）代码")
    unit_name = graphene.String()
    rule = graphene.String(description="依据的规则编号；学习建议的为空")
    why = graphene.String(required=True)

    resolve_tenant = tenant_of("tenant")
    resolve_role_label = label_of("role")

    @staticmethod
    async def resolve_unit_name(row: CandidateFact, info: graphene.ResolveInfo) -> str | None:
        organisation = await context_of(info).reader.organisation(row.tenant)
        return organisation.unit_name(row.unit) if organisation and row.unit else None


class Diversion(graphene.ObjectType):
    """依法分流：不按普通信访程序办理的去向，和告知信访人的文字"""

    route = graphene.Field(enums.RouteEnum)
    route_label = graphene.String()
    organ = graphene.Field(enums.OrganEnum)
    organ_label = graphene.String()
    tenant = graphene.Field(Tenant)
    article = graphene.String(required=True)
    notice = graphene.String(required=True, description="告知信访人的文字")

    resolve_route_label = label_of("route")
    resolve_organ_label = label_of("organ")
    resolve_tenant = tenant_of("tenant")


class Suggestion(graphene.ObjectType):
    """学习建议：由本县已办结件训练的模型给出，只供参考"""

    model = graphene.String(required=True, description="模型版本")
    category = graphene.String()
    category_confidence = graphene.Float(required=True)
    body = graphene.Field(Tenant)
    body_confidence = graphene.Float(required=True)
    unsure = graphene.Boolean(required=True, description="把握不足，不作建议")

    resolve_body = tenant_of("body")


class ProposalDecision(graphene.ObjectType):
    """最初转送、交办或自办时的决定"""

    lead = graphene.Field(Tenant)
    kind = graphene.Field(enums.ReferralKindEnum, required=True)
    kind_label = graphene.String(required=True)
    followed = graphene.Boolean(required=True, description="是否采纳了建议的主办单位")
    reason = graphene.String(description="未采纳的理由")
    on = graphene.Date(required=True)
    decided_by = graphene.String(required=True, description="决定的人")
    tenant = graphene.Field(Tenant, description="决定的单位")

    resolve_lead = tenant_of("lead")
    resolve_kind_label = label_of("kind")

    @staticmethod
    def resolve_decided_by(row: DecisionFact, info: graphene.ResolveInfo) -> str:
        return row.by.name

    @staticmethod
    async def resolve_tenant(row: DecisionFact, info: graphene.ResolveInfo) -> Any:
        return await context_of(info).reader.organisation(row.by.tenant)


class Proposal(graphene.ObjectType):
    """转办建议：由规则得出，由经办人决定；仅登记单位和县信访局可见"""

    petition_number = graphene.String(required=True)
    rules = graphene.String(description="规则的版本")
    rule = graphene.String(description="生效的规则编号；以 law. 开头的是法规分流")
    lead = graphene.Field(Candidate, description="建议的主办单位")
    supports = graphene.List(graphene.NonNull(Candidate), required=True, description="建议的协办单位")
    kind = graphene.Field(enums.ReferralKindEnum)
    kind_label = graphene.String()
    due_on = graphene.Date(description="建议的反馈日期")
    why = graphene.List(graphene.NonNull(graphene.String), required=True, description="理由，主要的在前")
    runners_up = graphene.List(graphene.NonNull(Candidate), required=True, description="其他可以考虑的单位")
    barred = graphene.List(
        graphene.NonNull(Tenant), required=True, description="规则指向、但因是被反映单位而不予推荐的单位"
    )
    diversion = graphene.Field(Diversion)
    suggestion = graphene.Field(Suggestion)
    decision = graphene.Field(ProposalDecision, description="尚未决定的为空")

    resolve_kind_label = label_of("kind")
    resolve_barred = tenants_of("barred")


class RuleCategory(graphene.ObjectType):
    """内容分类"""

    path = graphene.String(required=True, description="一级/二级/三级")
    words = graphene.List(graphene.NonNull(graphene.String), required=True, description="常用说法")


class RoutingRule(graphene.ObjectType):
    """一条转办规则；条件为空的不限"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    basis = graphene.String(required=True)
    categories = graphene.List(graphene.NonNull(graphene.String), required=True)
    places = graphene.List(graphene.NonNull(graphene.ID), required=True)
    natures = graphene.List(graphene.NonNull(enums.NatureEnum), required=True)
    nature_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    routes = graphene.List(graphene.NonNull(enums.RouteEnum), required=True)
    route_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    accused = graphene.List(graphene.NonNull(graphene.String), required=True)
    lead = graphene.String(required=True, description="单位代码，或 @place、@registrar、@outside、@organ:…")
    lead_tenant = graphene.Field(Tenant, description="写明单位代码的，该单位")
    unit = graphene.ID()
    supports = graphene.List(graphene.NonNull(graphene.String), required=True)
    kind = graphene.Field(enums.ReferralKindEnum, required=True)
    kind_label = graphene.String(required=True)
    limit = graphene.Int()
    limit_unit = graphene.Field(enums.LimitUnitEnum, required=True)
    limit_unit_label = graphene.String(required=True)
    rank = graphene.Int(required=True)
    since = graphene.Date()
    until = graphene.Date()

    resolve_nature_labels = labels_of("natures")
    resolve_route_labels = labels_of("routes")
    resolve_kind_label = label_of("kind")
    resolve_limit_unit_label = label_of("limit_unit")

    @staticmethod
    async def resolve_lead_tenant(row: RoutingRuleFact, info: graphene.ResolveInfo) -> Any:
        return await context_of(info).reader.organisation(row.lead)


class RuleFinding(graphene.ObjectType):
    """载入规则时发现的问题"""

    kind = graphene.Field(enums.FindingKindEnum, required=True)
    kind_label = graphene.String(required=True)
    rules = graphene.List(graphene.NonNull(graphene.ID), required=True)
    message = graphene.String(required=True)

    resolve_kind_label = label_of("kind")


class RoutingRules(graphene.ObjectType):
    """本县的分类和转办规则"""

    version = graphene.String(required=True)
    loaded_on = graphene.Date(required=True)
    categories = graphene.List(graphene.NonNull(RuleCategory), required=True)
    rules = graphene.List(graphene.NonNull(RoutingRule), required=True)
    findings = graphene.List(graphene.NonNull(RuleFinding), required=True)
    county_decides_from_return = graphene.Int(description="从第几次退回起由县信访局确定承办单位")
