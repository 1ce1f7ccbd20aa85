"""The enumerations of the contracts in GraphQL, each value described by its Chinese label."""

from typing import Any

import graphene

from gateway.ordering import PetitionOrder
from gateway.status import PetitionStatus
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.base import Labelled
from services.contracts.deadlines import ClockState, Obligation
from services.contracts.intake import Channel, Nature, Urgency
from services.contracts.routing import DeliveryMode, Outcome, ReferralKind, ReferralRole, ReferralState


def _enum(labelled: type[Labelled]) -> Any:
    return graphene.Enum.from_enum(labelled, description=lambda value: value.label if value else labelled.__doc__)


ActEnum = _enum(Act)
ChannelEnum = _enum(Channel)
ClockStateEnum = _enum(ClockState)
DeliveryModeEnum = _enum(DeliveryMode)
NatureEnum = _enum(Nature)
ObligationEnum = _enum(Obligation)
OutcomeEnum = _enum(Outcome)
PetitionOrderEnum = _enum(PetitionOrder)
PetitionStatusEnum = _enum(PetitionStatus)
ReferralKindEnum = _enum(ReferralKind)
ReferralRoleEnum = _enum(ReferralRole)
ReferralStateEnum = _enum(ReferralState)
RoleEnum = _enum(Role)
TenantKindEnum = _enum(TenantKind)
UrgencyEnum = _enum(Urgency)
