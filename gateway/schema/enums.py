"""The enumerations of the contracts in GraphQL, each value described by its Chinese label."""

from typing import Any

import graphene

from gateway.indicators.figures import Measure
from gateway.ordering import ClockOrder, PetitionOrder
from gateway.status import PetitionStatus
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.base import Labelled
from services.contracts.circulars import PeriodKind
from services.contracts.deadlines import Binding, ClockState, Event, Level, Obligation, Unit
from services.contracts.extensions import ExtensionState
from services.contracts.intake import Channel, Nature, Procedure, RatingSide, RatingValue, Route, Source, Urgency
from services.contracts.milestones import MilestoneKind
from services.contracts.office import OfficeDutyState
from services.contracts.reviews import ReviewStage, ReviewState
from services.contracts.routing import CaseGrade, DeliveryMode, Outcome, ReferralKind, ReferralRole, ReferralState
from services.contracts.rules import RuleKind
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep


def _enum(labelled: type[Labelled]) -> Any:
    return graphene.Enum.from_enum(labelled, description=lambda value: value.label if value else labelled.__doc__)


ActEnum = _enum(Act)
BindingEnum = _enum(Binding)
CaseGradeEnum = _enum(CaseGrade)
ChannelEnum = _enum(Channel)
ClockOrderEnum = _enum(ClockOrder)
ClockStateEnum = _enum(ClockState)
DeliveryModeEnum = _enum(DeliveryMode)
EventEnum = _enum(Event)
ExtensionStateEnum = _enum(ExtensionState)
LevelEnum = _enum(Level)
MeasureEnum = _enum(Measure)
MilestoneKindEnum = _enum(MilestoneKind)
NatureEnum = _enum(Nature)
ObligationEnum = _enum(Obligation)
OfficeDutyStateEnum = _enum(OfficeDutyState)
OutcomeEnum = _enum(Outcome)
PeriodKindEnum = _enum(PeriodKind)
PetitionOrderEnum = _enum(PetitionOrder)
PetitionStatusEnum = _enum(PetitionStatus)
ProcedureEnum = _enum(Procedure)
RatingSideEnum = _enum(RatingSide)
RatingValueEnum = _enum(RatingValue)
ReferralKindEnum = _enum(ReferralKind)
ReferralRoleEnum = _enum(ReferralRole)
ReferralStateEnum = _enum(ReferralState)
ReviewStageEnum = _enum(ReviewStage)
ReviewStateEnum = _enum(ReviewState)
RoleEnum = _enum(Role)
RouteEnum = _enum(Route)
RuleKindEnum = _enum(RuleKind)
SourceEnum = _enum(Source)
SupervisionReasonEnum = _enum(SupervisionReason)
SupervisionStateEnum = _enum(SupervisionState)
SupervisionStepEnum = _enum(SupervisionStep)
TenantKindEnum = _enum(TenantKind)
UnitEnum = _enum(Unit)
UrgencyEnum = _enum(Urgency)
