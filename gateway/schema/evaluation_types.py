"""Evaluations of receivers (RO-38) as people read them."""

import graphene

from gateway.schema import enums
from gateway.schema.receiver_types import Receiver, member_of
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, label_of, tenant_of


class Evaluation(graphene.ObjectType):
    """对接访人员一个月接访工作的评价"""

    id = graphene.ID(required=True)
    tenant = graphene.Field(Tenant)
    member = graphene.Field(Receiver, description="被评价人")
    month = graphene.Date(required=True, description="该月一日")
    verdict = graphene.Field(enums.VerdictEnum, required=True)
    verdict_label = graphene.String(required=True)
    reason = graphene.String(required=True, description="事实和理由")
    by = graphene.Field(Person, description="评价人")
    on = graphene.Date(description="评价日期")
    taken_back = graphene.String(description="撤销理由；撤销后可以重新评价")

    resolve_tenant = tenant_of("tenant")
    resolve_member = staticmethod(member_of)
    resolve_verdict_label = label_of("verdict")
