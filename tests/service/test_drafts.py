"""Drafts over the real platform: saved, come back to in another session, registered, and closed to everybody else."""

import json
from typing import Any

import httpx
import psycopg

from services.common.ids import new_id
from tests.harness.planted import in_tables
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

SAVE = """mutation($input: SaveDraftInput!) { saveDraft(input: $input) {
  draft { id channelLabel label stateLabel } errors { code message field } } }"""
DISCARD = """mutation($input: DiscardDraftInput!) { discardDraft(input: $input) {
  draft { state } errors { code message field } } }"""
OPEN = "query($id: UUID!) { draft(id: $id) { id label state petitionId form } }"
LIST = "{ drafts { totalCount nodes { id label } } }"

STREET, PHONE, NAME = SECRETS = ("栖凤湾九弄三十一号", "13977126605", "欧阳淼鑫")
FORM = {"title": "占地补偿", "body": f"家住{STREET}，电话 {PHONE}", "petitioners": [{"name": NAME}]}


class Desk(Walker):
    """One user with drafts."""

    def __init__(self, platform: Platform, tenant: str = "611021002", role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def saves(self, form: Any = FORM, **given: str) -> dict[str, Any]:
        text = form if isinstance(form, str) else json.dumps(form, ensure_ascii=False)
        return self.request(SAVE, "saveDraft", {"form": text, **given}, patient=False)

    def discards(self, draft: str) -> dict[str, Any]:
        return self.request(DISCARD, "discardDraft", {"draftId": draft}, patient=False)

    def opens(self, draft: str) -> dict[str, Any] | str:
        """The draft, or the code for which it is not shown."""
        answer = self.client.post("/graphql", json={"query": OPEN, "variables": {"id": draft}}).json()
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        opened: dict[str, Any] = answer["data"]["draft"]
        return opened

    def listed(self) -> list[str]:
        return [node["id"] for node in self.platform.gql(self.client, LIST)["drafts"]["nodes"]]


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def again(platform: Platform, tenant: str) -> httpx.Client:
    """The same user in another session."""
    (one,) = (one for one in platform.logins if one["username"] == f"{tenant}.clerk@luonan")
    given = {"username": one["username"], "password": one["password"]}
    token = httpx.post(f"{platform.url}/auth/token", json=given, timeout=30, trust_env=False).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=platform.url, timeout=30, trust_env=False, headers=headers)


def in_clear(platform: Platform, *texts: str) -> set[str]:
    """Those of the texts that some table holds in clear."""
    return {text for _, text in in_tables(platform, texts)}


def sealed(platform: Platform, draft: str) -> bool:
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        row = admin.execute("SELECT form IS NOT NULL FROM intake.draft WHERE id = %s", (draft,)).fetchone()
    assert row is not None
    return bool(row[0])


def test_a_form_is_laid_aside_come_back_to_and_registered(platform: Platform) -> None:
    desk, mark = Desk(platform), new_id()
    made = done(desk.saves(channel="LETTER", label=f"8 号窗口 {NAME} {mark}"))["draft"]
    assert made["label"] == f"8 号窗口 欧*** {mark}"
    assert (made["channelLabel"], made["stateLabel"]) == ("来信", "暂存")
    changed = {**FORM, "demands": "足额补偿"}
    assert done(desk.saves(changed, draftId=made["id"], label=mark))["draft"]["id"] == made["id"]

    # The scan does find what is there to be found.
    assert in_clear(platform, mark, *SECRETS) == {mark}

    with again(platform, "611021002") as desk.client:
        assert desk.listed()[0] == made["id"]
        opened = desk.opens(made["id"])
        assert isinstance(opened, dict)
        assert json.loads(opened["form"]) == changed
        # What was shown is kept nowhere with the request either.
        assert in_clear(platform, *SECRETS) == set()

        # A registration that is refused leaves it as it is.
        assert codes(desk.register(letter(title=" ", draftId=made["id"]))) == ["INVALID_INPUT"]
        petition = done(desk.register(letter(draftId=made["id"])))["petition"]
        assert desk.opens(made["id"]) == {
            "id": made["id"], "label": mark, "state": "REGISTERED", "petitionId": petition["id"], "form": None,
        }  # fmt: skip
        assert made["id"] not in desk.listed()
        assert not sealed(platform, made["id"])
        for over in (
            desk.saves(draftId=made["id"]),
            desk.discards(made["id"]),
            desk.register(letter(draftId=made["id"])),
        ):
            assert codes(over) == ["WRONG_STATE"]


def test_a_draft_is_there_for_nobody_but_its_author(platform: Platform) -> None:
    author = Desk(platform, "xfj")
    draft = done(author.saves(label="专办"))["draft"]["id"]
    # A head, one who is cleared for accusations, another tenant.
    others = [Desk(platform, "xfj", "HEAD"), Desk(platform, "xfj", "ACCUSATIONS"), Desk(platform, "slj")]
    for other in others:
        assert draft not in other.listed()
        assert other.opens(draft) == "NOT_FOUND"
        payloads = (other.saves(draftId=draft), other.discards(draft), other.register(letter(draftId=draft)))
        assert [codes(payload) for payload in payloads] == [["NOT_FOUND"]] * 3
    assert codes(author.saves("[1]")) == ["INVALID_INPUT"]
    assert done(author.discards(draft))["draft"]["state"] == "DISCARDED"
    assert draft not in author.listed()
    assert not sealed(platform, draft)


FORM_QUERY = """{
  registrationForm(channel: VISIT, nature: APPEAL) { fields { path need message source } rules { path message } }
  desk(tenant: "gongan") { address openNow phone hours { weekdayLabel hours } scope localKinds { code natureLabel } }
  desks { tenant { code } takesOnline }
}"""


def test_a_clerk_is_told_of_every_field_at_once_and_what_the_form_is(platform: Platform) -> None:
    police = Desk(platform, "gongan")
    shown = platform.gql(police.client, FORM_QUERY)
    need = {field["path"]: field["need"] for field in shown["registrationForm"]["fields"]}
    assert (need["title"], need["petitioners.politicalStatus"], need["visit.receivers"]) == (
        "REQUIRED", "RECOMMENDED", "REQUIRED",
    )  # fmt: skip
    assert len(shown["desk"]["localKinds"]) == 5
    assert shown["desk"]["openNow"] in (True, False)
    assert {"tenant": {"code": "xfj"}, "takesOnline": True} in shown["desks"]
    errors = police.register(letter(title=" ", body=" ", visitors=3, localKind="2", place="611021999"))["errors"]
    assert {(error["code"], error["field"]) for error in errors} == {
        ("INVALID_INPUT", field) for field in ("title", "body", "visitors", "localKind", "place")
    }
    done(police.register(letter(localKind="5")))
