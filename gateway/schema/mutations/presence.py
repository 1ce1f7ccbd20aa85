"""Mutations of who is at his post, which the roster carries out."""

import graphene

from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import Shift
from services.contracts.presence import CheckIn, CheckOut, TakeBackCheck
from services.contracts.shifts import Shift as ShiftFact


class PresencePayload(graphene.ObjectType):
    """签到、签退的结果"""

    shift = graphene.Field(Shift)
    errors = graphene.List(graphene.NonNull(Error), required=True)


PRESENCE = Kind(ShiftFact, PresencePayload, "shift")


class CheckInput(graphene.InputObjectType):
    shift_id = UUID(required=True)
    member = graphene.ID(description="值班人员；不填的为本人，经办人、负责人可代为办理")


class TakeBackCheckInput(graphene.InputObjectType):
    shift_id = UUID(required=True)
    member = graphene.ID(required=True)
    reason = graphene.String(required=True)


CheckInMutation = state_mutation(CheckIn, PRESENCE, CheckInput, "到岗签到；由本人，或本单位经办人、负责人代为办理")
CheckOutMutation = state_mutation(CheckOut, PRESENCE, CheckInput, "离岗签退；由本人，或本单位经办人、负责人代为办理")
TakeBackCheckMutation = state_mutation(
    TakeBackCheck, PRESENCE, TakeBackCheckInput, "更正误记的签退、签到，先撤签退；由本单位经办人、负责人办理"
)
