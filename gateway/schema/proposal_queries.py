"""Queries of the routing rules, and of how they prove themselves."""

from datetime import date
from typing import Any

import graphene

from gateway.ordering import PROPOSAL_ORDER
from gateway.proposal_report import RuleFigures, decided_against
from gateway.reading_lists import PROPOSALS, PetitionRow
from gateway.schema.case_types import Petition
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.proposal_types import Proposal, RoutingRule, RoutingRules
from gateway.schema.types import context_of
from services.common.errors import InvalidInput
from services.contracts.proposals import Proposal as ProposalFact
from services.contracts.proposals import RoutingRule as RoutingRuleFact
from services.contracts.proposals import RoutingRules as RoutingRulesFact


class ProposedCase(graphene.ObjectType):
    """一件的转办建议和决定"""

    petition = graphene.Field(Petition)
    proposal = graphene.Field(Proposal, required=True)

    @staticmethod
    async def resolve_petition(row: ProposalFact, info: graphene.ResolveInfo) -> PetitionRow | None:
        return await context_of(info).reader.petition(row.petition_id)

    @staticmethod
    def resolve_proposal(row: ProposalFact, info: graphene.ResolveInfo) -> ProposalFact:
        return row


ProposedCaseConnection = connection("ProposedCase", ProposedCase, "未按建议办理的件，新的在前")


class RuleFiguresType(graphene.ObjectType):
    """一条规则的建议有多少被采纳"""

    class Meta:
        name = "RuleFigures"

    rule = graphene.ID(description="规则编号；以 law. 开头的是法规分流；没有规则能确定承办单位的为空")
    current_rule = graphene.Field(RoutingRule, description="现行规则；已删去的为空")
    proposed = graphene.Int(required=True, description="建议的件数")
    followed = graphene.Int(required=True, description="采纳的件数")
    against = graphene.Int(required=True, description="未采纳的件数")
    undecided = graphene.Int(required=True, description="尚未决定的件数")
    against_cases = graphene.Field(
        ProposedCaseConnection, required=True, **page_arguments(), description="未采纳的各件，据以改进规则"
    )

    @staticmethod
    async def resolve_current_rule(row: RuleFigures, info: graphene.ResolveInfo) -> RoutingRuleFact | None:
        rules = await _rules(info)
        return next((rule for rule in rules.rules if rule.id == row.rule), None) if rules else None

    @staticmethod
    async def resolve_against_cases(
        row: RuleFigures, info: graphene.ResolveInfo, first: int, after: str | None = None
    ) -> Listing:
        county = context_of(info).actor.county
        where = decided_against(county=county, rule=row.rule, first=row.first, last=row.last)
        return await listing(info, PROPOSALS, where=where, order=PROPOSAL_ORDER, first=first, after=after)


class ProposalQueries:
    """Fields of the query root."""

    routing_rules = graphene.Field(RoutingRules, description="本县的分类、转办规则和载入时发现的问题；没有规则的为空")
    proposal_report = graphene.List(
        graphene.NonNull(RuleFiguresType),
        required=True,
        args={"first": graphene.Date(name="from", required=True), "last": graphene.Date(name="to", required=True)},
        description="在这些日子登记的件，各条规则的建议有多少被采纳；未采纳最多的在前。县信访局为全县，其他单位为本单位登记的",
    )

    @staticmethod
    async def resolve_routing_rules(root: None, info: graphene.ResolveInfo) -> RoutingRulesFact | None:
        return await _rules(info)

    @staticmethod
    async def resolve_proposal_report(
        root: None, info: graphene.ResolveInfo, first: date, last: date
    ) -> list[RuleFigures]:
        if last < first:
            raise InvalidInput(f"截止日期 {last} 早于起始日期 {first}，请核对", field="to")
        return await context_of(info).reader.rule_figures(first=first, last=last)


async def _rules(info: graphene.ResolveInfo) -> Any:
    return (await context_of(info).reader.shared(RoutingRulesFact)).get("rules")
