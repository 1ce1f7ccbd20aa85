"""The enumerations of the contracts in GraphQL, each value described by its Chinese label."""

from typing import Any

import graphene

from gateway.documents.papers import PaperKind
from gateway.indicators.figures import Measure
from gateway.ordering import ClockOrder, PetitionOrder
from gateway.status import PetitionStatus
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.attachments import AttachmentKind, Scan
from services.contracts.base import Labelled
from services.contracts.circulars import PeriodKind
from services.contracts.conflicts import ConflictState
from services.contracts.deadlines import Binding, ClockState, Event, Level, Obligation, Unit
from services.contracts.directory import ContactPost, Organ, OrgLevel
from services.contracts.extensions import ExtensionState
from services.contracts.flows import ApprovalState, EntryKind, FlowGate, StepKind, StepPlace
from services.contracts.intake import Channel, Nature, Procedure, Route, Source, Urgency
from services.contracts.meetings import MeetingKind, SettlementKind
from services.contracts.milestones import MilestoneKind
from services.contracts.office import OfficeDutyState
from services.contracts.proposals import FindingKind, LimitUnit
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.reminders import AtOnceReason
from services.contracts.reviews import OwnerLevel, OwnershipGround, ReviewStage, ReviewState
from services.contracts.routing import (
    CaseGrade,
    DeliveryMode,
    Outcome,
    Recipient,
    ReferralKind,
    ReferralRole,
    ReferralState,
    RefusalReason,
)
from services.contracts.rules import RuleKind
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep


def _enum(labelled: type[Labelled]) -> Any:
    return graphene.Enum.from_enum(labelled, description=lambda value: value.label if value else labelled.__doc__)


ActEnum = _enum(Act)
ApprovalStateEnum = _enum(ApprovalState)
AttachmentKindEnum = _enum(AttachmentKind)
BindingEnum = _enum(Binding)
CaseGradeEnum = _enum(CaseGrade)
ChannelEnum = _enum(Channel)
ClockOrderEnum = _enum(ClockOrder)
ClockStateEnum = _enum(ClockState)
ConflictStateEnum = _enum(ConflictState)
ContactPostEnum = _enum(ContactPost)
DeliveryModeEnum = _enum(DeliveryMode)
EntryKindEnum = _enum(EntryKind)
EventEnum = _enum(Event)
ExtensionStateEnum = _enum(ExtensionState)
FindingKindEnum = _enum(FindingKind)
FlowGateEnum = _enum(FlowGate)
LevelEnum = _enum(Level)
LimitUnitEnum = _enum(LimitUnit)
MeasureEnum = _enum(Measure)
MeetingKindEnum = _enum(MeetingKind)
MilestoneKindEnum = _enum(MilestoneKind)
AtOnceReasonEnum = _enum(AtOnceReason)
NatureEnum = _enum(Nature)
ObligationEnum = _enum(Obligation)
OfficeDutyStateEnum = _enum(OfficeDutyState)
OrganEnum = _enum(Organ)
OrgLevelEnum = _enum(OrgLevel)
OutcomeEnum = _enum(Outcome)
OwnerLevelEnum = _enum(OwnerLevel)
OwnershipGroundEnum = _enum(OwnershipGround)
PaperKindEnum = _enum(PaperKind)
PeriodKindEnum = _enum(PeriodKind)
PetitionOrderEnum = _enum(PetitionOrder)
PetitionStatusEnum = _enum(PetitionStatus)
ProcedureEnum = _enum(Procedure)
RatingSideEnum = _enum(RatingSide)
RatingValueEnum = _enum(RatingValue)
RecipientEnum = _enum(Recipient)
ReferralKindEnum = _enum(ReferralKind)
ReferralRoleEnum = _enum(ReferralRole)
ReferralStateEnum = _enum(ReferralState)
RefusalReasonEnum = _enum(RefusalReason)
ReviewStageEnum = _enum(ReviewStage)
ReviewStateEnum = _enum(ReviewState)
RoleEnum = _enum(Role)
RouteEnum = _enum(Route)
RuleKindEnum = _enum(RuleKind)
ScanEnum = _enum(Scan)
SettlementKindEnum = _enum(SettlementKind)
SourceEnum = _enum(Source)
StepKindEnum = _enum(StepKind)
StepPlaceEnum = _enum(StepPlace)
SupervisionReasonEnum = _enum(SupervisionReason)
SupervisionStateEnum = _enum(SupervisionState)
SupervisionStepEnum = _enum(SupervisionStep)
TenantKindEnum = _enum(TenantKind)
UnitEnum = _enum(Unit)
UrgencyEnum = _enum(Urgency)
