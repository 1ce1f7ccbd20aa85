"""Facts of one case, as short as a test can say them, and the clocks that they give."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from services.common.clock import legal_day
from services.common.known_calendar import known_days
from services.common.workdays import Calendar, calendar_of
from services.contracts.actor import ActorRef, Role
from services.contracts.deadlines import Clock, Obligation
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.flows import Approval, ApprovalEntry, ApprovalState, EntryKind, FlowStep, StepKind
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.meetings import CaseMeeting, MeetingKind
from services.contracts.milestones import Milestone, MilestoneKind
from services.contracts.reviews import Review, ReviewStage
from services.contracts.routing import (
    Answer,
    Closure,
    Delivery,
    DeliveryMode,
    Dispute,
    NonAcceptance,
    Objection,
    Outcome,
    Referral,
    ReferralKind,
    ReferralRole,
    ReferralState,
    RefusalReason,
)
from services.contracts.rules import Regime, Rule, RuleKind, RuleSet
from services.contracts.supervision import Supervision, SupervisionReason, SupervisionState
from services.deadlines.obligations import CaseFacts, obligations
from services.deadlines.rules import Rules, load_rules

RULES: Rules = load_rules()
CALENDAR: Calendar = calendar_of(known_days(last_year=2028))
MOMENT = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
"""Nine o'clock of ``MONDAY`` in China."""
MONDAY = date(2026, 8, 3)
DAY = timedelta(days=1)
CLERK = ActorRef(tenant="xfj", user="clerk", name="张三")


def petition(**changes: Any) -> Petition:
    base = Petition(
        id="p1",
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.LETTER,
        received_on=MONDAY,
        registered_at=MOMENT,
        registered_on=MONDAY,
        registered_by="xfj",
        registrar="clerk",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
        registrar_name="张三",
    )
    return msgspec.structs.replace(base, **changes)


def referral(**changes: Any) -> Referral:
    base = Referral(
        id="r1",
        petition_id="p1",
        petition_number="2026-1",
        registered_by="xfj",
        kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD,
        from_tenant="xfj",
        to_tenant="jtj",
        state=ReferralState.SENT,
        sent_at=MOMENT + DAY,
        sent_on=MONDAY + DAY,
        due_on=None,
        note=None,
    )
    return msgspec.structs.replace(base, **changes)


def answered(on: date) -> Answer:
    return Answer(outcome=Outcome.SUPPORTED, opinion="已列入计划", answered_on=on)


def delivered(on: date) -> Delivery:
    return Delivery(mode=DeliveryMode.IN_PERSON, on=on, signed=True)


def not_accepted(on: date) -> NonAcceptance:
    return NonAcceptance(
        reason=RefusalReason.IN_PROCEDURE, way="向人民法院起诉", explanation="该事项应当通过诉讼解决", on=on
    )


def disputed(on: date) -> Dispute:
    return Dispute(reason="不属于本单位职权范围", raised_on=on, decider="xzf", by_conference=False)


RECEIVED: dict[str, Any] = {"state": ReferralState.RECEIVED, "received_on": date(2026, 8, 5)}
ACCEPTED = RECEIVED | {"state": ReferralState.ACCEPTED, "accepted_on": date(2026, 8, 7)}
ANSWER = answered(date(2026, 9, 1))
ANSWERED = ACCEPTED | {"state": ReferralState.ANSWERED, "answer": ANSWER}
DELIVERED = ANSWERED | {"state": ReferralState.DELIVERED, "delivery": delivered(date(2026, 9, 3))}
RETURNED = RECEIVED | {
    "state": ReferralState.RETURNED,
    "ended_on": date(2026, 8, 11),
    "objection": Objection(reason="非本单位职权", raised_on=date(2026, 8, 10), upheld=True),
}
WITHDRAWN: dict[str, Any] = {"state": ReferralState.WITHDRAWN, "ended_on": date(2026, 8, 6)}


def review(**changes: Any) -> Review:
    base = Review(
        id="v1",
        petition_id="p1",
        petition_number="2026-1",
        referral_id="r1",
        first_review_id=None,
        stage=ReviewStage.FIRST,
        body="xzf",
        handling_body="jtj",
        registered_by="xfj",
        requested_on=date(2026, 9, 10),
        received_on=date(2026, 9, 14),
        reason="不服",
    )
    return msgspec.structs.replace(base, **changes)


def final_review(**changes: Any) -> Review:
    base = review(
        id="v2",
        first_review_id="v1",
        stage=ReviewStage.FINAL,
        body="szf",
        requested_on=date(2026, 11, 2),
        received_on=date(2026, 11, 3),
    )
    return msgspec.structs.replace(base, **changes)


def supervision(**changes: Any) -> Supervision:
    base = Supervision(
        id="s1",
        petition_id="p1",
        petition_number="2026-1",
        clock_id=None,
        obligation=None,
        reason=SupervisionReason.SHIRKING,
        opened_by="xfj",
        addressee="jtj",
        state=SupervisionState.OPEN,
        opened_on=date(2026, 9, 1),
        answer_by=date(2026, 9, 8),
        answered_on=None,
        ended_on=None,
        first_receiver="张三",
        case_owner=None,
        entries=[],
    )
    return msgspec.structs.replace(base, **changes)


def milestone(kind: MilestoneKind, on: date, **changes: Any) -> Milestone:
    base = Milestone(
        id=f"m-{kind}-{on}",
        petition_id="p1",
        kind=kind,
        at=datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC),
        on=on,
        tenant="xfj",
        by=CLERK,
        note="已办",
    )
    return msgspec.structs.replace(base, **changes)


def meeting(held_on: date, **changes: Any) -> CaseMeeting:
    base = CaseMeeting(
        id=f"c-{held_on}",
        petition_id="p1",
        petition_number="2026-1",
        registered_by="xfj",
        tenant="xfj",
        kind=MeetingKind.COORDINATION,
        held_on=held_on,
        entered_on=held_on,
        chair="李四",
        place="会议室",
        attendance=[],
        decision="由交通局牵头办理",
        tasks=[],
    )
    return msgspec.structs.replace(base, **changes)


STEPS = [
    FlowStep(id="present", name="呈分管领导", kind=StepKind.PRESENT, roles=[Role.CLERK]),
    FlowStep(id="instruct", name="领导批示", kind=StepKind.INSTRUCT, roles=[Role.LEADER]),
]


def passed(step: str, at: datetime, kind: EntryKind = EntryKind.PASSED) -> ApprovalEntry:
    return ApprovalEntry(step=step, kind=kind, text="请阅示", leader=None, at=at, on=legal_day(at), by=CLERK)


def approval(*entries: ApprovalEntry, **changes: Any) -> Approval:
    base = Approval(
        id="a1",
        petition_id="p1",
        petition_number="2026-1",
        registered_by="xfj",
        flow="visit",
        flow_name="来访呈批",
        gate=None,
        tenant="xfj",
        handling=None,
        referral_id=None,
        subject="某村道路",
        steps=STEPS,
        entries=list(entries),
        state=ApprovalState.RUNNING,
        step=len(entries),
        started_on=MONDAY,
    )
    return msgspec.structs.replace(base, **changes)


def extension(clock: Clock, days: int = 30, **changes: Any) -> Extension:
    base = Extension(
        id="e1",
        petition_id="p1",
        clock_id=clock.id,
        tenant=clock.owner,
        days=days,
        reason="案情复杂",
        state=ExtensionState.APPROVED,
        requested_on=clock.effective_due_on - DAY,
        requested_by=CLERK,
        decided_on=clock.effective_due_on,
    )
    return msgspec.structs.replace(base, **changes)


def rule(like: str, **changes: Any) -> Rule:
    """A county's own rule, in everything but ``changes`` like a shipped one."""
    shipped = (each for kept in (*RULES.law, *RULES.special, *RULES.shelf) for each in kept.rules)
    found = next(each for each in shipped if each.id == like)
    return msgspec.structs.replace(found, **{"id": "own.rule", "article": "第一条", "extension": None} | changes)


def own_set(*rules: Rule, **changes: Any) -> RuleSet:
    base = RuleSet(
        id="own",
        name="《本县办法》",
        kind=RuleKind.INTERNAL,
        jurisdiction="611021",
        since=date(2022, 5, 1),
        rules=rules,
    )
    return msgspec.structs.replace(base, **changes)


def regime(*sets: RuleSet, **parts: Any) -> Regime:
    return Regime(county="611021", rule_sets=list(sets), **parts)


def adopted(*ids: str) -> Regime:
    """A county that has adopted these sets of the shelf."""
    shelf = {each.id: each for each in RULES.shelf}
    return regime(*(shelf[each] for each in ids))


def all_clocks(
    *referrals: Referral,
    item: Petition | None = None,
    closed_on: date | None = None,
    county: Regime | None = None,
    **more: Any,
) -> list[Clock]:
    closure = Closure(petition_id="p1", closed_on=closed_on, closed_by="xfj") if closed_on else None
    case = CaseFacts(petition=item or petition(), referrals=referrals, closure=closure, **more)
    return obligations(case=case, rules=RULES, regime=county, calendar=CALENDAR)


def clocks(*referrals: Referral, **given: Any) -> dict[Obligation, Clock]:
    """The clocks of a case by obligation; the case must have at most one of each."""
    found = all_clocks(*referrals, **given)
    by_obligation = {clock.obligation: clock for clock in found}
    assert len(by_obligation) == len(found)
    return by_obligation
