"""Who reads an accusation is noted before he sees it: once an hour, on the timeline and in the ledger."""

from typing import Any

import httpx
import psycopg
import pytest

from tests.harness.platform import GraphQLFailed, Platform
from tests.journey.story import Walker, done, letter

LISTED = """query { petitions(first: 5, filter: {nature: [ACCUSATION]}) { nodes {
  id number title statusLabel natureLabel receivedOn registeredBy { code } clocks { dueOn } } } }"""
BODIES = "query { petitions(first: 5, filter: {nature: [ACCUSATION]}) { nodes { id body } } }"
BODY = "query($id: UUID!) { petition(id: $id) { body } }"
TIMELINE = "query($id: UUID!) { petition(id: $id) { timeline { act actorName remark } } }"


@pytest.fixture
def accusation(platform: Platform) -> str:
    """Registered by the county office; its registrar has seen no more of it than its number."""
    clerk = Walker(platform, platform.login("xfj", "CLERK"))
    given = letter(title="检举某某", nature="ACCUSATION", accused=["slj"])
    petition: str = done(clerk.register(given))["petition"]["id"]
    return petition


def readings(platform: Platform, petition: str) -> list[tuple[str, str]]:
    """Login and kind of each reading that was told, by the ledger and the view's timeline alike."""
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        entered = admin.execute(
            "SELECT fact_id, login FROM ledger.entry WHERE petition_id = %s AND act = 'READ' ORDER BY seq", (petition,)
        ).fetchall()
        shown: dict[str, str] = dict(
            admin.execute(
                "SELECT fact_id, remark FROM gateway_view.timeline WHERE petition_id = %s AND act = 'READ'", (petition,)
            ).fetchall()
        )
        waiting = admin.execute("SELECT count(*) FROM gateway.outbox").fetchone()
    assert waiting == (0,)
    assert {fact for fact, _ in entered} == set(shown)
    return [(login.partition("@")[0], shown[fact]) for fact, login in entered]


def told(platform: Platform, petition: str, count: int) -> list[tuple[str, str]]:
    def enough() -> list[tuple[str, str]]:
        found = readings(platform, petition)
        assert len(found) >= count
        return found

    return platform.eventually(enough)


def test_opening_it_is_noted_once_an_hour_for_each_person(platform: Platform, accusation: str) -> None:
    clerk, cleared = platform.login("xfj", "CLERK"), platform.login("xfj", "ACCUSATIONS")
    platform.gql(cleared, LISTED)
    platform.gql(clerk, BODY, {"id": accusation})  # The registrar's own reading counts too.
    for _ in range(2):
        platform.gql(cleared, BODY, {"id": accusation})

    case, names = "查看检举控告件", {"xfj.clerk", "xfj.accusations"}
    assert set(told(platform, accusation, 2)) == {(name, case) for name in names}
    assert len(readings(platform, accusation)) == 2

    def on_the_timeline() -> bool:
        entries = platform.gql(cleared, TIMELINE, {"id": accusation})["petition"]["timeline"]
        return [entry["actorName"] for entry in entries if entry["act"] == "READ"] == ["演示·窗口甲", "演示·专办甲"]

    platform.eventually(on_the_timeline)


def test_a_list_is_a_reading_only_where_it_shows_what_was_written(platform: Platform, accusation: str) -> None:
    cleared = platform.login("xfj", "ACCUSATIONS")
    shown = platform.gql(cleared, LISTED)["petitions"]["nodes"]
    assert accusation in {node["id"] for node in shown}
    shown = platform.gql(cleared, BODIES)["petitions"]["nodes"]
    assert accusation in {node["id"] for node in shown}
    # One, though it was listed first: the list without the words left none.
    assert told(platform, accusation, 1) == [("xfj.accusations", "查看检举控告件")]


def test_other_items_leave_no_reading(platform: Platform) -> None:
    clerk = Walker(platform, platform.login("xfj", "CLERK"))
    petition = done(clerk.register(letter()))["petition"]["id"]
    clerk.whole(petition)
    platform.eventually(lambda: any(entry["act"] == "CLOCK_OPENED" for entry in clerk.whole(petition)["timeline"]))
    assert readings(platform, petition) == []


def test_its_files_and_papers_are_noted_each(platform: Platform, accusation: str) -> None:
    clerk = platform.login("xfj", "CLERK")
    where = {"petition": accusation, "kind": "EVIDENCE", "name": "材料.txt"}
    added = clerk.post("/attachments", params=where, content="材料内容".encode())
    assert added.status_code == 201, added.text
    got = clerk.get(f"/attachments/{added.json()['attachment']['id']}")
    assert got.status_code == 200
    given = {"petitionId": accusation, "kind": "TRANSFER", "to": [{"tenant": "jw"}]}
    referral = done(Walker(platform, clerk).act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    paper = platform.login("xfj", "ACCUSATIONS").get(f"/documents/referrals/{referral}/letter.docx")
    assert paper.status_code == 200

    kinds = set(told(platform, accusation, 2))
    assert ("xfj.clerk", "下载检举控告件附件") in kinds
    assert ("xfj.accusations", "下载检举控告件文书") in kinds


def test_what_cannot_be_noted_is_not_shown(platform: Platform, accusation: str) -> None:
    cleared = platform.login("xfj", "ACCUSATIONS")
    with psycopg.connect(platform.settings.admin_database_url, autocommit=True) as admin:
        admin.execute("REVOKE INSERT ON gateway.reading FROM xq_gateway")
        try:
            answer: httpx.Response = cleared.post("/graphql", json={"query": BODY, "variables": {"id": accusation}})
            body: dict[str, Any] = answer.json()
            assert body["data"] is None
            assert [error["extensions"]["code"] for error in body["errors"]] == ["UNAVAILABLE"]
            assert "补偿款" not in answer.text
            platform.gql(cleared, LISTED)
            with pytest.raises(GraphQLFailed, match="UNAVAILABLE"):
                platform.gql(cleared, BODIES)
        finally:
            admin.execute("GRANT INSERT ON gateway.reading TO xq_gateway")
    assert readings(platform, accusation) == []
    assert platform.gql(cleared, BODY, {"id": accusation})["petition"]["body"].startswith("我家三亩")
