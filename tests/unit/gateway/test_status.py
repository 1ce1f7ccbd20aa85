"""Status and parties of a case, from its parts; which clocks are owed, and their state at a moment."""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from gateway.status import PetitionStatus, disposition, owed, parties, petition_status
from services.contracts.deadlines import ClockState, Obligation, clock_state
from services.contracts.reviews import Review, ReviewStage
from services.contracts.routing import Closure, Dispute, Referral, ReferralKind, ReferralRole, ReferralState
from tests.unit.gateway import made
from tests.unit.gateway.made import NOW, TODAY, clock, petition

CASE = petition()
REGISTRAR = CASE.registered_by
LEAD, SUPPORT, UNIT = ReferralRole.LEAD, ReferralRole.SUPPORT, ReferralRole.UNIT
DISPUTE = Dispute(reason="职责交叉", raised_on=TODAY, decider="superior", by_conference=False)


def referral(to: str, role: ReferralRole, state: ReferralState) -> Referral:
    return made.referral(CASE, to, role=role, state=state)


def noon(days: int = 0) -> datetime:
    return NOW + timedelta(days=days)


def test_what_was_decided_follows_the_newest_lead_that_stands() -> None:
    assert disposition([]) is None
    sent = referral("a", LEAD, ReferralState.SENT)
    assert disposition([sent]) is sent.kind
    own = msgspec.structs.replace(sent, id=sent.id + "b", kind=ReferralKind.OWN, sent_at=sent.sent_at + timedelta(1))
    assert disposition([own, sent]) is ReferralKind.OWN
    assert disposition([referral("a", LEAD, ReferralState.RETURNED)]) is None
    assert disposition([referral("a", SUPPORT, ReferralState.SENT)]) is None


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([], PetitionStatus.REGISTERED),
        ([(LEAD, ReferralState.SENT)], PetitionStatus.REFERRED),
        ([(LEAD, ReferralState.RETURNED)], PetitionStatus.RETURNED),
        ([(LEAD, ReferralState.WITHDRAWN)], PetitionStatus.REGISTERED),
        ([(LEAD, ReferralState.RETURNED), (LEAD, ReferralState.RECEIVED)], PetitionStatus.RECEIVED),
        ([(SUPPORT, ReferralState.ANSWERED), (LEAD, ReferralState.ACCEPTED)], PetitionStatus.ACCEPTED),
        ([(LEAD, ReferralState.RETURNED), (SUPPORT, ReferralState.SENT)], PetitionStatus.RETURNED),
        ([(LEAD, ReferralState.DISPUTED)], PetitionStatus.DISPUTED),
        ([(LEAD, ReferralState.REFUSED)], PetitionStatus.REFUSED),
        ([(LEAD, ReferralState.IN_PROGRESS)], PetitionStatus.ACCEPTED),
        ([(LEAD, ReferralState.REWORK)], PetitionStatus.REWORK),
        # What a body forwarded says nothing of the case.
        ([(UNIT, ReferralState.ANSWERED), (LEAD, ReferralState.ACCEPTED)], PetitionStatus.ACCEPTED),
        ([(UNIT, ReferralState.RETURNED)], PetitionStatus.REGISTERED),
    ],
)
def test_the_status_follows_the_lead_in_whatever_order_the_parts_come(
    states: list[tuple[ReferralRole, ReferralState]], status: PetitionStatus
) -> None:
    referrals = [referral(f"b{index}", role, state) for index, (role, state) in enumerate(states)]
    for _ in range(4):
        random.shuffle(referrals)
        assert petition_status(petition=petition(), referrals=referrals, closure=None) is status


def test_closed_and_historical_come_before_everything() -> None:
    closure = Closure(petition_id="p", closed_on=TODAY, closed_by="xfj")
    assert petition_status(petition=petition(), referrals=[], closure=closure) is PetitionStatus.CLOSED
    assert petition_status(petition=petition(historical=True), referrals=[], closure=None) is PetitionStatus.HISTORICAL


def test_every_state_of_a_standing_lead_has_a_status() -> None:
    for state in ReferralState:
        petition_status(petition=petition(), referrals=[referral("b", LEAD, state)], closure=None)


def test_a_party_is_the_registrar_and_whoever_holds_a_standing_referral() -> None:
    referrals = [
        referral("gone", LEAD, ReferralState.RETURNED),
        referral("back", LEAD, ReferralState.WITHDRAWN),
        referral("lead", LEAD, ReferralState.SENT),
        referral("help", SUPPORT, ReferralState.ANSWERED),
    ]
    assert parties(petition=petition(), referrals=referrals, reviews=[]) == {CASE.registered_by, "lead", "help"}


def test_a_branch_sees_the_case_as_long_as_all_that_it_branches_from_stands() -> None:
    lead = referral("lead", LEAD, ReferralState.ACCEPTED)
    branch = made.referral(CASE, "below", role=UNIT, parent_id=lead.id)
    twig = made.referral(CASE, "village", role=UNIT, parent_id=branch.id)
    assert parties(petition=CASE, referrals=[twig, branch, lead], reviews=[]) == {REGISTRAR, "lead", "below", "village"}
    gone = msgspec.structs.replace(lead, state=ReferralState.RETURNED)
    assert parties(petition=CASE, referrals=[twig, branch, gone], reviews=[]) == {REGISTRAR}
    back = msgspec.structs.replace(branch, state=ReferralState.WITHDRAWN)
    assert parties(petition=CASE, referrals=[twig, back, lead], reviews=[]) == {REGISTRAR, "lead"}


def test_who_decides_a_dispute_sees_the_case_until_it_is_decided() -> None:
    disputed = made.referral(CASE, "lead", state=ReferralState.DISPUTED, dispute=DISPUTE)
    assert parties(petition=CASE, referrals=[disputed], reviews=[]) == {REGISTRAR, "lead", "superior"}
    decided = msgspec.structs.replace(DISPUTE, decided_on=TODAY, competent="lead", decision="由其办理")
    stays = made.referral(CASE, "lead", state=ReferralState.RECEIVED, dispute=decided)
    assert parties(petition=CASE, referrals=[stays], reviews=[]) == {REGISTRAR, "lead"}


def test_nobody_whom_the_case_accuses_becomes_a_party() -> None:
    case = petition(accused=["lead", "superior"])
    disputed = made.referral(case, "lead", state=ReferralState.DISPUTED, dispute=DISPUTE)
    assert parties(petition=case, referrals=[disputed], reviews=[]) == {case.registered_by}


def test_who_reviews_an_answer_sees_its_case() -> None:
    review = Review(
        id="v",
        petition_id="p",
        petition_number="n",
        referral_id="r",
        first_review_id=None,
        stage=ReviewStage.FIRST,
        body="superior",
        handling_body="lead",
        registered_by=CASE.registered_by,
        requested_on=TODAY,
        received_on=TODAY,
        reason="不服",
    )
    assert parties(petition=petition(), referrals=[], reviews=[review]) == {CASE.registered_by, "superior"}


@pytest.mark.parametrize(
    ("changes", "now", "state"),
    [
        ({"length": 10}, noon(-9), ClockState.RUNNING),
        ({"length": 10}, noon(-5), ClockState.WARNED),
        ({}, noon(), ClockState.DUE_TODAY),
        ({}, noon(1), ClockState.OVERDUE),
        ({}, noon(30), ClockState.OVERDUE),
        ({"lapses": True}, noon(-1), ClockState.RUNNING),
        ({"lapses": True}, noon(1), ClockState.LAPSED),
        ({"met_on": TODAY}, noon(9), ClockState.MET),
        ({"met_on": TODAY + timedelta(days=1)}, noon(9), ClockState.MET_LATE),
        ({"met_on": TODAY, "met_at": noon(1)}, noon(9), ClockState.MET_LATE),
        ({"cancelled": True}, noon(9), ClockState.CANCELLED),
        ({"paused_since": TODAY}, noon(9), ClockState.PAUSED),
        ({"marked": False}, noon(), ClockState.RUNNING),
    ],
)
def test_the_state_of_a_clock_is_decided_by_the_moment(changes: Any, now: datetime, state: ClockState) -> None:
    assert clock_state(clock(**changes), now) is state


@pytest.mark.parametrize(
    ("changes", "is_owed"),
    [
        ({}, True),
        ({"met_on": TODAY}, False),
        ({"cancelled": True}, False),
        ({"lapses": True}, False),
        ({"petitioner_side": True}, False),
        ({"paused_since": TODAY}, False),
        ({"obligation": Obligation.SUPERVISION_REPLY}, True),
    ],
)
def test_the_next_due_day_is_of_a_duty_that_runs(changes: dict[str, Any], is_owed: bool) -> None:
    assert owed(clock(**changes)) is is_owed
