"""The file of a case through the real gateway: packed, listed at the year's end, handed to the archive room."""

import hashlib
import io
import json
from typing import Any
from zipfile import ZipFile

import httpx

from services.common.ids import new_id
from tests.harness.platform import Platform
from tests.journey.story import done, letter, today
from tests.service.test_reviews import clerk, codes, handled

ARCHIVE = """mutation($input: ArchiveCaseInput!) { archiveCase(input: $input) {
  archive { on room catalogue items byName takenBack tenant { code } } errors { code field } } }"""
TAKE_BACK = """mutation($input: TakeBackArchiveInput!) { takeBackArchive(input: $input) {
  archive { takenBack } errors { code } } }"""
OF_YEAR = """query($year: Int!, $archived: Boolean, $channel: Channel, $by: ID) {
  casesClosed(year: $year, archived: $archived, channel: $channel, registeredBy: $by, first: 100) {
    totalCount nodes { id closedOn archive { on takenBack } } } }"""
TOWNSHIP, NEIGHBOUR = "611021001", "611021002"
ENVELOPE = b"%PDF-1.7\nenvelope"


def unpacked(answer: httpx.Response) -> tuple[ZipFile, dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    (name,) = [each for each in archive.namelist() if each.endswith("/catalogue.json")]
    body = archive.read(name)
    assert answer.headers["x-catalogue-sha256"] == hashlib.sha256(body).hexdigest()
    return archive, json.loads(body)


def test_a_closed_case_is_packed_and_entered_as_archived(platform: Platform) -> None:
    petition, _ = handled(platform, registrar=TOWNSHIP, by=TOWNSHIP, title="反映路灯损坏" + new_id()[-6:])
    township, neighbour, office = (clerk(platform, one) for one in (TOWNSHIP, NEIGHBOUR, "xfj"))
    content = ENVELOPE + new_id().encode()
    sent = {"petition": petition, "kind": "ENVELOPE", "name": "信封.pdf"}
    assert township.client.post("/attachments", params=sent, content=content).status_code == 201
    path = f"/archives/{petition}.zip"
    given = {"petitionId": petition, "on": str(today()), "room": "镇档案室 2026-信-3"}

    def enter(who: Any, query: str, **input: Any) -> dict[str, Any]:
        data = platform.gql(who.client, query, {"input": input})
        payload: dict[str, Any] = next(iter(data.values()))
        return payload

    def listed(who: Any, **asked: Any) -> set[str]:
        page = platform.gql(who.client, OF_YEAR, {"year": today().year, **asked})["casesClosed"]
        assert page["totalCount"] == len(page["nodes"])
        assert {each["closedOn"][:4] for each in page["nodes"]} <= {str(today().year)}
        return {each["id"] for each in page["nodes"]}

    # Packed at any time, by the office that keeps it and the county office; entered once it is closed.
    assert codes(enter(township, ARCHIVE, **given)) == ["WRONG_STATE"]
    assert neighbour.client.get(path).json() == neighbour.client.get(f"/archives/{new_id()}.zip").json()
    (error,) = clerk(platform, "xfj", "SUPERVISOR").client.get(path).json()["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    done(township.act("closePetition", "ClosePetitionInput", {"petitionId": petition}))

    archive, catalogue = unpacked(township.client.get(path))
    titles = [item["title"] for item in catalogue["items"]]
    assert titles[0] == "信封：信封.pdf"
    assert titles[-2:] == ["办结单", "信访事项办理情况"]
    assert {"来信登记表", "信访事项处理表"} <= set(titles)
    for item in catalogue["items"]:
        body = archive.read(f"{catalogue['number']}/{item['file']}")
        assert (len(body), hashlib.sha256(body).hexdigest()) == (item["size"], item["sha256"])
        assert "赵小树".encode() not in body
    _, again = unpacked(office.client.get(path))
    assert again == catalogue

    # The year's end.
    assert petition in listed(township, archived=False) & listed(office, archived=False, by=TOWNSHIP, channel="LETTER")
    assert petition not in listed(office, archived=False, channel="VISIT") | listed(neighbour) | listed(
        township, archived=True
    )
    assert codes(enter(neighbour, ARCHIVE, **given)) == ["NOT_FOUND"]
    entered = enter(township, ARCHIVE, **given)
    assert entered["errors"] == []
    made = entered["archive"]
    assert made["catalogue"] == hashlib.sha256(archive.read(f"{catalogue['number']}/catalogue.json")).hexdigest()
    assert (made["room"], made["on"], made["items"]) == (given["room"], str(today()), len(titles))
    assert made["tenant"]["code"] == TOWNSHIP
    assert codes(enter(office, ARCHIVE, **given)) == ["ALREADY_ARCHIVED"]
    assert petition in listed(township, archived=True)
    # What was handed over can be told later: the entry itself changes nothing in the file.
    assert unpacked(township.client.get(path))[1] == catalogue

    back = enter(office, TAKE_BACK, petitionId=petition, reason="档号写错")
    assert back["archive"]["takenBack"] == "档号写错"
    assert petition in listed(township, archived=False)
    assert enter(office, ARCHIVE, **given)["errors"] == []
    assert township.whole(petition)["timeline"][-1]["act"] == "ARCHIVED"


def test_an_accusation_is_packed_for_those_who_may_know_it_and_the_reading_is_noted(platform: Platform) -> None:
    cleared = clerk(platform, "xfj", "ACCUSATIONS")
    petition = done(cleared.register(letter(nature="ACCUSATION")))["petition"]["id"]
    path = f"/archives/{petition}.zip"
    unpacked(cleared.client.get(path))
    # Another login of the same office, which is not among those who may know of it.
    refused = clerk(platform, "xfj", "HEAD").client.get(path)
    assert refused.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    platform.eventually(lambda: "READ" in {one["act"] for one in cleared.whole(petition)["timeline"]} or None)
