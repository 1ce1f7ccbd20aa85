"""Status, parties and the next due day of a case, from its parts."""

import random
from datetime import date, timedelta

import msgspec
import pytest

from gateway.status import NOTHING_DUE, PetitionStatus, next_due_on, parties, petition_status
from services.contracts.deadlines import Clock, ClockState, Obligation, clock_state
from services.contracts.routing import Closure, ReferralRole, ReferralState
from tests.unit.routing.test_referring import TODAY, petition, referral

LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT


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
    assert parties(petition=petition(), referrals=referrals) == {"611021001", "lead", "help"}


def clock(**changes: object) -> Clock:
    made = Clock(
        id="c", petition_id="p", referral_id=None, owner="xfj", obligation=Obligation.TRANSFER, rule="r", basis="b",
        starts_on=TODAY, due_on=TODAY, effective_due_on=TODAY, provisional=False, lapses=False, met_on=None,
        cancelled=False,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


@pytest.mark.parametrize(
    ("changes", "day", "state"),
    [
        ({}, TODAY - timedelta(days=1), ClockState.RUNNING),
        ({}, TODAY, ClockState.DUE_TODAY),
        ({}, TODAY + timedelta(days=1), ClockState.OVERDUE),
        ({"lapses": True}, TODAY + timedelta(days=1), ClockState.LAPSED),
        ({"met_on": TODAY}, TODAY + timedelta(days=9), ClockState.MET),
        ({"met_on": TODAY + timedelta(days=1)}, TODAY + timedelta(days=9), ClockState.MET_LATE),
        ({"cancelled": True}, TODAY + timedelta(days=9), ClockState.CANCELLED),
        ({"due_on": TODAY - timedelta(days=2)}, TODAY, ClockState.DUE_TODAY),
    ],
)
def test_the_state_of_a_clock_is_decided_by_the_day(changes: dict[str, object], day: date, state: ClockState) -> None:
    assert clock_state(clock(**changes), day) is state


def test_the_next_due_day_is_of_a_duty_still_owed() -> None:
    later = TODAY + timedelta(days=5)
    assert next_due_on([]) == NOTHING_DUE
    owed = [clock(effective_due_on=later), clock(met_on=TODAY), clock(cancelled=True), clock(lapses=True)]
    assert next_due_on(owed) == later
