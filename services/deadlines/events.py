"""What has happened to a case: each thing for which a clock can be kept, with the moments of its events.

The newest state of each fact says it all, so the order in which the facts came leaves no trace.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from services.common.clock import legal_day
from services.contracts.deadlines import Event
from services.contracts.desk import Notice
from services.contracts.extensions import Extension
from services.contracts.flows import Approval, ApprovalState, EntryKind, StepKind
from services.contracts.intake import Petition
from services.contracts.meetings import CaseMeeting, MeetingKind
from services.contracts.milestones import Milestone, MilestoneKind
from services.contracts.ratings import FollowUp
from services.contracts.reviews import CaseOwner, Hearing, Review, ReviewStage
from services.contracts.routing import CaseGrade, Closure, Referral, ReferralKind, ReferralRole
from services.contracts.rules import Per
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import ReportKind, UrgentReport


class CaseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The newest state of everything that is known of one case, each sequence in any order."""

    petition: Petition
    referrals: tuple[Referral, ...] = ()
    closure: Closure | None = None
    reviews: tuple[Review, ...] = ()
    owner: CaseOwner | None = None
    extensions: tuple[Extension, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    meetings: tuple[CaseMeeting, ...] = ()
    approvals: tuple[Approval, ...] = ()
    notices: tuple[Notice, ...] = ()
    urgent_reports: tuple[UrgentReport, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


class Moment(msgspec.Struct, frozen=True):
    """When something happened: the legal day, and the instant where it is known."""

    on: date
    at: datetime | None = None

    @property
    def order(self) -> tuple[date, float]:
        """Within one day the instant decides; one that is not known comes first."""
        return self.on, self.at.timestamp() if self.at else 0.0


Events = Mapping[Event, tuple[Moment, ...]]
"""Of each event that has happened its moments, the first one first."""

BEFORE_A_LEADER = frozenset({StepKind.PRESENT, StepKind.INSTRUCT})

TIMED = frozenset(
    {
        Event.PETITION_REGISTERED,
        Event.PETITION_URGENT,
        Event.PETITION_URGENT_REPORTED,
        Event.PETITION_REFERRED,
        Event.PETITION_PRESENTED,
        Event.PETITION_FOLLOWED_UP,
        Event.REFERRAL_SENT,
        Event.MILESTONE_PROMISED,
    }
)
"""Events whose instant is known: hours and minutes can be counted between them alone."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One thing for which clocks are kept. What it has none of is None, and no rule asks for it."""

    per: Per
    id: str | None
    """None for the petition itself."""
    referral_id: str | None = None
    tenant: str | None = None
    """Who owes what is owed for it; None for the petition: its registrar."""
    named_day: date | None = None
    expected_on: date | None = None
    """When whoever owes it expects to answer."""
    kind: ReferralKind | None = None
    role: ReferralRole | None = None
    grade: CaseGrade | None = None
    stage: ReviewStage | None = None
    hearings: tuple[Hearing, ...] = ()
    events: Events
    """Its own and the petition's."""


def subjects(case: CaseFacts) -> list[Subject]:
    """The petition, and every referral, review, supervision and promise of it. A milestone taken back was none."""
    common = _petition_events(case)
    promises = (each for each in _standing(case.milestones) if each.kind is MilestoneKind.PROMISED)
    return [
        Subject(per=Per.PETITION, id=None, events=_in_order(common)),
        *(_of_referral(referral, case, common) for referral in case.referrals),
        *(_of_review(review, case, common) for review in case.reviews),
        *(_of_supervision(supervision, common) for supervision in case.supervisions),
        *(_of_promise(promise, common) for promise in promises),
    ]


Found = dict[Event, list[Moment]]


def _petition_events(case: CaseFacts) -> Found:
    petition = case.petition
    sent_out = [each for each in case.referrals if each.role is not ReferralRole.UNIT]
    leads = [each for each in sent_out if each.role is ReferralRole.LEAD]
    done: dict[MilestoneKind, list[Moment]] = {}
    for milestone in _standing(case.milestones):
        # Entered later than it was done, the hour of doing is not known: the entry's is what can be proved.
        done.setdefault(milestone.kind, []).append(Moment(milestone.on, milestone.at))
    # Whoever accepts a case, or does not, tells the petitioner so in writing; that he need not be told twice is why it
    # counts.
    told = [Moment(each.accepted_on) for each in leads if each.accepted_on]
    told += [Moment(each.refusal.on) for each in leads if each.refusal]
    told += [Moment(each.told_on) for each in case.notices if each.told_on]
    reported = (each.reported_at for each in case.urgent_reports if each.kind is ReportKind.URGENT)
    reached = (each for each in case.follow_ups if each.reached and each.taken_back is None)
    return {
        Event.PETITION_RECEIVED: [Moment(petition.received_on)],
        Event.PETITION_REGISTERED: [Moment(petition.registered_on, petition.registered_at)],
        Event.PETITION_URGENT: _instant(petition.urgent_since),
        Event.PETITION_URGENT_REPORTED: [
            *done.get(MilestoneKind.URGENT_REPORTED, []),
            *(Moment(legal_day(at), at) for at in reported),
        ],
        Event.PETITION_REFERRED: [Moment(each.sent_on, each.sent_at) for each in sent_out if each.stands],
        Event.PETITION_NOTICED: [*done.get(MilestoneKind.NOTICED, []), *told],
        Event.PETITION_PRESENTED: [*done.get(MilestoneKind.PRESENTED, []), *_presented(case.approvals)],
        Event.PETITION_CASE_MEETING: _coordinated(case.meetings),
        Event.PETITION_ANSWERED: [Moment(each.answer.answered_on) for each in leads if each.answer],
        Event.PETITION_FOLLOWED_UP: [
            *done.get(MilestoneKind.FOLLOWED_UP, []),
            *(Moment(each.on, each.at) for each in reached),
        ],
        Event.PETITION_CLOSED: _day(case.closure.closed_on if case.closure else None),
    }


def _of_referral(referral: Referral, case: CaseFacts, common: Found) -> Subject:
    reviews = [each for each in case.reviews if each.referral_id == referral.id and each.stage is ReviewStage.FIRST]
    own: Found = {
        Event.REFERRAL_SENT: [Moment(referral.sent_on, referral.sent_at)],
        Event.REFERRAL_RECEIVED: _day(referral.received_on),
        Event.REFERRAL_OBJECTED: _day(referral.objection.raised_on if referral.objection else None),
        Event.REFERRAL_ACCEPTED: _day(referral.accepted_on),
        Event.REFERRAL_REFUSED: _day(referral.refusal.on if referral.refusal else None),
        Event.REFERRAL_ANSWERED: _day(referral.answer.answered_on if referral.answer else None),
        Event.REFERRAL_DELIVERED: _day(referral.delivery.on if referral.delivery else None),
        Event.REFERRAL_REVIEW_REQUESTED: [Moment(each.requested_on) for each in reviews],
        Event.REFERRAL_ENDED: _day(None if referral.stands else referral.ended_on),
    }
    return Subject(
        per=Per.REFERRAL,
        id=referral.id,
        referral_id=referral.id,
        tenant=referral.to_tenant,
        named_day=referral.due_on,
        expected_on=referral.expected_on,
        kind=referral.kind,
        role=referral.role,
        grade=referral.grade or CaseGrade.ORDINARY,
        events=_in_order({**common, **own}),
    )


def _of_review(review: Review, case: CaseFacts, common: Found) -> Subject:
    following = [each.requested_on for each in case.reviews if each.first_review_id == review.id]
    own: Found = {
        Event.REVIEW_RECEIVED: _day(review.received_on),
        Event.REVIEW_HEARING: [Moment(each.opened_on) for each in review.hearings],
        Event.REVIEW_DECIDED: _day(review.decision.decided_on if review.decision else None),
        Event.REVIEW_DELIVERED: _day(review.delivery.on if review.delivery else None),
        Event.REVIEW_NEXT_REQUESTED: [Moment(day) for day in following],
    }
    return Subject(
        per=Per.REVIEW,
        id=review.id,
        referral_id=review.referral_id,
        tenant=review.body,
        stage=review.stage,
        hearings=tuple(review.hearings),
        events=_in_order({**common, **own}),
    )


def _of_supervision(supervision: Supervision, common: Found) -> Subject:
    own: Found = {
        Event.SUPERVISION_OPENED: _day(supervision.opened_on),
        Event.SUPERVISION_ANSWERED: _day(supervision.answered_on),
        Event.SUPERVISION_ENDED: _day(supervision.ended_on),
    }
    return Subject(
        per=Per.SUPERVISION,
        id=supervision.id,
        tenant=supervision.addressee,
        named_day=supervision.answer_by,
        events=_in_order({**common, **own}),
    )


def _of_promise(promise: Milestone, common: Found) -> Subject:
    own: Found = {Event.MILESTONE_PROMISED: [Moment(promise.on, promise.at)]}
    return Subject(
        per=Per.MILESTONE,
        id=promise.id,
        tenant=promise.tenant,
        named_day=promise.until,
        events=_in_order({**common, **own}),
    )


def _standing(milestones: Iterable[Milestone]) -> list[Milestone]:
    return [each for each in milestones if each.taken_back is None]


def _presented(approvals: Iterable[Approval]) -> list[Moment]:
    """When a flow put the case to a leader, or he instructed on it; later sent back, it was put to him all the same."""
    return [
        Moment(entry.on, entry.at)
        for approval in approvals
        if approval.state is not ApprovalState.WITHDRAWN
        for entry in approval.entries
        if entry.kind is EntryKind.PASSED
        and any(step.id == entry.step and step.kind in BEFORE_A_LEADER for step in approval.steps)
    ]


def _coordinated(meetings: Iterable[CaseMeeting]) -> list[Moment]:
    held = (each for each in meetings if each.kind is MeetingKind.COORDINATION and each.taken_back is None)
    return [Moment(each.held_on) for each in held]


def _day(day: date | None) -> list[Moment]:
    return [] if day is None else [Moment(day)]


def _instant(at: datetime | None) -> list[Moment]:
    return [] if at is None else [Moment(legal_day(at), at)]


def _in_order(found: Found) -> Events:
    return {
        event: tuple(sorted(moments, key=lambda moment: moment.order)) for event, moments in found.items() if moments
    }
