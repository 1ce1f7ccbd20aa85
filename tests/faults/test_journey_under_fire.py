"""The journey while its parts are killed: the same end, no case lost, no effect doubled, no dead letter left."""

from collections.abc import Callable
from typing import Any

import pytest

from services.contracts.topology import SERVICES
from tests.harness.broker import dead_letters
from tests.harness.ledger import check_ledger, entered
from tests.harness.platform import Platform
from tests.journey.story import Walker, acts_of, done, in_days, letter, opinion, today

PARTS = (*SERVICES, "sweeper", "watcher", "relay", "projector", "gateway", "broker", "database")
ALONE = ("roster", "deadlines", "sweeper", "watcher", "relay", "projector")
"""Those of which no client is told: what the others do to them, ``test_clients_under_fire`` looks at."""

ACTS = [
    "REGISTERED", "REFERRED", "RECEIVED", "OBJECTED", "OBJECTION_UPHELD", "REFERRED", "RECEIVED",
    "ACCEPTED", "ANSWERED", "DELIVERED", "PART_CLOSED", "CLOSED",
]  # fmt: skip
CLOCKS = sorted(
    [("TRANSFER", "MET"), ("NOTICE", "CANCELLED"), ("NOTICE", "MET"), ("OBJECTION", "MET"),
     ("OBJECTION", "CANCELLED"), ("HANDLING", "MET"), ("REPORT", "MET"),
     ("DELIVERY", "MET"), ("FIRST_REVIEW_REQUEST", "RUNNING")]
)  # fmt: skip


def kill(platform: Platform, part: str) -> None:
    if part == "broker":
        platform.kill9_broker()
    elif part == "database":
        platform.kill9_database()
    else:
        platform.kill9(part)


def walk(platform: Platform, strike: Callable[[], None]) -> str:
    """The whole journey, with ``strike`` before each act; returns the petition's id."""
    county = Walker(platform, platform.login("xfj", "CLERK"))
    wrong = Walker(platform, platform.login("slj", "CLERK"))
    right = Walker(platform, platform.login("zrzy", "CLERK"))

    def act(walker: Walker, mutation: str, input_type: str, given: dict[str, Any]) -> dict[str, Any]:
        strike()
        return done(walker.act(mutation, input_type, given, patient=True))

    strike()
    petition_id: str = done(county.register(letter(), patient=True))["petition"]["id"]
    refer = {"petitionId": petition_id, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    first = act(county, "referPetition", "ReferPetitionInput", refer)["referral"]["id"]
    act(wrong, "receiveReferral", "ReferralInput", {"referralId": first})
    act(wrong, "objectToReferral", "ReasonInput", {"referralId": first, "reason": "不属于本单位职责"})
    act(county, "decideObjection", "DecideObjectionInput", {"referralId": first, "uphold": True})
    refer = {"petitionId": petition_id, "kind": "ASSIGN", "to": [{"tenant": "zrzy"}], "dueOn": in_days(30)}
    second = act(county, "referPetition", "ReferPetitionInput", refer)["referral"]["id"]
    act(right, "receiveReferral", "ReferralInput", {"referralId": second})
    act(right, "acceptReferral", "ReferralInput", {"referralId": second})
    act(right, "answerReferral", "AnswerReferralInput", {"referralId": second, **opinion()})
    delivery = {"referralId": second, "mode": "REGISTERED_MAIL", "on": str(today()), "signed": True}
    act(right, "deliverAnswer", "DeliverAnswerInput", delivery)
    act(county, "closePetition", "ClosePetitionInput", {"petitionId": petition_id})
    return petition_id


def check_end(platform: Platform, petition_id: str) -> None:
    """The end state of the journey, whatever happened on its way."""
    county = Walker(platform, platform.login("xfj", "CLERK"))
    platform.await_health()

    def clocks() -> bool:
        found = county.whole(petition_id)["clocks"]
        return sorted((clock["obligation"], clock["state"]) for clock in found) == CLOCKS

    platform.eventually(clocks, 60)
    platform.eventually(lambda: "DUTY_NOTED" in acts_of(county.whole(petition_id)), 60)
    petition = county.whole(petition_id)
    assert petition["status"] == "CLOSED"
    assert sorted(referral["state"] for referral in petition["referrals"]) == ["CLOSED", "RETURNED"]
    # Each act once: neither lost with a process, nor done again by the request that was repeated.
    acts = [entry["act"] for entry in petition["timeline"]]
    assert [act for act in acts if not act.startswith(("CLOCK", "DUTY", "PROPOS"))] == ACTS
    assert acts.count("PROPOSAL_DECIDED") == 1
    assert acts.count("DUTY_NOTED") == 1
    # Nor in the ledger, whichever batch of the relay was cut off.
    entered(platform, petition_id, {*ACTS, "CLOCK_MET", "DUTY_NOTED"})
    assert "校验链完整" in check_ledger(platform)
    assert dead_letters(platform.settings.amqp_url) == {}


@pytest.mark.parametrize("part", ALONE)
def test_a_part_killed_in_the_middle_changes_nothing_in_the_end(platform: Platform, part: str) -> None:
    step = 0

    def strike() -> None:
        nonlocal step
        step += 1
        if step == 6:
            kill(platform, part)

    check_end(platform, walk(platform, strike))


def test_every_part_killed_one_after_the_other_within_one_journey(platform: Platform) -> None:
    left = list(PARTS)

    def strike() -> None:
        if left:
            kill(platform, left.pop())

    check_end(platform, walk(platform, strike))
    assert not left


def test_letters_registered_while_intake_dies_again_and_again_have_numbers_without_gaps(platform: Platform) -> None:
    county = Walker(platform, platform.login("xfj", "CLERK"))
    numbers = []
    for index in range(12):
        if index % 3 == 1:
            platform.kill9("intake")
        registered = done(county.register(letter(channel="FAX"), patient=True))["petition"]
        numbers.append(int(registered["number"][-4:]))
    assert numbers == list(range(numbers[0], numbers[0] + 12))
