"""The wall before the accused (Art. 30): every way by which an accusation could reach unit or person, and none does.

The table of docs/visibility.md lists these ways; a way that is added there or here must stand in both.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.contracts.topology import bureau_queue
from tests.harness.broker import waiting
from tests.isolation import reading
from tests.isolation.scene import Scene
from tests.isolation.table import HERE, OBSERVERS
from tests.isolation.test_ways_round import BY_USER
from tests.journey.story import Walker, done, in_days, letter, today

UNIT, PERSON, LOGIN = "slj", "马演示", "xfj.head@luonan"
OFFICE, CHIEF, HOLDER = "xfj.accusations@luonan", "xfj.chief@luonan*", "jw.cleared@luonan*"
PAGE = Path(__file__).parents[2] / "docs" / "visibility.md"


@dataclass
class Accusation:
    """An accusation of a unit and a person of it, held by the discipline organ, whose competence is in dispute."""

    scene: Scene
    id: str
    referral: str

    def ask(self, user: str, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
        shown = reading.keys_shown_by(mutation)
        query = (
            f"mutation($input: {reading.input_type(mutation)}!) {{ {mutation}(input: $input) {{"
            f" {shown} errors {{ code message field }} }} }}"
        )
        walker = Walker(self.scene.platform, self.scene.client(BY_USER[user]))
        return walker.request(query, mutation, given, patient=False)


@pytest.fixture(scope="module")
def accusation(scene: Scene) -> Accusation:
    case = Accusation(scene, "", "")
    township = Walker(scene.platform, scene.platform.login("611021102", "CLERK"))
    given = letter(
        title="检举水利局负责人", nature="ACCUSATION", accused=[UNIT], accusedPeople=[PERSON], accusedUsers=[LOGIN]
    )
    case.id = done(township.register(given))["petition"]["id"]
    to = [{"tenant": "jw", "role": "LEAD"}]
    sent = done(case.ask(OFFICE, "referPetition", {"petitionId": case.id, "kind": "TRANSFER", "to": to}))
    case.referral = sent["referral"]["id"]
    for user, mutation, said in (
        (HOLDER, "receiveReferral", {}),
        (HOLDER, "objectToReferral", {"reason": "不属本机关管辖"}),
        (OFFICE, "decideObjection", {"uphold": False, "reason": "属于该机关管辖"}),
        (HOLDER, "raiseDispute", {"reason": "管辖权限有争议"}),
    ):
        done(case.ask(user, mutation, {"referralId": case.referral, **said}))
    return case


def refer(to: list[dict[str, str]]) -> Callable[[Accusation], tuple[str, str, dict[str, Any]]]:
    return lambda case: (OFFICE, "referPetition", {"petitionId": case.id, "kind": "TRANSFER", "to": to})


def own(tenant: str, leader: str) -> Callable[[Accusation], tuple[str, str, dict[str, Any]]]:
    given = {"tenant": tenant, "leader": leader, "post": "局长", "reason": "久拖未决"}
    return lambda case: (CHIEF, "assignCaseOwner", {"petitionId": case.id, **given})


def meet(*, chair: str = "孙演示", **attendance: str) -> Callable[[Accusation], tuple[str, str, dict[str, Any]]]:
    came = {"tenant": "zfw", "people": "周演示", **attendance}
    return lambda case: (
        OFFICE,
        "recordCaseMeeting",
        {
            "petitionId": case.id,
            "kind": "COORDINATION",
            "heldOn": str(today()),
            "chair": chair,
            "place": "一号会议室",
            "attendance": [came],
            "decision": "限期办结",
        },
    )


def start(**given: str) -> Callable[[Accusation], tuple[str, str, dict[str, Any]]]:
    return lambda case: (
        OFFICE,
        "startApproval",
        {"petitionId": case.id, "flow": "superior-assigned", "subject": "呈批", **given},
    )


PATHS: dict[str, Callable[[Accusation], tuple[str, str, dict[str, Any]]]] = {
    "refer-lead": refer([{"tenant": UNIT, "role": "LEAD"}]),
    "refer-support": refer([{"tenant": UNIT, "role": "SUPPORT"}]),
    "dispute-decided-for-it": lambda case: (
        OFFICE,
        "decideDispute",
        {"referralId": case.referral, "competent": UNIT, "reason": "由其办理"},
    ),
    "case-owner-unit": own(UNIT, "孙演示"),
    "case-owner-person": own("xfj", PERSON),
    "meeting-attended-by-unit": meet(tenant=UNIT),
    "meeting-attended-by-person": meet(people=f"副局长{PERSON}"),
    "meeting-chaired-by-person": meet(chair=PERSON),
    "approval-handled-by-unit": start(handling=UNIT),
    "supervision-of-unit": lambda case: (
        CHIEF,
        "openSupervision",
        {"petitionId": case.id, "addressee": UNIT, "reason": "SHIRKING", "text": "请说明", "answerBy": in_days(9)},
    ),
}
"""What is refused with ``ACCUSED_UNIT``."""

UNSEEN = (
    "petition-by-unit",
    "petition-by-person",
    "bureau-link",
    "reminders",
    "registered-by-unit",
    "proposal",
    "attachments",
)
"""What reaches it by itself in other cases, and of this one does not."""


@pytest.mark.parametrize("path", PATHS)
def test_no_act_gives_an_accusation_to_the_accused(accusation: Accusation, path: str) -> None:
    queue = bureau_queue(HERE, UNIT)
    broker = accusation.scene.platform.settings.amqp_url
    before = waiting(broker, queue)
    user, mutation, given = PATHS[path](accusation)
    payload = accusation.scene.platform.eventually(lambda: heard(accusation.ask(user, mutation, given)))
    assert [error["code"] for error in payload["errors"]] == ["ACCUSED_UNIT"], payload
    assert "第三十条" in payload["errors"][0]["message"]
    assert waiting(broker, queue) == before


def heard(payload: dict[str, Any]) -> dict[str, Any] | None:
    """None while the service has not heard of the case over the bus."""
    return None if {error["code"] for error in payload["errors"]} & {"NOT_FOUND", "UNAVAILABLE"} else payload


def test_nobody_accused_sees_anything_of_it(accusation: Accusation) -> None:
    observers = [one for one in OBSERVERS if one.actor.county == HERE]
    barred = [one for one in observers if one.actor.tenant == UNIT or one.actor.user == LOGIN]
    assert len(barred) >= 4
    for observer in barred:
        client = accusation.scene.client(observer)
        (found,) = reading.each_by_id(client, "petition", "{ id }", [accusation.id])
        assert found is None, observer
        listed = {one["id"] for one in reading.all_nodes(client, "petitions", "{ id }")}
        assert accusation.id not in listed, observer
        reminded = reading.all_nodes(client, "reminders", "{ items { petitionId } atOnce { petitionId } }")
        told = {item["petitionId"] for one in reminded for item in [*one["items"], one["atOnce"]] if item}
        assert accusation.id not in told, observer


def test_the_proposal_never_names_the_accused(accusation: Accusation) -> None:
    client = accusation.scene.client(BY_USER[OFFICE])
    shown = "{ proposal { lead { tenant { code } } supports { tenant { code } } runnersUp { tenant { code } } } }"

    def proposed() -> Any:
        (case,) = reading.each_by_id(client, "petition", shown, [accusation.id])
        return case["proposal"]

    proposal = accusation.scene.platform.eventually(proposed)
    named = [proposal["lead"], *proposal["supports"], *proposal["runnersUp"]]
    assert UNIT not in {one["tenant"]["code"] for one in named if one}


def test_a_unit_does_not_register_an_accusation_of_itself(scene: Scene) -> None:
    unit = Walker(scene.platform, scene.platform.login(UNIT, "CLERK"))
    (error,) = unit.register(letter(nature="ACCUSATION", accused=[UNIT]))["errors"]
    assert (error["code"], error["field"]) == ("ACCUSED_UNIT", "accused")


def test_an_accusation_of_the_county_office_is_seen_by_nobody_of_it(scene: Scene) -> None:
    township = Walker(scene.platform, scene.platform.login("611021102", "CLERK"))
    case = done(township.register(letter(nature="ACCUSATION", accused=["xfj"])))["petition"]["id"]
    given = {"petitionId": case, "kind": "TRANSFER", "to": [{"tenant": "jw", "role": "LEAD"}]}
    done(township.act("referPetition", "ReferPetitionInput", given))
    seen = {
        str(observer)
        for observer in OBSERVERS
        if observer.actor.county == HERE
        and reading.each_by_id(scene.client(observer), "petition", "{ id }", [case])[0] is not None
    }
    assert not {user for user in seen if user.startswith("xfj.")}
    assert {"611021102.clerk@luonan", "jw.clerk@luonan", "jw.cleared@luonan*"} <= seen


def test_the_ways_that_were_tried_stand_in_the_page() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert listed == {*PATHS, *UNSEEN}
