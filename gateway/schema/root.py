"""The root types, put together."""

import graphene
from graphql import GraphQLSchema

from gateway.schema import office
from gateway.schema.absence_queries import AbsenceQueries
from gateway.schema.announcement_queries import AnnouncementQueries
from gateway.schema.api_key_queries import ApiKeyQueries
from gateway.schema.archive_queries import ArchiveQueries
from gateway.schema.clock_queries import ClockQueries
from gateway.schema.conflict_queries import ConflictQueries
from gateway.schema.describing import describe
from gateway.schema.desk_queries import DeskQueries
from gateway.schema.draft_queries import DraftQueries
from gateway.schema.evaluation_queries import EvaluationQueries
from gateway.schema.flow_queries import FlowQueries
from gateway.schema.form_queries import FormQueries
from gateway.schema.handover_queries import HandoverQueries
from gateway.schema.indicator_queries import IndicatorQueries
from gateway.schema.information_queries import InformationQueries
from gateway.schema.ledger_queries import LedgerQueries
from gateway.schema.letter_queries import LetterQueries
from gateway.schema.mutations import (
    absences,
    announcements,
    answers,
    api_keys,
    approvals,
    archives,
    attachments,
    circulars,
    conflicts,
    deadlines,
    desk,
    drafts,
    evaluations,
    handovers,
    intake,
    meetings,
    network,
    presence,
    ratings,
    readers,
    receptions,
    repeats,
    reviews,
    roster_setup,
    routing,
    shifts,
    substitutions,
    urgent,
    users,
    visit_registration,
)
from gateway.schema.network_queries import NetworkQueries
from gateway.schema.overview_queries import OverviewQueries
from gateway.schema.owner_queries import OwnerQueries
from gateway.schema.presence_queries import PresenceQueries
from gateway.schema.proposal_queries import ProposalQueries
from gateway.schema.queries import CaseQueries
from gateway.schema.reading_watch import watch
from gateway.schema.reception_figures_queries import ReceptionFiguresQueries
from gateway.schema.reception_queries import ReceptionQueries
from gateway.schema.repeat_queries import RepeatQueries
from gateway.schema.return_queries import ReturnQueries
from gateway.schema.roster_setup_queries import RosterSetupQueries
from gateway.schema.search_queries import SearchQueries
from gateway.schema.shift_queries import ShiftQueries
from gateway.schema.subscriptions import Subscription
from gateway.schema.substitution_queries import SubstitutionQueries
from gateway.schema.supervision_queries import SupervisionQueries
from gateway.schema.tenant_desk_queries import TenantDeskQueries
from gateway.schema.trend_queries import TrendQueries
from gateway.schema.urgent_queries import UrgentQueries
from gateway.schema.user_queries import UserQueries
from gateway.schema.versions import add_versions
from gateway.schema.visit_answer_queries import VisitAnswerQueries
from gateway.schema.work_queries import WorkQueries

BY_GATEWAY = frozenset(
    {
        *("createUser", "updateUser", "closeUser", "reopenUser", "resetPassword", "unlockUser"),
        *("endSessions", "changePassword", "createApiKey", "revokeApiKey"),
    }
)
"""Mutations that no service carries out: what they rest on stands in their own input."""


class Query(
    WorkQueries,
    OverviewQueries,
    RosterSetupQueries,
    SubstitutionQueries,
    PresenceQueries,
    AbsenceQueries,
    HandoverQueries,
    NetworkQueries,
    InformationQueries,
    EvaluationQueries,
    ReceptionFiguresQueries,
    VisitAnswerQueries,
    ReceptionQueries,
    AnnouncementQueries,
    ApiKeyQueries,
    DeskQueries,
    FormQueries,
    TenantDeskQueries,
    DraftQueries,
    UrgentQueries,
    UserQueries,
    LetterQueries,
    ArchiveQueries,
    LedgerQueries,
    ProposalQueries,
    ConflictQueries,
    OwnerQueries,
    FlowQueries,
    office.OfficeQueries,
    IndicatorQueries,
    SearchQueries,
    ShiftQueries,
    RepeatQueries,
    TrendQueries,
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
    reveal_text = intake.RevealTextMutation.Field()
    classify_petition = intake.ClassifyPetitionMutation.Field()
    link_petition = repeats.LinkPetitionMutation.Field()
    unlink_petition = repeats.UnlinkPetitionMutation.Field()
    record_rating = ratings.RecordRatingMutation.Field()
    appeal_rating = ratings.AppealRatingMutation.Field()
    decide_rating_appeal = ratings.DecideRatingAppealMutation.Field()
    record_follow_up = ratings.RecordFollowUpMutation.Field()
    take_back_follow_up = ratings.TakeBackFollowUpMutation.Field()
    name_readers = readers.NameReadersMutation.Field()
    report_urgent = urgent.ReportUrgentMutation.Field()
    add_later_report = urgent.AddLaterReportMutation.Field()
    acknowledge_report = urgent.AcknowledgeReportMutation.Field()
    save_draft = drafts.SaveDraftMutation.Field()
    discard_draft = drafts.DiscardDraftMutation.Field()
    take_back_attachment = attachments.TakeBackAttachmentMutation.Field()
    record_triage = desk.RecordTriageMutation.Field()
    take_back_triage = desk.TakeBackTriageMutation.Field()
    record_talk = desk.RecordTalkMutation.Field()
    sign_talk = desk.SignTalkMutation.Field()
    take_back_talk = desk.TakeBackTalkMutation.Field()
    issue_notice = desk.IssueNoticeMutation.Field()
    deliver_notice = desk.DeliverNoticeMutation.Field()
    take_back_notice = desk.TakeBackNoticeMutation.Field()
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
    decline_petition = answers.DeclinePetitionMutation.Field()
    overrule_refusal = answers.OverruleRefusalMutation.Field()
    note_progress = answers.NoteProgressMutation.Field()
    answer_referral = answers.AnswerReferralMutation.Field()
    send_back_answer = answers.SendBackAnswerMutation.Field()
    deliver_answer = answers.DeliverAnswerMutation.Field()
    close_petition = routing.ClosePetitionMutation.Field()
    archive_case = archives.ArchiveCaseMutation.Field()
    take_back_archive = archives.TakeBackArchiveMutation.Field()
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
    evaluate_member = evaluations.EvaluateMemberMutation.Field()
    take_back_evaluation = evaluations.TakeBackEvaluationMutation.Field()
    save_member = roster_setup.SaveMemberMutation.Field()
    save_rule = roster_setup.SaveRuleMutation.Field()
    end_rule = roster_setup.EndRuleMutation.Field()
    save_interests = roster_setup.SaveInterestsMutation.Field()
    plan_shifts = shifts.PlanShiftsMutation.Field()
    enter_shift = shifts.EnterShiftMutation.Field()
    name_seat = shifts.NameSeatMutation.Field()
    cancel_shift = shifts.CancelShiftMutation.Field()
    publish_announcement = announcements.PublishAnnouncementMutation.Field()
    file_roster = announcements.FileRosterMutation.Field()
    take_back_filing = announcements.TakeBackFilingMutation.Field()
    rotate_feed = announcements.RotateFeedMutation.Field()
    revoke_feed = announcements.RevokeFeedMutation.Field()
    create_api_key = api_keys.CreateApiKeyMutation.Field()
    revoke_api_key = api_keys.RevokeApiKeyMutation.Field()
    write_log = handovers.WriteLogMutation.Field()
    settle_log_entry = handovers.SettleLogEntryMutation.Field()
    hand_over = handovers.HandOverMutation.Field()
    acknowledge_handover = handovers.AcknowledgeHandoverMutation.Field()
    save_network_post = network.SaveNetworkPostMutation.Field()
    import_network = network.ImportNetworkMutation.Field()
    send_information = network.SendInformationMutation.Field()
    forward_information = network.ForwardInformationMutation.Field()
    decide_information = network.DecideInformationMutation.Field()
    link_information = network.LinkInformationMutation.Field()
    take_back_information = network.TakeBackInformationMutation.Field()
    book_appointment = receptions.BookAppointmentMutation.Field()
    decide_appointment = receptions.DecideAppointmentMutation.Field()
    move_appointment = receptions.MoveAppointmentMutation.Field()
    move_appointments = receptions.MoveAppointmentsMutation.Field()
    cancel_appointment = receptions.CancelAppointmentMutation.Field()
    arrive = receptions.ArriveMutation.Field()
    call_next = receptions.CallNextMutation.Field()
    finish_appointment = receptions.FinishAppointmentMutation.Field()
    record_questionnaire = receptions.RecordQuestionnaireMutation.Field()
    miss_appointment = receptions.MissAppointmentMutation.Field()
    take_back_visit = receptions.TakeBackVisitMutation.Field()
    recuse = receptions.RecuseMutation.Field()
    take_back_recusal = receptions.TakeBackRecusalMutation.Field()
    reveal_visitor = receptions.RevealVisitorMutation.Field()
    register_from_appointment = visit_registration.RegisterFromAppointmentMutation.Field()
    request_absence = absences.RequestAbsenceMutation.Field()
    decide_absence = absences.DecideAbsenceMutation.Field()
    cancel_absence = absences.CancelAbsenceMutation.Field()
    import_absences = absences.ImportAbsencesMutation.Field()
    request_substitution = substitutions.RequestSubstitutionMutation.Field()
    decide_substitution = substitutions.DecideSubstitutionMutation.Field()
    take_back_substitution = substitutions.TakeBackSubstitutionMutation.Field()
    check_in = presence.CheckInMutation.Field()
    check_out = presence.CheckOutMutation.Field()
    take_back_check = presence.TakeBackCheckMutation.Field()
    create_user = users.CreateUserMutation.Field()
    update_user = users.UpdateUserMutation.Field()
    close_user = users.CloseUserMutation.Field()
    reopen_user = users.ReopenUserMutation.Field()
    reset_password = users.ResetPasswordMutation.Field()
    unlock_user = users.UnlockUserMutation.Field()
    end_sessions = users.EndSessionsMutation.Field()
    change_password = users.ChangePasswordMutation.Field()


def build_schema() -> GraphQLSchema:
    schema: GraphQLSchema = graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription).graphql_schema
    add_versions(schema, without=BY_GATEWAY)
    watch(schema)
    describe(schema)
    return schema
