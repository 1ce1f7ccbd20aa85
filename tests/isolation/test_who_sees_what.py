"""Who sees what of a petition: every observer, every kind of case, every stage, by every way in."""

from typing import Any

import httpx
import pytest

from services.common.ids import new_id
from tests.isolation import reading
from tests.isolation.check import deviations, settled
from tests.isolation.rule import expected, refusal_of_petition_act, refusal_of_referral_act
from tests.isolation.scene import SENDER, Case, Scene
from tests.isolation.table import KINDS, OBSERVERS, Observer
from tests.isolation.walks import fields_of
from tests.journey.story import in_days

each_observer = pytest.mark.parametrize("observer", OBSERVERS, ids=str)

PETITION_ACTS = ("referPetition", "closePetition", "revealPetitioner", "revealText")
REFERRAL_ACTS = (
    *("withdrawReferral", "receiveReferral", "objectToReferral", "decideObjection"),
    *("acceptReferral", "answerReferral", "deliverAnswer", "refuseReferral", "overruleRefusal", "noteProgress"),
    *("sendBackAnswer", "raiseDispute", "decideDispute", "forwardReferral"),
)

STAGES_OF_ACTS = ("sent", "returned", "closed")
ACTS = (*PETITION_ACTS, *REFERRAL_ACTS)

VOLATILE = {"date", "x-trace-id", "traceresponse"}


@each_observer
def test_everybody_sees_what_the_rule_says_and_nothing_else(scene: Scene, observer: Observer) -> None:
    assert deviations(scene, observer) == []


def test_the_reference_itself_is_whole(scene: Scene) -> None:
    files, _ = settled(scene, lambda: None)
    for case in scene.cases:
        file = files[case.id]
        assert (file["number"], file["queryCode"]) == (case.number, case.query_code)
        assert [person["name"] for person in file["petitioners"]] == ["钱**"]
        standing = {one["toTenant"]["code"] for one in file["referrals"] if one["endedOn"] is None}
        assert standing == case.standing.holders
        ended = sorted((one["toTenant"]["code"], one["state"]) for one in file["referrals"] if one["endedOn"])
        assert ended == sorted((tenant, state.value) for tenant, state in case.standing.ended)
        assert file["clocks"]
        assert file["timeline"]


@each_observer
def test_a_foreign_case_and_one_that_does_not_exist_answer_alike(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)

    def ask(key: str, kind: str, value: str) -> tuple[Any, ...]:
        query = f"query($value: {kind}) {{ petition({key}: $value) {{ ...File }} }} {reading.FILE}"
        return everything(reading.post(client, query, {"value": value}))

    nowhere = ask("id", "UUID", new_id())
    assert "NOT_FOUND" in nowhere[-1]
    unnumbered = ask("number", "String", "611021102L209901010001")
    for case in scene.cases:
        if not expected(observer.actor, case.standing).case:
            assert ask("id", "UUID", case.id) == nowhere, case
            assert ask("number", "String", case.number) == unnumbered, case


@each_observer
def test_nobody_acts_on_what_is_not_his(scene: Scene, observer: Observer) -> None:
    before, _ = settled(scene, lambda: None)
    client = scene.client(observer)
    nothing = new_id()
    unknown = attempt(client, {act: input_of(act, nothing, nothing) for act in ACTS})
    for case in scene.cases:
        (person,) = before[case.id]["petitioners"]
        refusals = refusals_of(observer, case)
        inputs = {
            act: input_of(act, case.id if act in PETITION_ACTS else case.first_referral or "", person["id"])
            for act in acts_in_turn(observer, case)
            if refusals[act] is not None
        }
        found = attempt(client, inputs)
        codes = {act: [error["code"] for error in payload["errors"]] for act, payload in found.items()}
        assert codes == {act: [refusals[act]] for act in inputs}, case
        for act, payload in found.items():
            if refusals[act] == "NOT_FOUND":
                assert payload == unknown[act], (case, act)
            if "referrals" in payload:
                assert payload["referrals"] == []
                assert payload["petition"] is None
    after, _ = settled(scene, lambda: None)
    assert {key: acts_of(file) for key, file in after.items()} == {key: acts_of(file) for key, file in before.items()}


def acts_in_turn(observer: Observer, case: Case) -> list[str]:
    """Each observer tries each act on each kind of case, and all of them together at each stage: every combination of
    the four would be three times as many."""
    if case.stage.name not in STAGES_OF_ACTS:
        return []
    turn = OBSERVERS.index(observer) + KINDS.index(case.kind) - STAGES_OF_ACTS.index(case.stage.name)
    return [act for place, act in enumerate(ACTS) if (place + turn) % len(STAGES_OF_ACTS) == 0]


def refusals_of(observer: Observer, case: Case) -> dict[str, str | None]:
    """By act the code of its refusal, None where the rule lets the observer do it."""
    receiver = case.kind.first
    ended = any(tenant == receiver for tenant, _ in case.standing.ended)
    return {
        **{
            act: refusal_of_referral_act(
                observer.actor, case.standing, mutation=act, sender=SENDER, receiver=receiver, ended=ended
            )
            for act in REFERRAL_ACTS
        },
        **{
            act: refusal_of_petition_act(
                observer.actor, case.standing, mutation=act, closed=case.stage.name == "closed"
            )
            for act in PETITION_ACTS
        },
    }


def input_of(act: str, subject: str, person: str) -> dict[str, Any]:
    if act == "referPetition":
        return {
            "petitionId": subject,
            "kind": "ASSIGN",
            "to": [{"tenant": "gongan", "role": "SUPPORT"}],
            "dueOn": in_days(10),
        }
    if act == "revealText":
        return {"petitionId": subject, "reason": "核对原文"}
    if act == "revealPetitioner":
        return {"petitionId": subject, "petitionerId": person, "reason": "核对身份"}
    if act == "closePetition":
        return {"petitionId": subject}
    return {"referralId": subject, **fields_of(act)}


def attempt(client: httpx.Client, inputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The payloads of these acts with all that a payload can show, one after the other in one document."""
    if not inputs:
        return {}
    declared = ", ".join(f"${act}: {reading.input_type(act)}!" for act in inputs)
    whole = "{ petition { ...File } referrals { id } referral { id } errors { code message field } }"
    shown = {"revealPetitioner": "petitioner { name }", "revealText": "text { body }"}
    fields = " ".join(
        f"{act}(input: ${act}) " + (f"{{ {shown[act]} errors {{ code message field }} }}" if act in shown else whole)
        for act in inputs
    )
    fragment = reading.FILE if set(inputs) - set(shown) else ""
    data: dict[str, Any] = reading.answer(
        reading.post(client, f"mutation({declared}) {{ {fields} }} {fragment}", inputs)
    )["data"]
    return data


def everything(response: httpx.Response) -> tuple[Any, ...]:
    """All of an answer but what is of the moment: its date and its trace."""
    headers = {name: value for name, value in response.headers.items() if name not in VOLATILE}
    return response.status_code, headers, response.text


def acts_of(file: dict[str, Any]) -> list[tuple[str, str]]:
    """What people did in a case; clocks follow by themselves."""
    return [
        (entry["act"], entry["actorName"])
        for entry in file["timeline"]
        if not entry["act"].startswith(("CLOCK", "DUTY"))
    ]
