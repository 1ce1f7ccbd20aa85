"""Substitutions and swaps as people read them."""

import graphene

from gateway.reading_lists import SHIFTS
from gateway.schema import enums
from gateway.schema.absence_types import member_named
from gateway.schema.receiver_types import Receiver
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import Shift
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.shifts import Shift as ShiftFact
from services.contracts.substitutions import Substitution as SubstitutionFact


class Substitution(graphene.ObjectType):
    """替班、换班"""

    id = UUID(required=True)
    tenant = graphene.Field(Tenant)
    kind = graphene.Field(enums.SubstitutionKindEnum, required=True)
    kind_label = graphene.String(required=True)
    shift = graphene.Field(Shift)
    day = graphene.Date(required=True)
    member = graphene.Field(Receiver, description="原值班人员")
    by_member = graphene.Field(Receiver, description="替班（换班）人员")
    in_return = graphene.Field(Shift, description="换班的，原值班人员换去的班次")
    reason = graphene.String(required=True)
    requested_by = graphene.Field(Person, required=True)
    on_behalf = graphene.Boolean(required=True, description="是否代为申请")
    state = graphene.Field(enums.SubstitutionStateEnum, required=True)
    state_label = graphene.String(required=True)
    decided_by = graphene.Field(Person)
    decided_at = graphene.DateTime()
    decision = graphene.String(description="审批意见")

    resolve_tenant = tenant_of("tenant")
    resolve_kind_label = label_of("kind")
    resolve_state_label = label_of("state")
    resolve_member = member_named("member")
    resolve_by_member = member_named("by_member")

    @staticmethod
    async def resolve_shift(row: SubstitutionFact, info: graphene.ResolveInfo) -> ShiftFact | None:
        return await context_of(info).reader.find(SHIFTS, row.shift)

    @staticmethod
    async def resolve_in_return(row: SubstitutionFact, info: graphene.ResolveInfo) -> ShiftFact | None:
        if row.in_return is None:
            return None
        return await context_of(info).reader.find(SHIFTS, row.in_return)
