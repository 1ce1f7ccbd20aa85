"""Clocks, extensions, supervisions, reminders and reviews: who finds them, and who may act on them."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.common.ids import new_id
from services.contracts.intake import Nature
from tests.isolation import reading
from tests.isolation.check import settled, threads_for
from tests.isolation.rule import HANDLES_CASES, expected
from tests.isolation.rule_of_parts import PART_ACTS, refusal_of_part_act, sees_thread
from tests.isolation.scene import Case, Scene
from tests.isolation.table import HERE, OBSERVERS, Observer
from tests.isolation.walks import fields_of

each_observer = pytest.mark.parametrize("observer", OBSERVERS, ids=str)


ABSENT_FROM_ACCUSATIONS = {act for act in PART_ACTS if "Extension" in act} | {
    *("fulfilSettlement", "takeBackSettlement", "appealRating", "decideRatingAppeal"),
}


@each_observer
def test_nobody_acts_on_what_belongs_to_a_case_that_is_not_his(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    unknown = attempt_parts(client, {act: part_input(act, nowhere(scene.full)) for act in PART_ACTS})
    for case in scene.cases:
        if case.stage.name != "closed":
            continue
        refusals = {
            act: refusal_of_part_act(observer.actor, case.standing, act=rule, players=case.kind.players)
            for act, rule in PART_ACTS.items()
        }
        if case.kind.nature is Nature.ACCUSATION:
            # It has no extension and no settlement, and is told first that it is not rated at all.
            refusals = {act: code for act, code in refusals.items() if act not in ABSENT_FROM_ACCUSATIONS}
            if refusals["recordRating"] == "RATING_GIVEN":
                refusals["recordRating"] = "WRONG_STATE"
            # Of this one there are readers, and they are to stay who they are.
            if refusals["nameReaders"] == "WRONG_STATE":
                refusals["nameReaders"] = "INVALID_INPUT"
        refused = {act: code for act, code in refusals.items() if code is not None}
        found = attempt_parts(client, {act: part_input(act, case) for act in refused})
        codes = {act: [error["code"] for error in payload["errors"]] for act, payload in found.items()}
        assert codes == {act: [code] for act, code in refused.items()}, case
        for act, code in refused.items():
            if code == "NOT_FOUND":
                assert found[act] == unknown[act], (case, act)
            assert not any(value for name, value in found[act].items() if name != "errors"), (case, act)


def nowhere(case: Case) -> Case:
    """As this case, but with ids that nothing has."""
    return replace(case, id=new_id(), parts={name: new_id() for name in case.parts})


def part_input(act: str, case: Case) -> dict[str, Any]:
    """The input of an act about what belongs to the case."""
    wanted = reading.inputs_of(reading.input_type(act))
    about = {name: value for name, value in case.parts.items() if name in wanted}
    if "petitionId" in wanted and act != "openSupervision":
        about["petitionId"] = case.id
    if act == "assignCaseOwner":
        about["tenant"] = case.kind.second
    return {**about, **fields_of(act)}


def attempt_parts(client: httpx.Client, inputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The payloads of these acts, one after the other in one document."""
    declared = ", ".join(f"${act}: {reading.input_type(act)}!" for act in inputs)
    fields = " ".join(
        f"{act}(input: ${act}) {{ {reading.keys_shown_by(act)} errors {{ code message field }} }}" for act in inputs
    )
    if not inputs:
        return {}
    data: dict[str, Any] = reading.answer(reading.post(client, f"mutation({declared}) {{ {fields} }}", inputs))["data"]
    return data


@each_observer
def test_clocks_and_supervisions_are_found_by_id_by_those_who_see_them(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    chosen = [case for case in scene.cases if case.stage.name in {"sent", "returned", "closed"}]

    def look() -> list[tuple[Any, Any]]:
        asked = []
        for field, shown, part in (("clock", reading.CLOCK, "clocks"), ("supervision", reading.SUPERVISION, None)):
            ids = [one["id"] for case in chosen for one in scene.known_file(case)[part or "supervisions"]]
            asked.append((ids, reading.each_by_id(client, field, shown, ids)))
        return asked

    files, ((clock_ids, clocks), (thread_ids, threads)) = settled(scene, look)
    reference = scene.reference_of(observer)
    seen_clocks, seen_threads = set(), set()
    for case in chosen:
        visible = threads_for(files[case.id], case, observer)
        seen_threads |= {one["id"] for one in visible}
        if expected(observer.actor, case.standing).case:
            seen_clocks |= {one["id"] for one in files[case.id]["clocks"]}
    assert {key for key, one in zip(clock_ids, clocks, strict=True) if one} == seen_clocks
    assert {key for key, one in zip(thread_ids, threads, strict=True) if one} == seen_threads
    whole = reading.each_by_id(reference, "supervision", reading.SUPERVISION, thread_ids)
    for mine, its in zip(threads, whole, strict=True):
        # The clock of a thread goes with the case.
        assert mine is None or {**mine, "clock": its["clock"]} == its


def told_of(reminder: dict[str, Any]) -> set[str]:
    """The cases that a reminder names."""
    at_once = [reminder["atOnce"]] if reminder["atOnce"] else []
    return {one["petitionId"] for one in [*reminder["items"], *at_once]}


@each_observer
def test_reminders_are_for_the_tenant_that_is_reminded(scene: Scene, observer: Observer) -> None:
    by_petition = {case.id: case for case in scene.cases}
    reference, client = scene.reference_of(observer), scene.client(observer)

    def listed(of: httpx.Client) -> dict[str, Any]:
        found = reading.all_nodes(of, "reminders", reading.REMINDER)
        return {one["id"]: one for one in found if told_of(one) <= by_petition.keys()}

    def compare() -> bool:
        every = listed(reference)
        found = listed(client)
        assert listed(reference) == every
        seen = {
            key
            for key, one in every.items()
            if all(
                sees_thread(observer.actor, by_petition[case].standing, parties={one["tenant"]["code"]})
                for case in told_of(one)
            )
        }
        assert found.keys() == seen
        for key, one in found.items():
            tied = [{**item, "clock": None} for item in one["items"]]
            assert {**one, "items": tied} == {
                **every[key],
                "items": [{**item, "clock": None} for item in every[key]["items"]],
            }
        # In the other county nobody was reminded of anything yet.
        return bool(every) or observer.actor.county != HERE

    assert scene.platform.eventually(compare)


@each_observer
def test_the_register_of_owned_cases_holds_those_that_one_sees(scene: Scene, observer: Observer) -> None:
    nodes = reading.all_nodes(scene.client(observer), "caseOwners", "{ owner { leader } petition { id } }")
    here = {case.id for case in scene.cases}
    owned = {
        case.id for case in scene.cases if case.stage.name == "closed" and expected(observer.actor, case.standing).case
    }
    assert {node["petition"]["id"] for node in nodes} & here == owned


@each_observer
def test_approvals_and_their_papers_are_for_those_who_see_the_case(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    closed = [case for case in scene.cases if case.stage.name == "closed"]
    seen = {case.parts["approvalId"] for case in closed if expected(observer.actor, case.standing).case}
    every = [case.parts["approvalId"] for case in closed]
    listed = {one["id"] for one in reading.all_nodes(client, "approvals", "{ id }")}
    assert listed & set(every) == seen
    found = reading.each_by_id(client, "approval", "{ id }", every)
    assert {key for key, one in zip(every, found, strict=True) if one} == seen
    papers = {key: client.get(f"/documents/approvals/{key}.docx").status_code for key in every}
    assert papers == {key: 200 if key in seen else 404 for key in every}


@each_observer
def test_files_are_given_out_and_taken_in_by_those_who_see_the_case(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    closed = {case.parts["attachmentId"]: case for case in scene.cases if case.stage.name == "closed"}
    seen = {key for key, case in closed.items() if expected(observer.actor, case.standing).case}
    got = {key: client.get(f"/attachments/{key}").status_code for key in closed}
    assert got == {key: 200 if key in seen else 404 for key in closed}
    query = "query($id: UUID!) { petition(id: $id) { attachments { id url } } }"
    for key, case in closed.items():
        # It is a program, which is refused to whoever would be let in.
        asked = {"petition": case.id, "kind": "EVIDENCE", "name": "程序.exe"}
        status = client.post("/attachments", params=asked, content=b"MZ").status_code
        may = observer.actor.roles & HANDLES_CASES
        assert status == (404 if key not in seen else 415 if may else 403)
        file = scene.platform.gql(client, query, {"id": case.id})["petition"] if key in seen else None
        for one in file["attachments"] if file else []:
            linked = httpx.get(scene.platform.url + one["url"], trust_env=False)
            assert (one["id"], linked.status_code) == (key, 200)
    unknown, foreign = (client.get(f"/attachments/{key}") for key in (new_id(), next(iter({*closed} - seen), new_id())))
    assert (unknown.status_code, unknown.content) == (foreign.status_code, foreign.content)


@each_observer
def test_what_the_county_has_set_is_known_in_the_whole_county(scene: Scene, observer: Observer) -> None:
    query = f"{{ regime {reading.REGIME} flows {{ id steps {{ id }} }} }}"
    mine, its = (
        reading.answer(reading.post(client, query))["data"]
        for client in (scene.client(observer), scene.reference_of(observer))
    )
    assert mine == its
