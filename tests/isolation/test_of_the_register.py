"""What the register finds for somebody, and what the desk keeps: by words, by likeness, by list; nothing beyond."""

import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from services.common.ids import new_id
from services.contracts.actor import Role, TenantKind
from services.contracts.intake import Nature
from tests.isolation import reading
from tests.isolation.check import reports_for, settled
from tests.isolation.rule import HANDLES_CASES, READS_CASES, admitted, expected
from tests.isolation.scene import MARK, NAME, PHONE, Case, Scene
from tests.isolation.table import HERE, OBSERVERS, Observer
from tests.journey.story import today

# One of each sort: what sorts them stands in the policies, which ``test_who_sees_what`` tries with everybody.
SORTS = (
    *("xfj.clerk@luonan", "xfj.leader@luonan", "xfj.accusations@luonan", "xfj.auditor@luonan", "xfj.only@luonan"),
    *("611021102.clerk@luonan", "611021102.head@luonan", "611021101.clerk@luonan", "slj.clerk@luonan"),
    *("nyncj.clerk@luonan", "zrzy.head@luonan", "gongan.head@luonan", "jw.clerk@luonan", "zfw.cleared@luonan"),
    *("xfj.accusations@yanshi2", "zrzy.clerk@yanshi2"),
)
each_observer = pytest.mark.parametrize(
    "observer", [observer for observer in OBSERVERS if observer.actor.user in SORTS], ids=str
)

SEARCH = """query($text: String, $name: String, $phone: String) {
  searchPetitions(text: $text, name: $name, phone: $phone, first: 100) { totalCount nodes { petition { id } } } }"""
REPEATS = """query($input: CheckRepeatsInput!) {
  checkRepeats(input: $input) { samePerson matches { petition { id } number visible title } } }"""
REPORTS = "{ id petitionId }"


def visible(scene: Scene, observer: Observer) -> set[str]:
    return {case.id for case in scene.cases if expected(observer.actor, case.standing).case}


def codes_of(body: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body.get("errors", [])]


def found(scene: Scene, observer: Observer, **given: str) -> tuple[int, set[str]]:
    body = reading.post(scene.client(observer), SEARCH, given).json()["data"]["searchPetitions"]
    return body["totalCount"], {node["petition"]["id"] for node in body["nodes"]}


@each_observer
def test_a_search_finds_what_one_sees_and_counts_nothing_else(scene: Scene, observer: Observer) -> None:
    if not observer.actor.roles & READS_CASES:
        body = reading.post(scene.client(observer), SEARCH, {"text": MARK}).json()
        assert codes_of(body) == ["FORBIDDEN"]
        return
    mine = visible(scene, observer)
    assert found(scene, observer, text=MARK) == (len(mine), mine)
    for case in scene.cases:
        count, ids = found(scene, observer, text=case.number) if case.stage.name == "closed" else (0, set())
        assert (count, ids) == ((1, {case.id}) if case.id in mine and case.stage.name == "closed" else (0, set()))


@each_observer
def test_a_person_is_found_by_those_who_may_know_who_it_is(scene: Scene, observer: Observer) -> None:
    if not observer.actor.roles & HANDLES_CASES:
        return
    known = {case.id for case in scene.cases if expected(observer.actor, case.standing).petitioners}
    here = {case.id for case in scene.cases}
    _, ids = found(scene, observer, name=NAME)
    assert ids & here == known
    # It stands in every text, masked: nobody finds a petition by it.
    _, ids = found(scene, observer, text=PHONE)
    assert not ids & here


@each_observer
def test_a_check_for_repeats_tells_of_an_accusation_to_the_named_alone(scene: Scene, observer: Observer) -> None:
    case = scene.case("ordinary", "sent") if observer.actor.county == HERE else scene.case("elsewhere", "sent")
    given = {"title": f"{MARK}：反映{case.kind.label}", "petitioners": [{"name": NAME}], "most": 50}
    body = reading.post(scene.client(observer), REPEATS, {"input": given}).json()
    if not observer.actor.roles & HANDLES_CASES:
        assert codes_of(body) == ["FORBIDDEN"]
        return
    by_number = {each.number: each for each in scene.cases}
    mine = visible(scene, observer)
    matches = body["data"]["checkRepeats"]["matches"]
    assert matches
    for match in matches:
        one = by_number.get(match["number"])
        if one is None:
            continue
        shown = match["petition"] and match["petition"]["id"]
        assert (shown, match["visible"]) == ((one.id, True) if one.id in mine else (None, False))
        assert match["title"] is None or one.id in mine
        assert one.id in mine or not hides(one), "told of what hides its petitioners"
        assert admitted(observer.actor, one.standing) or one.id not in mine


def hides(case: Case) -> bool:
    return case.kind.confidential or case.kind.nature is Nature.ACCUSATION


@each_observer
def test_an_export_holds_the_rows_of_the_list(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    asked = {"filter": json.dumps({"text": MARK}), "accusations": "true"}
    answer = client.get("/exports/petitions.xlsx", params=asked)
    if not observer.actor.roles & READS_CASES:
        assert answer.status_code != 200
        return
    sheet = load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
    written = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    mine = visible(scene, observer)
    numbers = {case.number: case.id for case in scene.cases}
    assert {numbers[cell] for cell in written if cell in numbers} == mine


@each_observer
def test_urgent_reports_are_for_who_made_them_and_who_was_told(scene: Scene, observer: Observer) -> None:
    files, listed = settled(scene, lambda: reading.all_nodes(scene.client(observer), "urgentReports", REPORTS))
    wanted = {report["id"] for case in scene.cases for report in reports_for(files[case.id], case, observer)}
    here = {case.id for case in scene.cases}
    assert {one["id"] for one in listed if one["petitionId"] in here} == wanted


@each_observer
def test_papers_and_letters_of_the_desk_go_with_the_case(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    for case in scene.cases:
        if case.stage.name != "closed":
            continue
        sees = expected(observer.actor, case.standing).case
        paths = [
            f"/documents/petitions/{case.id}/registration.docx",
            f"/documents/talks/{case.parts['talkId']}.docx",
            f"/documents/notices/{case.parts['noticeId']}.docx",
        ]
        statuses = [client.get(path).status_code for path in paths]
        assert statuses == [200 if sees else 404] * 3, case


TRIAGE = """mutation($input: RecordTriageInput!) {
  recordTriage(input: $input) { triage { id } errors { code } } }"""
TAKE_BACK = """mutation($id: UUID!) { takeBackTriage(input: { triageId: $id, reason: "误记" }) { errors { code } } }"""
COUNTS = "query($on: Date!) { triageCounts(from: $on, to: $on) { outcome entries } }"
DRAFT = """mutation($form: String!) {
  saveDraft(input: { label: "窗口", form: $form }) { draft { id } errors { code } } }"""
OPEN = "query($id: UUID!) { draft(id: $id) { form } }"
DISCARD = "mutation($id: UUID!) { discardDraft(input: { draftId: $id }) { errors { code } } }"


def test_what_the_desk_writes_down_is_for_its_tenant_and_the_county_office(scene: Scene) -> None:
    author = next(one for one in OBSERVERS if one.actor.user == "611021102.clerk@luonan" and not one.invented)
    given = {"channel": "VISIT", "subject": "咨询医保缴费", "outcome": "BUSINESS", "directedTo": "医保窗口"}
    answer = reading.post(scene.client(author), TRIAGE, {"input": given}).json()["data"]["recordTriage"]
    (id_,) = [answer["triage"]["id"]]
    for observer in OBSERVERS:
        actor, client = observer.actor, scene.client(observer)
        tenant = actor.tenant == "611021102" and actor.county == HERE
        sees = bool(actor.roles & READS_CASES) and (
            tenant or (actor.kind is TenantKind.COUNTY and actor.county == HERE)
        )
        listed = {one["id"] for one in reading.all_nodes(client, "triages", "{ id }")}
        assert (id_ in listed) == sees, observer
        counts = reading.post(client, COUNTS, {"on": str(today())}).json()
        if not actor.roles & READS_CASES:
            assert codes_of(counts) == ["FORBIDDEN"]
        if not (tenant and actor.roles & HANDLES_CASES):
            refused = reading.post(client, TAKE_BACK, {"id": id_}).json()["data"]["takeBackTriage"]["errors"]
            may = actor.roles & HANDLES_CASES
            assert [one["code"] for one in refused] == [
                "FORBIDDEN" if not may or (sees and not tenant) else "NOT_FOUND"
            ], observer


def test_a_draft_is_for_its_author_alone(scene: Scene) -> None:
    author = next(one for one in OBSERVERS if one.actor.user == "611021102.clerk@luonan" and not one.invented)
    answer = reading.post(scene.client(author), DRAFT, {"form": '{"title": "草稿"}'}).json()["data"]["saveDraft"]
    draft = answer["draft"]["id"]
    for observer in OBSERVERS:
        client = scene.client(observer)
        mine = (observer.actor.user, observer.actor.tenant) == (author.actor.user, author.actor.tenant)
        listed = {one["id"] for one in reading.all_nodes(client, "drafts", "{ id }")}
        assert (draft in listed) == mine, observer
        opened = reading.post(client, OPEN, {"id": draft}).json()
        nowhere = reading.post(client, OPEN, {"id": new_id()}).json()
        if not mine:
            assert codes_of(opened) == codes_of(nowhere) == ["NOT_FOUND"], observer
            refused = reading.post(client, DISCARD, {"id": draft}).json()["data"]["discardDraft"]["errors"]
            handles = observer.actor.roles & HANDLES_CASES
            assert [one["code"] for one in refused] == ["NOT_FOUND" if handles else "FORBIDDEN"], observer


@each_observer
def test_the_ledger_is_for_an_auditor_of_the_county_office(scene: Scene, observer: Observer) -> None:
    query = "{ ledger(first: 5) { nodes { seq petitionId } } }"
    body = reading.post(scene.client(observer), query).json()
    actor = observer.actor
    if Role.AUDITOR in actor.roles and actor.kind is TenantKind.COUNTY:
        assert body["data"]["ledger"]["nodes"]
    else:
        assert codes_of(body) == ["FORBIDDEN"]


@each_observer
def test_letters_to_a_leader_are_his_alone(scene: Scene, observer: Observer) -> None:
    assert reading.all_nodes(scene.client(observer), "lettersToMe", "{ id }") == []
