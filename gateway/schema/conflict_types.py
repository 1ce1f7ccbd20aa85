"""The conflict log (矛盾纠纷排查): what was found, and how each month's search went."""

import graphene

from gateway.schema import enums
from gateway.schema.indicator_types import Period
from gateway.schema.scalars import UUID
from gateway.schema.types import Place, Tenant, label_of, tenant_of
from services.contracts.conflicts import Conflict as ConflictFact


class Conflict(graphene.ObjectType):
    """排查发现的一起矛盾纠纷；不记个人姓名"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant, description="登记单位")
    place = graphene.Field(Place, required=True)
    category = graphene.String()
    found_on = graphene.Date(required=True, description="发现日期")
    people = graphene.Int(required=True, description="涉及人数")
    title = graphene.String(required=True)
    description = graphene.String(required=True)
    handler = graphene.String(required=True, description="化解责任人")
    state = graphene.Field(enums.ConflictStateEnum, required=True)
    state_label = graphene.String(required=True)
    raised_on = graphene.Date(description="上报县信访局的日期")
    tried = graphene.String(description="上报前做过的化解工作")
    ended_on = graphene.Date(description="化解或撤销的日期")
    outcome = graphene.String(description="如何化解，或撤销的理由")

    resolve_tenant = tenant_of("tenant")
    resolve_state_label = label_of("state")

    @staticmethod
    def resolve_place(row: ConflictFact, info: graphene.ResolveInfo) -> dict[str, str]:
        return {"code": row.place, "name": row.place_name}


class ConflictMonth(graphene.ObjectType):
    """一个单位一个月的排查化解情况"""

    tenant = graphene.Field(Tenant)
    period = graphene.Field(Period, required=True)
    found = graphene.Int(required=True, description="当月发现数")
    solved = graphene.Int(required=True, description="当月化解数")
    raised = graphene.Int(required=True, description="当月上报县信访局数")
    open = graphene.Int(required=True, description="月末化解中的件数（不含已上报）；当月未结束的为目前数")
    searched = graphene.Boolean(required=True, description="当月是否开展排查：有发现，或已记录完成当月排查")

    resolve_tenant = tenant_of("tenant")
