"""The objects of the view. Resolvers read what the policies let through; they decide nothing about rights."""

from typing import Any

import graphene

from gateway.documents.desk_fetching import CasePaper as CasePaperRow
from gateway.documents.desk_fetching import case_papers
from gateway.documents.reception_fetching import ReceptionPaper as ReceptionPaperRow
from gateway.documents.reception_fetching import papers_of_petition, receptions_of
from gateway.reading import TimelineRow
from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.archive_types import CaseArchive
from gateway.schema.attachment_types import Attachment
from gateway.schema.clock_types import Clock
from gateway.schema.desk_types import CasePaper, Notice, Talk
from gateway.schema.flow_types import Approval
from gateway.schema.matter_types import Matter
from gateway.schema.meeting_types import CaseMeeting, Settlement
from gateway.schema.proposal_types import Proposal
from gateway.schema.rating_types import FollowUp, Rating, RatingWindow, windows_of_petition
from gateway.schema.reception_paper_types import ReceptionPaper
from gateway.schema.reception_types import Appointment
from gateway.schema.referral_types import Journey, Referral
from gateway.schema.register_types import Call, Letter, Petitioner, Visit
from gateway.schema.review_types import CaseOwner, Review
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Extension, Milestone, Supervision
from gateway.schema.types import (
    Alias,
    PastAnswer,
    Place,
    Tenant,
    TimelineEntry,
    context_of,
    label_of,
    labels_of,
    of_row_or_state,
)
from gateway.schema.urgent_types import UrgentReport
from gateway.status import disposition
from services.contracts.channels import SizeBand, size_band
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.directory import Organisation
from services.contracts.duty_notes import DutyNote as DutyNoteFact
from services.contracts.intake import Petition as PetitionState
from services.contracts.journeys import Journey as JourneyFact
from services.contracts.journeys import journey_of
from services.contracts.receptions import Appointment as AppointmentFact
from services.contracts.receptions import VisitOutcome
from services.contracts.routing import ReferralKind
from services.contracts.supervision import Supervision as SupervisionFact
from services.contracts.urgent_reports import UrgentReport as UrgentReportFact


class DutyTurn(graphene.ObjectType):
    """值班领导"""

    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    place = graphene.String(required=True)
    hours = graphene.String(required=True)
    phone = graphene.String()
    weekday = graphene.Int(required=True)


def part_of_case(name: str) -> Any:
    """Resolves what of a petition stands in ``CaseParts`` under this name."""

    async def resolve(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        return getattr(await context_of(info).reader.parts.load(row.state.id), name)

    return staticmethod(resolve)


def of_known_people(name: str) -> Any:
    """Resolves what may tell who wrote: where the item hides it, for those alone who see the petitioners."""

    async def resolve(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        if row.state.hides_petitioners:
            private = await context_of(info).reader.private.load(row.state.id)
            if private.petitioners is None:
                return None
        return getattr(row.state, name)

    return staticmethod(resolve)


class Petition(graphene.ObjectType):
    """信访件"""

    class Meta:
        default_resolver = of_row_or_state

    id = UUID(required=True)
    number = graphene.String(required=True)
    query_code = graphene.String(description="查询码：仅登记单位和县信访局可见")
    status = graphene.Field(enums.PetitionStatusEnum, required=True)
    status_label = graphene.String(required=True)
    channel = graphene.Field(enums.ChannelEnum, required=True)
    channel_label = graphene.String(required=True)
    nature = graphene.Field(enums.NatureEnum, required=True)
    nature_label = graphene.String(required=True)
    urgency = graphene.Field(enums.UrgencyEnum, required=True)
    urgency_label = graphene.String(required=True)
    category = graphene.String()
    source = graphene.Field(enums.SourceEnum, required=True)
    source_label = graphene.String(required=True)
    route = graphene.Field(enums.RouteEnum, description="办理途径（《信访工作条例》第三十一条）；尚未确定的为空")
    route_label = graphene.String()
    procedure = graphene.Field(enums.ProcedureEnum, required=True)
    procedure_label = graphene.String(required=True)
    disposition = graphene.Field(enums.ReferralKindEnum, description="处置方式：自办、转送或交办；尚未确定的为空")
    disposition_label = graphene.String()
    repeated = graphene.Boolean(required=True, description="重复信访")
    matter = graphene.Field(Matter, required=True, description="所属信访事项：重复件、多人反映的件共属一个事项")
    skips_level = graphene.Boolean(required=True, description="越级")
    visitors = graphene.Int(description="来访人数")
    size_band = graphene.Field(enums.SizeBandEnum, description="来访规模")
    size_band_label = graphene.String()
    people_involved = graphene.Int(description="涉及人数")
    purpose = graphene.Field(enums.PurposeEnum, description="信访目的")
    purpose_label = graphene.String()
    marks = graphene.List(graphene.NonNull(enums.MarkEnum), required=True, description="标识")
    mark_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    prior = graphene.List(graphene.NonNull(enums.PriorProcedureEnum), required=True, description="同一事项已经过的程序")
    prior_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    local_kind = graphene.ID(description="登记单位自设的内容分类代码")
    letter = graphene.Field(Letter, description="来信的信封和附件；信访人保密的，仅登记单位和县信访局可见")
    visit = graphene.Field(Visit, description="来访接待的情况；信访人保密的，仅登记单位和县信访局可见")
    call = graphene.Field(Call, description="来电的情况；信访人保密的，仅登记单位和县信访局可见")
    filled_in_by = graphene.String(description="代填的工作人员")
    confidential = graphene.Boolean(required=True)
    anonymous = graphene.Boolean(required=True)
    historical = graphene.Boolean(required=True)
    received_on = graphene.Date(required=True)
    registered_at = graphene.DateTime(required=True)
    registered_on = graphene.Date(required=True)
    registered_same_day = graphene.Boolean(required=True, description="收到当日登记")
    registered_by = graphene.Field(Tenant)
    petitioners = graphene.List(
        graphene.NonNull(Petitioner), description="信访人（已脱敏）；申请保密的，对承办单位为空值"
    )
    place = graphene.Field(Place)
    title = graphene.String(required=True)
    body = graphene.String(required=True)
    demands = graphene.String(description="诉求")
    text_sealed = graphene.Boolean(
        required=True, description="标题、内容、诉求等处有遮盖，原文可用 revealText 查看并记入办理轨迹"
    )
    aliases = graphene.List(graphene.NonNull(Alias), required=True)
    past_answer = graphene.Field(PastAnswer)
    referrals = graphene.List(graphene.NonNull(Referral), required=True)
    journey = graphene.Field(Journey, required=True, description="流转情况")
    proposal = graphene.Field(Proposal, description="转办建议；仅登记单位和县信访局可见")
    clocks = graphene.List(graphene.NonNull(Clock), required=True)
    next_due_on = graphene.Date(description="最近一个未完成期限")
    duty_leader = graphene.Field(DutyTurn, description="登记时登记单位的值班（接访）领导")
    case_owner = graphene.Field(CaseOwner, description="包案领导")
    reviews = graphene.List(graphene.NonNull(Review), required=True, description="复查、复核")
    meetings = graphene.List(graphene.NonNull(CaseMeeting), required=True, description="会议")
    settlements = graphene.List(graphene.NonNull(Settlement), required=True, description="调解、和解协议")
    extensions = graphene.List(graphene.NonNull(Extension), required=True, description="延期申请")
    milestones = graphene.List(graphene.NonNull(Milestone), required=True, description="办理节点")
    approvals = graphene.List(graphene.NonNull(Approval), required=True, description="呈批")
    attachments = graphene.List(graphene.NonNull(Attachment), required=True, description="附件")
    talks = graphene.List(graphene.NonNull(Talk), required=True, description="接谈笔录，先谈的在前")
    notices = graphene.List(graphene.NonNull(Notice), required=True, description="告知书")
    papers = graphene.List(
        graphene.NonNull(CasePaper),
        required=True,
        description="登记表、处理表、接谈笔录、告知书和紧急报告；转送交办的文书见 referrals 的 papers",
    )
    appointment = graphene.Field(Appointment, description="由哪一次接访登记而来；看不到该预约的为空")
    reception_papers = graphene.List(
        graphene.NonNull(ReceptionPaper),
        required=True,
        description="由接访而来的，其四单一记录：登记单、交办单、督办单、办结单和接谈记录；看不到接访的为空",
    )
    ratings = graphene.List(graphene.NonNull(Rating), required=True, description="满意度评价")
    rating_windows = graphene.List(graphene.NonNull(RatingWindow), required=True, description="两方的评价期")
    follow_ups = graphene.List(graphene.NonNull(FollowUp), required=True, description="回访，先访的在前")
    supervisions = graphene.List(
        graphene.NonNull(Supervision), required=True, description="督办：督办单位、被督办单位和县信访局可见"
    )
    urgent_reports = graphene.List(
        graphene.NonNull(UrgentReport), required=True, description="紧急报告：报告单位、被告知的单位和县信访局可见"
    )
    accused = graphene.List(graphene.NonNull(Tenant), required=True, description="被反映单位")
    accused_users = graphene.List(graphene.NonNull(graphene.ID), required=True, description="被反映人的登录名")
    accused_people = graphene.List(graphene.NonNull(graphene.String), required=True, description="被反映人姓名")
    readers = graphene.List(graphene.NonNull(graphene.ID), required=True, description="检举控告件的知悉人员登录名")
    closed_on = graphene.Date()
    archive = graphene.Field(CaseArchive, description="归档登记；从未归档的为空，撤销的见 takenBack")
    timeline = graphene.List(graphene.NonNull(TimelineEntry), required=True)

    @staticmethod
    async def resolve_query_code(row: PetitionRow, info: graphene.ResolveInfo) -> str | None:
        return (await context_of(info).reader.private.load(row.state.id)).query_code

    @staticmethod
    async def resolve_petitioners(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        return (await context_of(info).reader.private.load(row.state.id)).petitioners

    resolve_status_label = label_of("status")
    resolve_channel_label = label_of("channel")
    resolve_nature_label = label_of("nature")
    resolve_urgency_label = label_of("urgency")
    resolve_source_label = label_of("source")
    resolve_route_label = label_of("route")
    resolve_procedure_label = label_of("procedure")
    resolve_purpose_label = label_of("purpose")
    resolve_mark_labels = labels_of("marks")
    resolve_prior_labels = labels_of("prior")

    @staticmethod
    def resolve_size_band(row: PetitionRow, info: graphene.ResolveInfo) -> SizeBand | None:
        return size_band(row.state.visitors) if row.state.visitors else None

    @staticmethod
    def resolve_size_band_label(row: PetitionRow, info: graphene.ResolveInfo) -> str | None:
        return size_band(row.state.visitors).label if row.state.visitors else None

    resolve_letter = of_known_people("letter")
    resolve_visit = of_known_people("visit")
    resolve_call = of_known_people("call")

    @staticmethod
    def resolve_matter(row: PetitionRow, info: graphene.ResolveInfo) -> PetitionState:
        return row.state

    @staticmethod
    async def resolve_registered_by(row: PetitionRow, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.state.registered_by)

    @staticmethod
    async def resolve_accused(row: PetitionRow, info: graphene.ResolveInfo) -> list[Organisation]:
        directory = await context_of(info).reader.shared(Organisation)
        return [directory[code] for code in row.state.accused if code in directory]

    @staticmethod
    def resolve_place(row: PetitionRow, info: graphene.ResolveInfo) -> dict[str, str | None] | None:
        return {"code": row.state.place, "name": row.state.place_name} if row.state.place else None

    @staticmethod
    async def resolve_disposition(row: PetitionRow, info: graphene.ResolveInfo) -> ReferralKind | None:
        return disposition((await context_of(info).reader.parts.load(row.state.id)).referrals)

    @staticmethod
    async def resolve_disposition_label(row: PetitionRow, info: graphene.ResolveInfo) -> str | None:
        decided = disposition((await context_of(info).reader.parts.load(row.state.id)).referrals)
        return decided.label if decided else None

    @staticmethod
    def resolve_registered_same_day(row: PetitionRow, info: graphene.ResolveInfo) -> bool:
        return row.state.registered_on == row.state.received_on

    resolve_referrals = part_of_case("referrals")
    resolve_proposal = part_of_case("proposal")

    @staticmethod
    async def resolve_journey(row: PetitionRow, info: graphene.ResolveInfo) -> JourneyFact:
        return journey_of((await context_of(info).reader.parts.load(row.state.id)).referrals)

    resolve_case_owner = part_of_case("case_owner")
    resolve_reviews = part_of_case("reviews")
    resolve_meetings = part_of_case("meetings")
    resolve_settlements = part_of_case("settlements")
    resolve_extensions = part_of_case("extensions")
    resolve_milestones = part_of_case("milestones")
    resolve_approvals = part_of_case("approvals")
    resolve_attachments = part_of_case("attachments")
    resolve_talks = part_of_case("talks")
    resolve_notices = part_of_case("notices")
    resolve_archive = part_of_case("archive")

    @staticmethod
    async def resolve_papers(row: PetitionRow, info: graphene.ResolveInfo) -> list[CasePaperRow]:
        return await case_papers(reader=context_of(info).reader, petition=row.state)

    @staticmethod
    async def resolve_appointment(row: PetitionRow, info: graphene.ResolveInfo) -> AppointmentFact | None:
        visits = await receptions_of(context_of(info).reader, row.state.id)
        registered = (each for each in visits if each.outcome and each.outcome.kind is VisitOutcome.REGISTERED)
        return next(registered, None)

    @staticmethod
    async def resolve_reception_papers(row: PetitionRow, info: graphene.ResolveInfo) -> list[ReceptionPaperRow]:
        return await papers_of_petition(reader=context_of(info).reader, petition_id=row.state.id)

    resolve_ratings = part_of_case("ratings")
    resolve_rating_windows = staticmethod(windows_of_petition)
    resolve_follow_ups = part_of_case("follow_ups")

    @staticmethod
    async def resolve_clocks(row: PetitionRow, info: graphene.ResolveInfo) -> list[ClockFact]:
        return await context_of(info).reader.clocks(row.state.id)

    @staticmethod
    async def resolve_supervisions(row: PetitionRow, info: graphene.ResolveInfo) -> list[SupervisionFact]:
        return await context_of(info).reader.supervisions(row.state.id)

    @staticmethod
    async def resolve_urgent_reports(row: PetitionRow, info: graphene.ResolveInfo) -> list[UrgentReportFact]:
        return await context_of(info).reader.urgent_reports(row.state.id)

    @staticmethod
    async def resolve_duty_leader(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        note: DutyNoteFact | None = (await context_of(info).reader.parts.load(row.state.id)).duty_note
        return note.turn if note else None

    @staticmethod
    async def resolve_closed_on(row: PetitionRow, info: graphene.ResolveInfo) -> Any:
        closure = (await context_of(info).reader.parts.load(row.state.id)).closure
        return closure.closed_on if closure else None

    @staticmethod
    async def resolve_timeline(row: PetitionRow, info: graphene.ResolveInfo) -> list[TimelineRow]:
        return await context_of(info).reader.timeline.load(row.state.id)
