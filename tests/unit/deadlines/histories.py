"""Histories of a case for hypothesis: every aggregate goes its way step by step, on growing days."""

import functools
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from services.contracts.actor import TenantKind
from services.contracts.base import State
from services.contracts.deadlines import Obligation
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.flows import Approval, ApprovalState, EntryKind
from services.contracts.intake import Channel, Nature, Petition, Procedure, Route, Source, Urgency
from services.contracts.meetings import CaseMeeting, MeetingKind
from services.contracts.milestones import Milestone, MilestoneKind
from services.contracts.reviews import CaseOwner, Hearing, Review, ReviewDecision, ReviewStage
from services.contracts.routing import (
    ENDED_EARLY,
    CaseGrade,
    Closure,
    Objection,
    Outcome,
    ProgressNote,
    Referral,
    ReferralKind,
    ReferralRole,
    ReferralState,
    Rework,
)
from services.contracts.rules import LocalHoliday, Regime, Rule, Warnings
from services.contracts.supervision import Supervision
from services.deadlines.obligations import CaseFacts, clock_id
from tests.unit.deadlines.made import (
    CLERK,
    DAY,
    MOMENT,
    MONDAY,
    RULES,
    answered,
    approval,
    delivered,
    disputed,
    meeting,
    milestone,
    not_accepted,
    own_set,
    passed,
    petition,
    referral,
    review,
    rule,
    supervision,
)

# What is drawn hundreds of times for each example is made once: hypothesis examines each new strategy that it meets.
TOSS = st.booleans()
DAYS_TO_200 = st.dates(MONDAY, MONDAY + 200 * DAY)
STEPS = st.lists(
    st.sampled_from([("present", EntryKind.SKIPPED), ("present", EntryKind.PASSED), ("instruct", EntryKind.RETURNED)]),
    max_size=4,
)
ARRIVALS = st.one_of(st.just(MONDAY), st.dates(date(2022, 4, 20), date(2022, 5, 10)))
sample = functools.cache(st.sampled_from)
whole = functools.cache(st.integers)

History = dict[str, list[Any]]
"""By aggregate all its versions, oldest first."""

S = ReferralState
ALL_THE_WAY = (S.RECEIVED, S.ACCEPTED, S.ANSWERED, S.DELIVERED, S.CLOSED)
AGAIN = (S.RECEIVED, S.ACCEPTED, S.IN_PROGRESS, S.ANSWERED, S.REWORK, S.ANSWERED, S.REWORK, *ALL_THE_WAY[2:])
STAYS = (S.RECEIVED, S.OBJECTED, S.RECEIVED, S.DISPUTED)
WAYS = (
    *(ALL_THE_WAY[:steps] for steps in range(6)),
    *((S.RECEIVED, S.OBJECTED, *ALL_THE_WAY[:steps]) for steps in range(6)),
    *(AGAIN[:steps] for steps in range(3, len(AGAIN) + 1)),
    *((*STAYS, *ALL_THE_WAY[:steps]) for steps in range(6)),
    *((S.RECEIVED, S.REFUSED, *ALL_THE_WAY[:steps]) for steps in range(6)),
    (S.RECEIVED, S.REFUSED, S.CLOSED),
    (*STAYS, S.RETURNED),
    (S.RECEIVED, S.OBJECTED, S.RETURNED),
    (S.WITHDRAWN,),
)
"""What can become of a referral that was sent."""


def stepped(before: Referral, state: ReferralState, day: date) -> Referral:
    changes: dict[str, Any] = {"state": state}
    if state is ReferralState.RECEIVED:
        # The first time it is received; later it comes back from an objection, a dispute or an overruled refusal.
        changes |= {"received_on": before.received_on or day, "refusal": None}
    if state is ReferralState.OBJECTED:
        changes["objection"] = Objection(reason="理由", raised_on=day)
    if state is ReferralState.DISPUTED:
        changes["dispute"] = disputed(day)
    if state is ReferralState.REFUSED:
        changes["refusal"] = not_accepted(day)
    if state is ReferralState.IN_PROGRESS:
        note = ProgressNote(on=day, by="张三", text="已到现场查看")
        changes |= {"notes": [*before.notes, note], "expected_on": day + 20 * DAY}
    if state is ReferralState.REWORK:
        assert before.answer
        changes |= {"reworks": [*before.reworks, Rework(on=day, reason="理由", answer=before.answer)], "answer": None}
    if state is ReferralState.ACCEPTED:
        changes["accepted_on"] = day
    if state is ReferralState.ANSWERED:
        changes["answer"] = answered(day)
    if state is ReferralState.DELIVERED:
        changes["delivery"] = delivered(day)
    if state in ENDED_EARLY:
        changes["ended_on"] = day
    return msgspec.structs.replace(before, **changes)


def perhaps(draw: st.DrawFn, day: date) -> date | None:
    """No day, or one of the ninety from this one."""
    return day + draw(whole(0, 90)) * DAY if draw(TOSS) else None


def referrals(draw: st.DrawFn, referral_id: str) -> list[Referral]:
    day = MONDAY + draw(whole(0, 40)) * DAY
    role = draw(sample((ReferralRole.LEAD, *ReferralRole)))
    branch = role is ReferralRole.UNIT
    kinds = (ReferralKind.FORWARD,) if branch else (ReferralKind.TRANSFER, ReferralKind.ASSIGN, ReferralKind.OWN)
    versions = [
        referral(
            id=referral_id,
            to_tenant=f"to-{referral_id}",
            kind=draw(sample(kinds)),
            sent_on=day,
            due_on=perhaps(draw, day),
            role=role,
            grade=draw(sample((None, *CaseGrade))),
            parent_id="r0" if branch else None,
            expected_on=perhaps(draw, day),
        )
    ]
    for state in draw(sample(WAYS)):
        day += draw(whole(0, 30)) * DAY
        versions.append(stepped(versions[-1], state, day))
    return versions


def reviews(draw: st.DrawFn, number: int, stage: ReviewStage) -> list[Review]:
    day = MONDAY + draw(whole(30, 200)) * DAY
    arrived = day + draw(whole(0, 10)) * DAY
    first = None if stage is ReviewStage.FIRST else "v0"
    versions = [
        review(id=f"v{number}", stage=stage, first_review_id=first, requested_on=day, received_on=arrived),
    ]
    day = arrived
    for _ in range(draw(whole(0, 2))):
        opened, day = day + draw(whole(0, 9)) * DAY, day + draw(whole(9, 30)) * DAY
        for closed_on in (None, day):
            held = [
                *(each for each in versions[-1].hearings if each.closed_on),
                Hearing(opened_on=opened, closed_on=closed_on),
            ]
            versions.append(msgspec.structs.replace(versions[-1], hearings=held))
    if draw(TOSS):
        day += draw(whole(0, 40)) * DAY
        decision = ReviewDecision(outcome=Outcome.EXPLAINED, opinion="意见", decided_on=day)
        versions.append(msgspec.structs.replace(versions[-1], decision=decision))
        versions.append(msgspec.structs.replace(versions[-1], delivery=delivered(day + DAY)))
    return versions[: draw(whole(1, len(versions)))]


def supervisions(draw: st.DrawFn) -> list[Supervision]:
    day = MONDAY + draw(whole(0, 90)) * DAY
    versions = [supervision(opened_on=day, answer_by=day + draw(whole(0, 20)) * DAY)]
    if draw(TOSS):
        versions.append(msgspec.structs.replace(versions[-1], answered_on=day + draw(whole(0, 30)) * DAY))
    if draw(TOSS):
        versions.append(msgspec.structs.replace(versions[-1], ended_on=day + 40 * DAY))
    return versions


def milestones(draw: st.DrawFn, number: int) -> list[Milestone]:
    on = MONDAY + draw(whole(0, 120)) * DAY
    at = MOMENT + (on - MONDAY) + draw(whole(0, 600)) * timedelta(minutes=1)
    kind = draw(sample(MilestoneKind))
    until = on + draw(whole(1, 60)) * DAY if kind is MilestoneKind.PROMISED else None
    first = milestone(kind, on, id=f"m{number}", at=at, until=until)
    taken_back = msgspec.structs.replace(first, taken_back="误记")
    return [first, taken_back] if draw(TOSS) else [first]


def meetings(draw: st.DrawFn, number: int) -> list[CaseMeeting]:
    first = meeting(
        MONDAY + draw(whole(0, 120)) * DAY,
        id=f"c{number}",
        kind=draw(sample((MeetingKind.COORDINATION, *MeetingKind))),
    )
    taken_back = msgspec.structs.replace(first, taken_back="误记")
    return [first, taken_back] if draw(TOSS) else [first]


def approvals(draw: st.DrawFn, number: int) -> list[Approval]:
    """A flow that presents the case, or skips that; perhaps sent back and done again, perhaps withdrawn."""
    at = MOMENT + draw(whole(0, 60 * 24 * 20)) * timedelta(minutes=1)
    versions = [approval(id=f"a{number}")]
    for step, kind in draw(STEPS):
        at += draw(whole(0, 600)) * timedelta(minutes=1)
        entries = [*versions[-1].entries, passed(step, at, kind)]
        versions.append(msgspec.structs.replace(versions[-1], entries=entries))
    if draw(TOSS):
        versions.append(msgspec.structs.replace(versions[-1], state=ApprovalState.WITHDRAWN))
    return versions


def extensions(draw: st.DrawFn, referral_id: str) -> list[Extension]:
    found = clock_id(petition_id="p1", subject_id=referral_id, obligation=Obligation.HANDLING)
    asked = Extension(
        id=f"e-{referral_id}",
        petition_id="p1",
        clock_id=found,
        tenant=f"to-{referral_id}",
        days=draw(whole(1, 366)),
        reason="复杂",
        state=ExtensionState.REQUESTED,
        requested_on=MONDAY,
        requested_by=CLERK,
    )
    decided = draw(sample((ExtensionState.APPROVED, *ExtensionState)))
    return [asked, msgspec.structs.replace(asked, state=decided, decided_on=MONDAY + DAY)]


def items(draw: st.DrawFn) -> list[Petition]:
    """An item, and sometimes how it was classified anew."""
    kind = draw(sample(TenantKind))
    first = petition(
        received_on=draw(ARRIVALS),
        anonymous=draw(TOSS),
        channel=draw(sample(Channel)),
        source=draw(sample(Source)),
        registered_kind=kind,
        nature=draw(sample((Nature.APPEAL, Nature.APPEAL, *Nature))),
    )
    urgent = draw(TOSS)
    again = msgspec.structs.replace(
        first,
        route=draw(sample((None, None, None, *Route))),
        procedure=draw(sample(Procedure)),
        urgency=Urgency.CRITICAL if urgent else draw(sample((Urgency.NORMAL, Urgency.URGENT))),
        urgent_since=MOMENT if urgent else None,
    )
    return [first, again]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Every version of everything that happened to one case."""
    found: History = {"petition": items(draw)}
    for number in range(draw(sample((0, 1, 1, 2)))):
        found[f"r{number}"] = referrals(draw, f"r{number}")
        if draw(TOSS):
            found[f"e{number}"] = extensions(draw, f"r{number}")
    if draw(TOSS):
        found["v0"] = reviews(draw, 0, ReviewStage.FIRST)
        if draw(TOSS):
            found["v1"] = reviews(draw, 1, ReviewStage.FINAL)
    if draw(TOSS):
        found["s1"] = supervisions(draw)
    for number in range(draw(whole(0, 3))):
        found[f"m{number}"] = milestones(draw, number)
    for number in range(draw(whole(0, 2))):
        found[f"c{number}"] = meetings(draw, number)
        found[f"a{number}"] = approvals(draw, number)
    if draw(TOSS):
        closed_on = draw(DAYS_TO_200)
        found["closure"] = [Closure(petition_id="p1", closed_on=closed_on, closed_by="xfj")]
    if draw(TOSS):
        leader = CaseOwner(
            petition_id="p1", tenant="xfj", leader="李四", post="", since=MONDAY, reason="包案", assigned_by="xfj"
        )
        found["owner"] = [leader]
    return found


HISTORIES = histories()


@st.composite
def extended_histories(draw: st.DrawFn) -> History:
    """Histories of an appeal that somebody has accepted and got more time for."""
    found = draw(HISTORIES)
    day = MONDAY + draw(whole(0, 200)) * DAY
    found["petition"] = [petition(channel=draw(sample(Channel)), source=draw(sample(Source)))]
    found["r0"] = [
        referral(
            id="r0",
            to_tenant="to-r0",
            kind=draw(sample(ReferralKind)),
            state=ReferralState.ACCEPTED,
            received_on=day,
            accepted_on=day + draw(whole(0, 20)) * DAY,
            due_on=perhaps(draw, day),
        )
    ]
    requested, *_ = extensions(draw, "r0")
    found["e0"] = [requested, msgspec.structs.replace(requested, state=ExtensionState.APPROVED, decided_on=day)]
    return found


def facts(newest: Mapping[str, State] | Iterable[State]) -> CaseFacts:
    """The case of these states, in whatever order they come."""
    states = list(newest.values() if isinstance(newest, Mapping) else newest)

    def of(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(each for each in states if isinstance(each, kind))

    return CaseFacts(
        petition=of(Petition)[0],
        referrals=of(Referral),
        closure=next(iter(of(Closure)), None),
        reviews=of(Review),
        owner=next(iter(of(CaseOwner)), None),
        extensions=of(Extension),
        milestones=of(Milestone),
        supervisions=of(Supervision),
        meetings=of(CaseMeeting),
        approvals=of(Approval),
    )


def told(history: History, shuffle: random.Random, repeats: int) -> dict[str, State]:
    """What is kept after every version was delivered ``repeats`` times in any order: of each the newest."""
    deliveries = [(key, n, state) for key, states in history.items() for n, state in enumerate(states)] * repeats
    shuffle.shuffle(deliveries)
    kept: dict[str, tuple[int, State]] = {}
    for key, version, state in deliveries:
        if version >= kept.get(key, (0, state))[0]:
            kept[key] = (version, state)
    return {key: state for key, (_, state) in kept.items()}


def last(history: History) -> dict[str, State]:
    return {key: states[-1] for key, states in history.items()}


LAW = [each for rule_set in RULES.law for each in rule_set.rules if not each.petitioner_side]
LAWS = st.sampled_from(LAW)
NATURES = st.sets(st.sampled_from(Nature), min_size=1)
CHANNELS = st.sets(st.sampled_from(Channel), min_size=1)
ADOPTED = st.lists(st.sampled_from(RULES.shelf), unique_by=lambda each: each.id, max_size=6)
SHARES = st.sets(st.integers(1, 99), min_size=3, max_size=3)
TWO_DAYS = st.lists(st.integers(0, 60), min_size=2, max_size=2)
DAYS_OFF = st.sets(st.dates(MONDAY, MONDAY + 120 * DAY), max_size=5)


def own_rules(draw: st.DrawFn, number: int) -> Rule:
    """A rule that tightens one of the law, perhaps only some days of the year, perhaps for some items."""
    like = draw(LAWS)
    changes: dict[str, Any] = {"id": f"own.{number}"}
    if like.length:
        changes["length"] = draw(whole(0, like.length))
    if draw(TOSS):
        changes["natures"] = frozenset(draw(NATURES))
    if draw(TOSS):
        changes["channels"] = frozenset(draw(CHANNELS))
    return rule(like.id, **changes)


@st.composite
def regimes(draw: st.DrawFn, *, holidays: bool = True) -> Regime:
    adopted = draw(ADOPTED)
    own: Sequence[Rule] = [own_rules(draw, number) for number in range(draw(whole(0, 4)))]
    shares = sorted(draw(SHARES))
    days = sorted(draw(TWO_DAYS))
    off = draw(DAYS_OFF) if holidays else set()
    return Regime(
        county="611021",
        rule_sets=[*adopted, *([own_set(*own)] if own else [])],
        holidays=[LocalHoliday(day=day, name="本地节日") for day in sorted(off)],
        warnings=[
            Warnings(shares=(shares[0], shares[1], shares[2]), head_after_days=days[0], county_after_days=days[1])
        ],
    )
