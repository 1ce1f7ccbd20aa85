"""Mutations of substitutions and swaps, which the roster carries out."""

from datetime import date
from typing import Any

import graphene

from gateway.announcing import announcement_due
from gateway.reading_lists import SHIFTS
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.substitution_types import Substitution
from gateway.schema.types import context_of
from services.contracts.substitutions import (
    DecideSubstitution,
    RequestSubstitution,
    SubstitutionState,
    TakeBackSubstitution,
)
from services.contracts.substitutions import Substitution as SubstitutionFact


class SubstitutionPayload(graphene.ObjectType):
    """替班、换班的办理结果"""

    substitution = graphene.Field(Substitution)
    announcement_due = graphene.Boolean(
        required=True, description="公示的接访安排与现在的不一致，须另行公示变更（publishAnnouncement）"
    )
    errors = graphene.List(graphene.NonNull(Error), required=True)

    @staticmethod
    async def resolve_announcement_due(payload: dict[str, Any], info: graphene.ResolveInfo) -> bool:
        made: SubstitutionFact | None = payload.get("substitution")
        if made is None or made.state not in (SubstitutionState.APPROVED, SubstitutionState.TAKEN_BACK):
            return False
        reader = context_of(info).reader
        days: list[date] = [made.day]
        if made.in_return is not None and (other := await reader.find(SHIFTS, made.in_return)) is not None:
            days.append(other.day)
        return any([await announcement_due(reader, tenant=made.tenant, first=day, last=day) for day in days])


SUBSTITUTION = Kind(SubstitutionFact, SubstitutionPayload, "substitution")


class RequestSubstitutionInput(graphene.InputObjectType):
    """填 inReturn 的为换班"""

    shift_id = UUID(required=True)
    member = graphene.ID(required=True, description="原值班人员")
    by_member = graphene.ID(required=True, description="替班（换班）人员")
    in_return = UUID(description="换班的，对方的班次")
    reason = graphene.String(required=True)


class DecideSubstitutionInput(graphene.InputObjectType):
    substitution_id = UUID(required=True)
    approve = graphene.Boolean(required=True)
    reason = graphene.String(default_value="", description="不批准的必须填写")


class TakeBackSubstitutionInput(graphene.InputObjectType):
    substitution_id = UUID(required=True)
    reason = graphene.String(required=True)


RequestSubstitutionMutation = state_mutation(
    RequestSubstitution,
    SUBSTITUTION,
    RequestSubstitutionInput,
    "申请替班、换班；由本人，或本单位经办人、负责人代为办理",
)
DecideSubstitutionMutation = state_mutation(
    DecideSubstitution,
    SUBSTITUTION,
    DecideSubstitutionInput,
    "审批替班、换班；由本单位负责人办理，本人的申请由其他负责人审批",
)
TakeBackSubstitutionMutation = state_mutation(
    TakeBackSubstitution,
    SUBSTITUTION,
    TakeBackSubstitutionInput,
    "撤回替班、换班；已批准的，班次开始前恢复各自的班次；由双方本人，或本单位经办人、负责人办理",
)
