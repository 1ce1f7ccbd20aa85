"""The enumerations of the contracts in GraphQL, each value described by its Chinese label."""

from typing import Any

import graphene

from gateway.documents.copies import PaperCopy
from gateway.documents.papers import PaperKind
from gateway.documents.reception_papers import ReceptionPaperKind
from gateway.indicators.figures import Measure
from gateway.ordering import ClockOrder, PetitionOrder
from gateway.reception_figures.figures import PromiseState
from gateway.reception_figures.quotas import QuotaState
from gateway.searching.hits import SearchField
from gateway.status import PetitionStatus
from gateway.subscriptions.mailbox import Told
from gateway.trends import TrendKind
from gateway.work.kinds import OverviewOrder, Subject, TaskKind
from services.contracts.absences import ImportStep
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.announcements import FeedOf
from services.contracts.attachments import AttachmentKind, Scan
from services.contracts.base import Labelled
from services.contracts.channels import CompanionKind, LetterForm, Mark, PriorProcedure, Purpose, SizeBand
from services.contracts.circulars import PeriodKind
from services.contracts.conflicts import ConflictState
from services.contracts.deadlines import Binding, ClockState, Event, Level, Obligation, Unit
from services.contracts.desk import AnswerKind, NoticeKind, SignerRole, TriageOutcome
from services.contracts.directory import ContactPost, Organ, OrgLevel
from services.contracts.drafts import DraftState
from services.contracts.evaluations import Verdict
from services.contracts.extensions import ExtensionState
from services.contracts.fact import Repeat
from services.contracts.flows import ApprovalState, EntryKind, FlowGate, StepKind, StepPlace
from services.contracts.forms import Need
from services.contracts.handovers import LogEntryKind, LogState
from services.contracts.identity import AccountOrigin, SignInMethod
from services.contracts.intake import Channel, Nature, Procedure, Route, Source, Urgency
from services.contracts.meetings import MeetingKind, SettlementKind
from services.contracts.milestones import MilestoneKind
from services.contracts.network import InformationWay, ItemLevel, ItemState, NetworkRole
from services.contracts.office import OfficeDutyState
from services.contracts.people import DocumentKind, PersonKind, PersonRole, PoliticalStatus, Sex
from services.contracts.presence import AlertKind
from services.contracts.proposals import FindingKind, LimitUnit
from services.contracts.ratings import AppealState, FollowUpWay, RatingSide, RatingState, RatingValue, RatingWay
from services.contracts.receptions import AppointmentState, BookingWay, VisitOutcome
from services.contracts.reminders import AtOnceReason
from services.contracts.repeats import Advice, MatchReason, Standing
from services.contracts.reviews import OwnerLevel, OwnershipGround, ReviewStage, ReviewState
from services.contracts.roster_people import AbsenceKind, AbsenceState
from services.contracts.roster_rules import (
    Choice,
    HolidayPolicy,
    Qualification,
    QuotaUnit,
    Rank,
    ReceptionMode,
    Rest,
    SeatRole,
    ServiceKind,
)
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
from services.contracts.shifts import SeatOrigin, ShiftStatus
from services.contracts.substitutions import SubstitutionKind, SubstitutionState
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep
from services.contracts.urgent_reports import Addressee, ReportKind


def _enum(labelled: type[Labelled]) -> Any:
    return graphene.Enum.from_enum(labelled, description=lambda value: value.label if value else labelled.__doc__)


AccountOriginEnum = _enum(AccountOrigin)
ActEnum = _enum(Act)
RepeatEnum = _enum(Repeat)
AdviceEnum = _enum(Advice)
AppealStateEnum = _enum(AppealState)
AnswerKindEnum = _enum(AnswerKind)
ApprovalStateEnum = _enum(ApprovalState)
AttachmentKindEnum = _enum(AttachmentKind)
BindingEnum = _enum(Binding)
CaseGradeEnum = _enum(CaseGrade)
ChannelEnum = _enum(Channel)
ClockOrderEnum = _enum(ClockOrder)
ClockStateEnum = _enum(ClockState)
CompanionKindEnum = _enum(CompanionKind)
ConflictStateEnum = _enum(ConflictState)
ContactPostEnum = _enum(ContactPost)
DeliveryModeEnum = _enum(DeliveryMode)
DocumentKindEnum = _enum(DocumentKind)
DraftStateEnum = _enum(DraftState)
EntryKindEnum = _enum(EntryKind)
EventEnum = _enum(Event)
ExtensionStateEnum = _enum(ExtensionState)
FeedOfEnum = _enum(FeedOf)
FindingKindEnum = _enum(FindingKind)
FlowGateEnum = _enum(FlowGate)
FollowUpWayEnum = _enum(FollowUpWay)
InformationWayEnum = _enum(InformationWay)
ItemLevelEnum = _enum(ItemLevel)
ItemStateEnum = _enum(ItemState)
LetterFormEnum = _enum(LetterForm)
LevelEnum = _enum(Level)
LogEntryKindEnum = _enum(LogEntryKind)
LogStateEnum = _enum(LogState)
LimitUnitEnum = _enum(LimitUnit)
MarkEnum = _enum(Mark)
MatchReasonEnum = _enum(MatchReason)
MeasureEnum = _enum(Measure)
MeetingKindEnum = _enum(MeetingKind)
MilestoneKindEnum = _enum(MilestoneKind)
AddresseeEnum = _enum(Addressee)
AtOnceReasonEnum = _enum(AtOnceReason)
NatureEnum = _enum(Nature)
NeedEnum = _enum(Need)
NoticeKindEnum = _enum(NoticeKind)
ObligationEnum = _enum(Obligation)
OfficeDutyStateEnum = _enum(OfficeDutyState)
NetworkRoleEnum = _enum(NetworkRole)
OrganEnum = _enum(Organ)
OrgLevelEnum = _enum(OrgLevel)
OutcomeEnum = _enum(Outcome)
OwnerLevelEnum = _enum(OwnerLevel)
OwnershipGroundEnum = _enum(OwnershipGround)
PaperCopyEnum = _enum(PaperCopy)
PaperKindEnum = _enum(PaperKind)
PeriodKindEnum = _enum(PeriodKind)
PersonKindEnum = _enum(PersonKind)
PersonRoleEnum = _enum(PersonRole)
PetitionOrderEnum = _enum(PetitionOrder)
PetitionStatusEnum = _enum(PetitionStatus)
PoliticalStatusEnum = _enum(PoliticalStatus)
PriorProcedureEnum = _enum(PriorProcedure)
ProcedureEnum = _enum(Procedure)
PurposeEnum = _enum(Purpose)
RatingSideEnum = _enum(RatingSide)
RatingStateEnum = _enum(RatingState)
RatingValueEnum = _enum(RatingValue)
RatingWayEnum = _enum(RatingWay)
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
SearchFieldEnum = _enum(SearchField)
ScanEnum = _enum(Scan)
SexEnum = _enum(Sex)
SettlementKindEnum = _enum(SettlementKind)
SizeBandEnum = _enum(SizeBand)
SignInMethodEnum = _enum(SignInMethod)
SignerRoleEnum = _enum(SignerRole)
SourceEnum = _enum(Source)
StandingEnum = _enum(Standing)
StepKindEnum = _enum(StepKind)
StepPlaceEnum = _enum(StepPlace)
SupervisionReasonEnum = _enum(SupervisionReason)
SupervisionStateEnum = _enum(SupervisionState)
SupervisionStepEnum = _enum(SupervisionStep)
TaskKindEnum = _enum(TaskKind)
TaskSubjectEnum = _enum(Subject)
OverviewOrderEnum = _enum(OverviewOrder)
TenantKindEnum = _enum(TenantKind)
TriageOutcomeEnum = _enum(TriageOutcome)
TrendKindEnum = _enum(TrendKind)
UnitEnum = _enum(Unit)
UrgencyEnum = _enum(Urgency)
UrgentReportKindEnum = _enum(ReportKind)
RankEnum = _enum(Rank)
SeatRoleEnum = _enum(SeatRole)
QualificationEnum = _enum(Qualification)
ReceptionModeEnum = _enum(ReceptionMode)
QuotaUnitEnum = _enum(QuotaUnit)
BookingWayEnum = _enum(BookingWay)
VisitOutcomeEnum = _enum(VisitOutcome)
VerdictEnum = _enum(Verdict)
QuotaStateEnum = _enum(QuotaState)
PromiseStateEnum = _enum(PromiseState)
ReceptionPaperKindEnum = _enum(ReceptionPaperKind)
AbsenceKindEnum = _enum(AbsenceKind)
AbsenceStateEnum = _enum(AbsenceState)
SubstitutionKindEnum = _enum(SubstitutionKind)
SubstitutionStateEnum = _enum(SubstitutionState)
AlertKindEnum = _enum(AlertKind)
ImportStepEnum = _enum(ImportStep)
ServiceKindEnum = _enum(ServiceKind)
SeatOriginEnum = _enum(SeatOrigin)
ShiftStatusEnum = _enum(ShiftStatus)
AppointmentStateEnum = _enum(AppointmentState)
ToldEnum = _enum(Told)
ChoiceEnum = _enum(Choice)
HolidayPolicyEnum = _enum(HolidayPolicy)
RestEnum = _enum(Rest)
