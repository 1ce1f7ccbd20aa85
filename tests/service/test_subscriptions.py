"""What changes is told at once to whoever may know it, and to nobody else; who was away catches up."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.instance import ROOT
from deploy.local.node import NODE
from tests.harness.platform import Platform
from tests.harness.socket import Follower, following
from tests.harness.waiting import eventually
from tests.journey.story import Walker, done, letter

CASES = """subscription($id: UUID, $after: Cursor) { caseChanged(petitionId: $id, after: $after) {
  cursor what petitionId petition { id status } } }"""
BODIES = "subscription { caseChanged { cursor what petitionId petition { id body } } }"
INBOX = "subscription($after: Cursor) { inboxChanged(after: $after) { cursor what } }"
WARNED = "subscription { clockWarned { cursor what level clock { id } } }"
READERS = "query($id: UUID!) { petition(id: $id) { timeline { act actorName } } }"


class Scene:
    def __init__(self, platform: Platform, stack: ExitStack) -> None:
        self.platform = platform
        self._stack = stack
        self.clerk = Walker(platform, platform.login("xfj", "CLERK"))

    def socket(self, client: httpx.Client) -> Follower:
        return self._stack.enter_context(following(self.platform.url, client.headers["Authorization"]))

    def following(self, tenant: str, role: str, query: str = CASES, **variables: Any) -> Follower:
        follower = self.socket(self.platform.login(tenant, role))
        assert follower.follow(query, **variables)["what"] == "STARTED"
        return follower

    def registered(self, **changes: Any) -> str:
        petition: str = done(self.clerk.register(letter(**changes)))["petition"]["id"]
        return petition

    def referred(self, petition: str, tenant: str) -> str:
        given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": tenant}]}
        referral: str = done(self.clerk.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
        return referral


@pytest.fixture
def scene(platform: Platform) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(platform, stack)


def of(petition: str) -> Any:
    return lambda event: event["petitionId"] == petition


def test_each_is_told_of_what_he_sees_and_of_its_end(scene: Scene) -> None:
    office = scene.following("xfj", "SUPERVISOR")
    bureau, other = scene.following("slj", "CLERK"), scene.following("zrzy", "CLERK")
    inbox, others_inbox = scene.following("slj", "CLERK", INBOX), scene.following("zrzy", "CLERK", INBOX)
    auditor = scene.following("xfj", "AUDITOR")

    petition = scene.registered()
    referral = scene.referred(petition, "slj")
    assert office.until(of(petition))[-1]["petition"]["id"] == petition
    told = bureau.until(of(petition))
    assert {event["petitionId"] for event in told} == {petition}
    assert told[-1]["petition"] == {"id": petition, "status": told[-1]["petition"]["status"]}
    assert inbox.next()["what"] == "CHANGED"

    # It is taken back: who had it learns that much, and nothing of what becomes of it.
    given = {"referralId": referral, "reason": "转错单位"}
    done(scene.clerk.act("withdrawReferral", "ReasonInput", given))
    gone = bureau.until(lambda event: event["what"] == "GONE")[-1]
    assert (gone["petitionId"], gone["petition"]) == (petition, None)
    scene.referred(petition, "zrzy")
    later = scene.registered()
    scene.referred(later, "slj")
    assert {event["petitionId"] for event in bureau.until(of(later))} == {later}

    # The other heard of its own case alone.
    assert {event["petitionId"] for event in other.until(of(petition))} == {petition}
    assert others_inbox.next()["what"] == "CHANGED"
    with pytest.raises(TimeoutError):
        auditor.next(timeout=0.1)


def test_of_one_case_he_hears_who_sees_it(scene: Scene) -> None:
    petition, other = scene.registered(), scene.registered()
    scene.referred(other, "slj")
    assert scene.socket(scene.platform.login("slj", "CLERK")).follow(CASES, id=petition) == {"code": "NOT_FOUND"}
    one = scene.following("xfj", "CLERK", id=petition)
    scene.referred(petition, "slj")
    assert {event["petitionId"] for event in one.until(of(petition))} == {petition}
    refused = scene.socket(scene.platform.login("xfj", "CLERK"))
    assert refused.follow("query { me { username } }") == {"code": "NOT_A_SUBSCRIPTION"}
    assert refused.follow("subscription { nothing }") == {"code": "INVALID_QUERY"}


def test_an_accusation_is_told_to_those_who_may_know_of_it_and_leaves_a_reading(scene: Scene) -> None:
    platform = scene.platform
    cleared, registrar = scene.following("xfj", "ACCUSATIONS", BODIES), scene.following("xfj", "CLERK")
    uncleared, accused = scene.following("xfj", "SUPERVISOR"), scene.following("slj", "CLERK")
    accusation = scene.registered(title="检举某某", nature="ACCUSATION", accused=["slj"])
    assert cleared.until(of(accusation))[-1]["petition"]["body"]
    assert registrar.until(of(accusation))
    sentinel = scene.registered()
    scene.referred(sentinel, "slj")
    for kept_out in (uncleared, accused):
        assert accusation not in {event["petitionId"] for event in kept_out.until(of(sentinel))}

    def noted() -> bool:
        entries = platform.gql(platform.login("xfj", "ACCUSATIONS"), READERS, {"id": accusation})
        return "演示·专办甲" in {one["actorName"] for one in entries["petition"]["timeline"] if one["act"] == "READ"}

    assert eventually(noted)


def test_who_was_away_is_told_what_he_missed(scene: Scene) -> None:
    first = scene.following("slj", "CLERK")
    seen = scene.registered()
    scene.referred(seen, "slj")
    first.until(of(seen))
    cursor = first.cursor
    first.close()
    missed, not_his = scene.registered(), scene.registered()
    scene.referred(missed, "slj")
    scene.referred(not_his, "zrzy")

    # The process that gave out the cursor is no more.
    scene.platform.kill9("gateway")
    eventually(lambda: not scene.platform.healthy(), 10)
    scene.platform.await_health()
    again = scene.following("slj", "CLERK", after=cursor)
    assert again.cursor == cursor
    replayed = again.until(of(missed))
    assert not_his not in {event["petitionId"] for event in replayed}
    live = scene.registered()
    scene.referred(live, "slj")
    told = {event["petitionId"] for event in again.until(of(live))}
    assert not_his not in told
    # Not a cursor that another county gave out, and none that nobody did.
    stale = scene.socket(scene.platform.login("slj", "CLERK"))
    assert stale.follow(CASES, after="bm9uZQ==") == {"code": "RESUME_TOO_OLD"}


def test_a_session_that_ends_takes_its_sockets_along(scene: Scene) -> None:
    platform = scene.platform
    login = next(one for one in platform.logins if (one["tenant"], one["role"]) == ("slj", "CLERK"))
    with httpx.Client(base_url=platform.url, trust_env=False) as client:
        given = {name: login[name] for name in ("username", "password")}
        client.headers["Authorization"] = f"Bearer {client.post('/auth/token', json=given).json()['access_token']}"
        with following(platform.url, client.headers["Authorization"]) as follower:
            assert follower.follow(WARNED)["what"] == "STARTED"
            assert client.post("/auth/logout").status_code == 204
            assert follower.closing() == (4401, "UNAUTHENTICATED")
        with (
            pytest.raises(PermissionError, match="UNAUTHENTICATED"),
            following(platform.url, client.headers["Authorization"]),
        ):
            pass


def example(language: str) -> str:
    """The one piece of code in this language on the page about subscriptions."""
    text = (ROOT / "docs" / "subscriptions.md").read_text("utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(found)


@contextmanager
def printing(*command: str | Path) -> Iterator[Callable[[], str]]:
    """A client that runs, and what gives the next line that it prints."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline
        finally:
            process.kill()


def test_the_clients_on_the_page_work(scene: Scene) -> None:
    platform = scene.platform
    url = f"{platform.url.replace('http', 'ws', 1)}/graphql"
    token = platform.login("xfj", "SUPERVISOR").headers["Authorization"].removeprefix("Bearer ")
    # Each line is told when it is there, and not when a buffer is full.
    python = f"{example('python')}\nasyncio.run(follow({url!r}, {token!r}))"
    told = "(change) => console.log(change.what, JSON.stringify(change.petition))"
    javascript = f"{example('javascript')}\nfollow({url!r}, async () => {token!r}, {told}, console.log);"
    with printing(sys.executable, "-u", "-c", python) as first, printing(NODE, "-e", javascript) as second:
        assert (first(), second()) == ("STARTED None\n", "STARTED null\n")
        number = scene.platform.gql(
            scene.clerk.client, "query($id: UUID) { petition(id: $id) { number } }", {"id": scene.registered()}
        )["petition"]["number"]
        for line in (first(), second()):
            assert line.startswith("CHANGED"), line
            assert number in line
