"""The root types, put together."""

import graphene
from graphql import GraphQLSchema

from gateway.schema import office
from gateway.schema.clock_queries import ClockQueries
from gateway.schema.conflict_queries import ConflictQueries
from gateway.schema.flow_queries import FlowQueries
from gateway.schema.indicator_queries import IndicatorQueries
from gateway.schema.mutations import (
    answers,
    approvals,
    attachments,
    circulars,
    conflicts,
    deadlines,
    intake,
    meetings,
    reviews,
    routing,
)
from gateway.schema.owner_queries import OwnerQueries
from gateway.schema.proposal_queries import ProposalQueries
from gateway.schema.queries import CaseQueries
from gateway.schema.return_queries import ReturnQueries
from gateway.schema.supervision_queries import SupervisionQueries


class Query(
    ProposalQueries,
    ConflictQueries,
    OwnerQueries,
    FlowQueries,
    office.OfficeQueries,
    IndicatorQueries,
    ReturnQueries,
    SupervisionQueries,
    ClockQueries,
    CaseQueries,
    graphene.ObjectType,
):
    """What can be asked: all of it from the view, as far as the actor sees it."""


class Mutation(graphene.ObjectType):
    register_petition = intake.RegisterPetitionMutation.Field()
    reveal_petitioner = intake.RevealPetitionerMutation.Field()
    classify_petition = intake.ClassifyPetitionMutation.Field()
    record_rating = intake.RecordRatingMutation.Field()
    take_back_attachment = attachments.TakeBackAttachmentMutation.Field()
    refer_petition = routing.ReferPetitionMutation.Field()
    withdraw_referral = routing.WithdrawReferralMutation.Field()
    receive_referral = routing.ReceiveReferralMutation.Field()
    object_to_referral = routing.ObjectToReferralMutation.Field()
    decide_objection = routing.DecideObjectionMutation.Field()
    raise_dispute = routing.RaiseDisputeMutation.Field()
    decide_dispute = routing.DecideDisputeMutation.Field()
    forward_referral = routing.ForwardReferralMutation.Field()
    accept_referral = routing.AcceptReferralMutation.Field()
    refuse_referral = answers.RefuseReferralMutation.Field()
    overrule_refusal = answers.OverruleRefusalMutation.Field()
    note_progress = answers.NoteProgressMutation.Field()
    answer_referral = answers.AnswerReferralMutation.Field()
    send_back_answer = answers.SendBackAnswerMutation.Field()
    deliver_answer = answers.DeliverAnswerMutation.Field()
    close_petition = routing.ClosePetitionMutation.Field()
    request_review = reviews.RequestReviewMutation.Field()
    record_hearing = reviews.RecordHearingMutation.Field()
    decide_review = reviews.DecideReviewMutation.Field()
    deliver_review = reviews.DeliverReviewMutation.Field()
    assign_case_owner = reviews.AssignCaseOwnerMutation.Field()
    record_case_meeting = meetings.RecordCaseMeetingMutation.Field()
    take_back_case_meeting = meetings.TakeBackCaseMeetingMutation.Field()
    record_settlement = meetings.RecordSettlementMutation.Field()
    fulfil_settlement = meetings.FulfilSettlementMutation.Field()
    take_back_settlement = meetings.TakeBackSettlementMutation.Field()
    record_conflict = conflicts.RecordConflictMutation.Field()
    end_conflict = conflicts.EndConflictMutation.Field()
    start_approval = approvals.StartApprovalMutation.Field()
    pass_approval_step = approvals.PassApprovalStepMutation.Field()
    return_approval = approvals.ReturnApprovalMutation.Field()
    withdraw_approval = approvals.WithdrawApprovalMutation.Field()
    request_extension = deadlines.RequestExtensionMutation.Field()
    decide_extension = deadlines.DecideExtensionMutation.Field()
    withdraw_extension = deadlines.WithdrawExtensionMutation.Field()
    inform_of_extension = deadlines.InformOfExtensionMutation.Field()
    record_milestone = deadlines.RecordMilestoneMutation.Field()
    take_back_milestone = deadlines.TakeBackMilestoneMutation.Field()
    open_supervision = deadlines.OpenSupervisionMutation.Field()
    acknowledge_supervision = deadlines.AcknowledgeSupervisionMutation.Field()
    answer_supervision = deadlines.AnswerSupervisionMutation.Field()
    escalate_supervision = deadlines.EscalateSupervisionMutation.Field()
    close_supervision = deadlines.CloseSupervisionMutation.Field()
    withdraw_supervision = deadlines.WithdrawSupervisionMutation.Field()
    send_reminder = deadlines.SendReminderMutation.Field()
    acknowledge_reminder = deadlines.AcknowledgeReminderMutation.Field()
    issue_circular = circulars.IssueCircularMutation.Field()
    withdraw_circular = circulars.WithdrawCircularMutation.Field()
    record_office_duty = office.RecordOfficeDutyMutation.Field()
    take_back_office_duty = office.TakeBackOfficeDutyMutation.Field()


def build_schema() -> GraphQLSchema:
    schema: GraphQLSchema = graphene.Schema(query=Query, mutation=Mutation).graphql_schema
    return schema
