"""What the example client of a bureau keeps: each event once, no older one after a newer, and each reply until it is
answered."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.contracts.bureau import ATTACHMENT_EVENT, RECEIPT_EVENT, REFERRAL_EVENT, REFUSED_EVENT, VERBS
from tests.journey.bureau_system import client


class Taken:
    """A store of the example client, and what it handed on."""

    def __init__(self, path: Path) -> None:
        self.store = client.Store(str(path))
        self.versions: list[int] = []
        self.events: list[Any] = []

    def take(
        self,
        version: int,
        state: str = "SENT",
        *,
        petition: bool = False,
        event_id: str | None = None,
        attachments: list[dict[str, Any]] | None = None,
    ) -> None:
        data = {
            "referral_id": "r1",
            "version": version,
            "state": state,
            "petition": {"title": "路灯"} if petition else None,
            "attachments": attachments or [],
        }
        event = client.Event(id=event_id or str(uuid.uuid4()), type=client.REFERRAL, data=data)
        self.store.take(event, lambda taken: self.versions.append(taken.data["version"]))

    def answer(self, kind: str, reply_id: str | None, **data: Any) -> None:
        event = client.Event(id=str(uuid.uuid4()), type=kind, data={"in_reply_to": reply_id, **data})
        self.store.take(event, self.events.append)

    def kept(self) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self.store._database.execute("SELECT version, state, petition FROM referral").fetchone()
        return row


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Taken]:
    taken = Taken(tmp_path / "bureau.sqlite")
    yield taken
    taken.store.close()


def test_an_event_is_handled_once_and_no_older_one_after_a_newer(taken: Taken) -> None:
    taken.take(1, petition=True, event_id="a")
    taken.take(1, petition=True, event_id="a")
    taken.take(3, "ACCEPTED")
    taken.take(2, "RECEIVED")

    assert taken.versions == [1, 3]
    assert taken.kept() == (3, "ACCEPTED", '{"title": "路灯"}')


def test_the_petition_is_kept_though_it_came_late_and_given_up_at_the_end(taken: Taken) -> None:
    taken.take(2, "RECEIVED")
    taken.take(1, petition=True)
    assert taken.kept() == (2, "RECEIVED", '{"title": "路灯"}')

    taken.take(3, "RETURNED")
    assert taken.kept() == (3, "RETURNED", None)
    assert taken.versions == [2, 3]


def test_an_event_that_could_not_be_handled_is_handled_when_it_comes_again(taken: Taken) -> None:
    event = client.Event(id="a", type="cn.xinqiao.bureau.reminder.v1", data={})
    handled: list[str] = []

    def fail(_: Any) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        taken.store.take(event, fail)
    taken.store.take(event, lambda one: handled.append(one.id))
    taken.store.take(event, lambda one: handled.append(one.id))
    assert handled == ["a"]


def file(number: str, url: str = "https://county/files/x", content: bytes = b"%PDF") -> dict[str, Any]:
    return {"id": f"a{number:0>7}", "name": "../协议.pdf", "url": url, "sha256": hashlib.sha256(content).hexdigest()}


def news(taken: Taken, attachment: dict[str, Any], taken_back: str | None = None) -> None:
    data = {"referral_id": "r1", "attachment": attachment, "taken_back": taken_back}
    event = client.Event(id=str(uuid.uuid4()), type=client.ATTACHMENT, data=data)
    taken.store.take(event, taken.events.append)


def test_the_files_of_a_case_are_known_while_it_is_ours(taken: Taken) -> None:
    taken.take(1, attachments=[file("1"), file("2")])
    news(taken, file("3"))
    news(taken, file("1"), taken_back="误传")
    assert [one["id"] for one in taken.store.attachments("r1")] == ["a0000002", "a0000003"]
    taken.take(3, "ACCEPTED", attachments=[file("2", url="new")])
    taken.take(2, "RECEIVED", attachments=[file("2", url="old")])
    assert [one["url"] for one in taken.store.attachments("r1")] == ["new"]
    taken.take(4, "RETURNED")
    news(taken, file("5"))
    assert taken.store.attachments("r1") == []


def test_a_file_is_fetched_into_the_folder_and_only_if_it_is_the_right_one(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "files"
    source.write_bytes(b"%PDF")
    kept = client.fetch(file("1", url=source.as_uri()), folder)
    assert (kept.parent, kept.name, kept.read_bytes()) == (folder, "000001-协议.pdf", b"%PDF")
    with pytest.raises(ValueError, match="校验值不符"):
        client.fetch(file("2", url=source.as_uri(), content=b"other"), folder)
    assert list(folder.iterdir()) == [kept]


def test_a_reply_is_repeated_in_its_order_until_its_answer_has_come(taken: Taken) -> None:
    store = taken.store
    for number, verb in enumerate(("receive", "accept", "answer")):
        store.enter(client.Reply(f"id{number}", verb, {"referral_id": "r1"}))
    assert [one.id for one in store.to_repeat(older_than=0)] == ["id0", "id1", "id2"]
    assert store.to_repeat(older_than=60) == []

    taken.answer(client.RECEIPT, "id0", state="RECEIVED")
    taken.answer(client.REFUSED, "id1", code="WRONG_STATE")
    assert [(one.id, one.verb) for one in store.to_repeat(older_than=0)] == [("id2", "answer")]
    assert store.answer("id0").type == client.RECEIPT
    assert store.answer("id1").data["code"] == "WRONG_STATE"
    assert store.answer("id2") is None


def test_a_second_answer_to_the_same_reply_is_no_news(taken: Taken) -> None:
    taken.store.enter(client.Reply("id0", "receive", {"referral_id": "r1"}))
    taken.answer(client.RECEIPT, "id0", state="RECEIVED")
    taken.answer(client.RECEIPT, "id0", state="ACCEPTED")
    assert [one.data["state"] for one in taken.events] == ["RECEIVED"]
    assert taken.store.answer("id0").data["state"] == "RECEIVED"


def test_a_refusal_of_what_was_not_sent_from_here_is_handed_on(taken: Taken) -> None:
    taken.answer(client.REFUSED, None, code="INVALID_MESSAGE")
    assert [one.data["code"] for one in taken.events] == ["INVALID_MESSAGE"]


def test_a_reply_that_is_sent_again_under_its_id_is_the_same_reply(taken: Taken) -> None:
    first = client.Reply("id0", "receive", {"referral_id": "r1"})
    assert taken.store.enter(first) == first
    assert taken.store.enter(client.Reply("id0", "accept", {"referral_id": "r2"})) == first


def test_it_knows_every_verb_and_every_field_of_the_contract() -> None:
    assert set(client.VERBS) == set(VERBS)
    assert (client.REFERRAL, client.RECEIPT, client.REFUSED) == (REFERRAL_EVENT, RECEIPT_EVENT, REFUSED_EVENT)
    assert client.ATTACHMENT == ATTACHMENT_EVENT
    for verb, struct in VERBS.items():
        named = {name for name, _ in client.VERBS[verb][1]} | {"referral_id"}
        if verb == "forward":
            named = (named - {"unit", "tenant"}) | {"to"}
        if verb == "answer":
            named = {name for name in named if not name.startswith("review_")} | {"legal_review"}
        assert named == set(struct.__struct_fields__), verb


def test_the_command_line_makes_the_contracts_bodies() -> None:
    def body(*words: str) -> Any:
        return client.data_of(client.arguments().parse_args(list(words)))

    assert body("forward", "r", "--unit", "lq", "--unit", "tg", "--tenant", "station", "--note", "请核实") == {
        "referral_id": "r",
        "to": [{"unit": "lq"}, {"unit": "tg"}, {"tenant": "station"}],
        "note": "请核实",
    }
    reviewed = ("--review-by", "甲", "--review-on", "2026-11-22", "--review-opinion", "合法")
    assert body("answer", "r", "--outcome", "EXPLAINED", "--opinion", "说明", *reviewed)["legal_review"] == {
        "by": "甲",
        "on": "2026-11-22",
        "opinion": "合法",
    }
    assert json.dumps(body("receive", "r")) == '{"referral_id": "r"}'
