"""Files of a case over the real platform: taken in, refused, given out, and closed to whom the case is closed."""

import asyncio
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.operator import attachments
from gateway.attachments.storage import Place
from services.common.ids import new_id
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

FILE = """query($id: UUID!) { petition(id: $id) { attachments { id name mediaType size sha256 kindLabel scannedLabel
  uploadedBy { code } uploaderName takenBack url } timeline { act remark } } }"""
TAKE_BACK = """mutation($input: TakeBackAttachmentInput!) { takeBackAttachment(input: $input) {
  attachment { takenBack url } errors { code } } }"""
PDF = b"%PDF-1.7\n"
MEBI = 1024 * 1024


class Desk(Walker):
    """One user with files."""

    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def sends(self, petition: str, content: Any = PDF, /, **given: str) -> httpx.Response:
        headers = {"Idempotency-Key": given.pop("key")} if "key" in given else {}
        asked = {"petition": petition, "kind": "ENCLOSURE", "name": "协议.pdf", **given}
        return self.client.post("/attachments", params=asked, content=content, headers=headers)

    def attaches(self, petition: str, content: bytes, /, **given: str) -> dict[str, Any]:
        response = self.sends(petition, content, **given)
        assert response.status_code == 201, response.text
        attachment: dict[str, Any] = response.json()["attachment"]
        return attachment

    def files(self, petition: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.gql(self.client, FILE, {"id": petition})["petition"]["attachments"]
        return found

    def gets(self, path: str) -> httpx.Response:
        return self.client.get(path)


def code(response: httpx.Response) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    assert re.search(r"[\u4e00-\u9fff]{4}", error["message"])
    return response.status_code, error["extensions"]["code"]


def by_link(platform: Platform, url: str) -> httpx.Response:
    """Whoever has the link, without any login."""
    return httpx.get(platform.url + url, trust_env=False)


def unique() -> bytes:
    return PDF + new_id().encode()


def folder(platform: Platform) -> Path:
    return platform.instance.folder / "attachments"


def stored(platform: Platform) -> dict[Path, int]:
    """Every file of the store, whole or not, with its rights."""
    return {path: stat.S_IMODE(path.stat().st_mode) for path in folder(platform).rglob("*") if path.is_file()}


@pytest.fixture
def petition(platform: Platform) -> str:
    return str(done(Desk(platform, "xfj").register(letter()))["petition"]["id"])


def referred(platform: Platform, petition: str, tenant: str) -> str:
    to = [{"tenant": tenant, "role": "LEAD"}]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": to}
    return str(done(Desk(platform, "xfj").act("referPetition", "ReferPetitionInput", given))["referral"]["id"])


def test_a_file_is_kept_with_the_case_and_given_out_whole(platform: Platform, petition: str) -> None:
    office, content = Desk(platform, "xfj"), unique()
    made = office.attaches(petition, content, name="../征收 协议.pdf", kind="EVIDENCE")
    assert (made["name"], made["mediaType"], made["size"]) == ("征收 协议.pdf", "application/pdf", len(content))
    (kept,) = office.files(petition)
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert (kept["kindLabel"], kept["uploadedBy"]["code"], kept["scannedLabel"]) == ("证据材料", "xfj", "未经病毒扫描")
    entries = platform.gql(office.client, FILE, {"id": petition})["petition"]["timeline"]
    assert [one["remark"] for one in entries if one["act"] == "ATTACHED"] == ["证据材料：征收 协议.pdf"]
    for response in (office.gets(f"/attachments/{made['id']}"), by_link(platform, kept["url"])):
        assert (response.status_code, response.content) == (200, content)
        assert response.headers["content-disposition"].startswith('attachment; filename="file.pdf"; filename*=UTF-8')
        assert response.headers["x-content-type-options"] == "nosniff"
    (path,) = (path for path in stored(platform) if path.name == made["id"])
    assert path.relative_to(folder(platform)).parts == ("611021", made["id"][-2:], made["id"])
    assert stored(platform)[path] == 0o600


def test_thirty_megabytes_pass_through_in_chunks(platform: Platform, petition: str) -> None:
    office, piece, digest = Desk(platform, "xfj"), b"0123456789abcdef" * 4096, hashlib.sha256()
    before = peak_of_gateway(platform, anew=True)

    def pieces() -> Iterator[bytes]:
        for chunk in (PDF, *(piece for _ in range(30 * MEBI // len(piece)))):
            digest.update(chunk)
            yield chunk

    # Its length is not told ahead.
    made = office.sends(petition, pieces()).json()["attachment"]
    assert (made["size"], made["sha256"]) == (30 * MEBI + len(PDF), digest.hexdigest())
    fetched = hashlib.sha256()
    with office.client.stream("GET", f"/attachments/{made['id']}") as response:
        for chunk in response.iter_bytes():
            fetched.update(chunk)
    assert fetched.hexdigest() == digest.hexdigest()
    assert peak_of_gateway(platform) - before < 15 * MEBI


def peak_of_gateway(platform: Platform, *, anew: bool = False) -> int:
    """Bytes of memory that the gateway held at most, since it was last asked for it ``anew``."""
    number = platform.instance.keeper["gateway"].pid
    if anew:
        # proc(5): 5 sets the peak to what is held now, else an earlier test's would hide this one's.
        Path(f"/proc/{number}/clear_refs").write_text("5")
    (line,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{number}/status").read_text(), re.MULTILINE)
    return int(line) * 1024


def test_what_may_not_be_kept_is_refused_and_leaves_nothing(platform: Platform, petition: str) -> None:
    office, before = Desk(platform, "xfj"), stored(platform).keys()
    limit = platform.settings.attachment_max_mb
    assert code(office.sends(petition, b"MZ\x90\0 program")) == (415, "ATTACHMENT_TYPE")
    assert code(office.sends(petition, name="x.exe")) == (415, "ATTACHMENT_TYPE")
    assert code(office.sends(petition, b"")) == (400, "INVALID_INPUT")
    assert code(office.sends(petition, kind="PICTURE")) == (400, "INVALID_INPUT")
    assert code(office.sends(petition, name=".pdf")) == (400, "INVALID_INPUT")
    assert code(office.sends(new_id())) == (404, "NOT_FOUND")
    assert code(httpx.post(f"{platform.url}/attachments", trust_env=False)) == (401, "UNAUTHENTICATED")

    def too_much() -> Iterator[bytes]:
        yield PDF
        for _ in range(limit):
            yield bytes(MEBI)

    refused = office.sends(petition, too_much())
    assert code(refused) == (413, "ATTACHMENT_TOO_LARGE")
    assert f"{limit} MB" in refused.text
    assert office.files(petition) == []
    assert stored(platform).keys() == before


def test_a_connection_that_breaks_leaves_no_half_file(platform: Platform, petition: str) -> None:
    office, before = Desk(platform, "xfj"), stored(platform).keys()
    head = (
        f"POST /attachments?petition={petition}&kind=ENCLOSURE&name=a.pdf HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {office.client.headers['Authorization']}\r\nContent-Length: 5000000\r\n\r\n"
    )

    async def broken() -> None:
        _, writer = await asyncio.open_connection(platform.settings.host, platform.settings.port)
        writer.write(head.encode() + PDF + bytes(100_000))
        await writer.drain()
        await asyncio.to_thread(platform.eventually, lambda: stored(platform).keys() - before)
        writer.transport.abort()

    asyncio.run(broken())
    platform.eventually(lambda: stored(platform).keys() == before)
    assert office.files(petition) == []


def test_many_at_once_and_the_same_again(platform: Platform, petition: str) -> None:
    office, key = Desk(platform, "xfj"), new_id()
    contents = [unique() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda content: office.attaches(petition, content), contents))
    assert {one["id"] for one in office.files(petition)} == {one["id"] for one in made}
    for one, content in zip(made, contents, strict=True):
        assert office.gets(f"/attachments/{one['id']}").content == content

    before = stored(platform).keys()
    # The same file is the same attachment, whoever sends it under whatever name; so is a request that is repeated.
    assert office.attaches(petition, contents[0], name="又一份.pdf") == made[0]
    first = unique()
    (one, again) = (office.attaches(petition, first, key=key) for _ in range(2))
    assert one == again
    assert code(office.sends(petition, unique(), key=key)) == (400, "REQUEST_ID_REUSED")
    assert len(stored(platform).keys() - before) == 1
    assert office.gets(f"/attachments/{one['id']}").content == first


def test_a_link_dies_with_its_time_and_when_the_case_goes_back(platform: Platform, petition: str) -> None:
    office, bureau, content = Desk(platform, "xfj"), Desk(platform, "slj"), unique()
    made = office.attaches(petition, content)
    assert code(bureau.gets(f"/attachments/{made['id']}")) == code(bureau.gets(f"/attachments/{new_id()}"))
    assert code(bureau.sends(petition)) == (404, "NOT_FOUND")
    referral = referred(platform, petition, "slj")
    (seen,) = bureau.files(petition)
    url = seen["url"]
    assert by_link(platform, url).content == bureau.gets(f"/attachments/{made['id']}").content == content
    # It is signed, and for this user: another's name does not fit in.
    assert code(by_link(platform, f"{url[:-9]}{url[-9:][::-1]}")) == (403, "LINK_INVALID")
    assert url != office.files(petition)[0]["url"]
    # The holder adds as soon as the register has heard that it is one.
    mine = platform.eventually(lambda: (bureau.sends(petition, unique()).json()).get("attachment"))
    assert office.gets(f"/attachments/{mine['id']}").status_code == 200

    done(office.act("withdrawReferral", "ReasonInput", {"referralId": referral, "reason": "转送有误"}))
    for response in (by_link(platform, url), bureau.gets(f"/attachments/{mine['id']}"), bureau.sends(petition)):
        assert code(response) == (404, "NOT_FOUND")


def test_what_is_taken_back_is_named_and_no_longer_given_out(platform: Platform, petition: str) -> None:
    office, content = Desk(platform, "xfj"), unique()
    made = office.attaches(petition, content)
    (kept,) = office.files(petition)
    given = {"attachmentId": made["id"], "reason": "误传"}
    payload = done(office.request(TAKE_BACK, "takeBackAttachment", given, patient=False))
    assert payload["attachment"] == {"takenBack": "误传", "url": None}
    assert [one["takenBack"] for one in office.files(petition)] == ["误传"]
    for response in (office.gets(f"/attachments/{made['id']}"), by_link(platform, kept["url"])):
        assert code(response) == (404, "NOT_FOUND")
    # It may be added anew.
    assert office.attaches(petition, content)["id"] != made["id"]


def test_nobody_accused_reads_or_adds_a_file(platform: Platform) -> None:
    # Not of the county office: its head would count one petition less than others, here and in every other test.
    office, head = Desk(platform, "gongan"), Desk(platform, "gongan", "HEAD")
    login = next(
        one["username"] for one in platform.logins
        if (one["county"], one["tenant"]) == ("luonan", "gongan") and "HEAD" in one["role"].split(";")
    )  # fmt: skip
    petition = done(office.register(letter(accusedUsers=[login])))["petition"]["id"]
    made = office.attaches(petition, unique())
    assert code(head.gets(f"/attachments/{made['id']}")) == (404, "NOT_FOUND")
    assert code(head.sends(petition, unique())) == (404, "NOT_FOUND")

    unit, own = Desk(platform, "slj"), letter(accused=["slj"], title="反映水利局")
    accused = done(unit.register(own))["petition"]["id"]
    assert code(unit.sends(accused, unique())) == (400, "ACCUSED_UNIT")


def test_what_shows_who_wrote_a_confidential_petition_stays_with_the_office(platform: Platform) -> None:
    office, bureau = Desk(platform, "xfj"), Desk(platform, "slj")
    petition = done(office.register(letter(confidential=True)))["petition"]["id"]
    letter_of = office.attaches(petition, unique(), name="赵小树来信.pdf")
    evidence = office.attaches(petition, unique(), kind="EVIDENCE")
    referred(platform, petition, "slj")
    assert [one["id"] for one in bureau.files(petition)] == [evidence["id"]]
    assert "赵小树" not in json.dumps(platform.gql(bureau.client, FILE, {"id": petition}), ensure_ascii=False)
    assert code(bureau.gets(f"/attachments/{letter_of['id']}")) == (404, "NOT_FOUND")
    assert len(office.files(petition)) == 2


def test_the_operator_finds_files_that_nobody_knows_and_attachments_without_their_file(
    platform: Platform, petition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Desk(platform, "xfj")
    kept, gone = (office.attaches(petition, unique()) for _ in range(2))
    paths = {path.name: path for path in stored(platform)}
    paths[gone["id"]].unlink()
    nobodys, young = (folder(platform) / Place("611021", new_id()).key for _ in range(2))
    for path, days in ((nobodys, 2), (young, 0)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(unique())
        then = time.time() - days * 24 * 3600
        os.utime(path, times=(then, then))

    def check(*, remove: bool) -> str:
        found = attachments.check(platform.settings, folder=platform.instance.folder, remove=remove)
        assert gone["id"] in {one.id for _, one in found.missing}
        assert kept["id"] not in {one.id for _, one in found.missing}
        return capsys.readouterr().out

    assert nobodys.name in check(remove=False)
    assert nobodys.exists()
    assert nobodys.name in check(remove=True)
    assert (nobodys.exists(), young.exists(), paths[kept["id"]].exists()) == (False, True, True)
    assert nobodys.name not in check(remove=True)
    young.unlink()
