"""Versions, keys and what watches the gateway, through the real one."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.harness.platform import Platform
from tests.journey.story import letter

REGISTER = """mutation($input: RegisterPetitionInput!) { registerPetition(input: $input) {
  petition { id version } errors { code } } }"""
CLASSIFY = """mutation($input: ClassifyPetitionInput!, $expect: [ExpectedVersion!]) {
  classifyPetition(input: $input, expect: $expect) {
    petition { id version urgency } errors { code message field repeat retryAfter id version } } }"""
REFER = """mutation($input: ReferPetitionInput!, $expect: [ExpectedVersion!]) {
  referPetition(input: $input, expect: $expect) {
    referral { id version } errors { code message field id version } } }"""
RECEIVE = """mutation($input: ReferralInput!, $expect: [ExpectedVersion!]) {
  receiveReferral(input: $input, expect: $expect) {
    referral { id version state } errors { code message field id version } } }"""
FILE = "query($id: UUID) { petition(id: $id) { version urgency referrals { id version state } clocks { id version } } }"


class Desk:
    """Somebody at the gateway, whose requests have a key."""

    def __init__(self, platform: Platform, tenant: str) -> None:
        self.platform, self.client = platform, platform.login(tenant, "CLERK")

    def act(
        self, query: str, given: dict[str, Any], *expect: tuple[str, int], key: str | None = None
    ) -> dict[str, Any]:
        """The payload."""
        said = [{"id": one, "version": version} for one, version in expect]
        answer = self.client.post(
            "/graphql",
            json={"query": query, "variables": {"input": given, "expect": said}},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
        )
        body = answer.json()
        assert not body.get("errors"), body
        return next(iter(body["data"].values()))

    def file(self, petition: str) -> dict[str, Any]:
        found: dict[str, Any] = self.platform.gql(self.client, FILE, {"id": petition})["petition"]
        return found

    def registered(self) -> str:
        found: str = self.act(REGISTER, letter())["petition"]["id"]
        return found

    def classify(self, petition: str, urgency: str, *expect: tuple[str, int], key: str | None = None) -> dict[str, Any]:
        return self.act(CLASSIFY, {"petitionId": petition, "urgency": urgency, "reason": "更正"}, *expect, key=key)


@pytest.fixture
def county(platform: Platform) -> Desk:
    return Desk(platform, "xfj")


def test_who_acts_on_an_old_version_is_told_who_was_faster_and_does_nothing(county: Desk) -> None:
    petition = county.registered()
    before = county.file(petition)["version"]
    first_key = str(uuid.uuid4())
    done = county.classify(petition, "URGENT", (petition, before), key=first_key)
    assert done["errors"] == []
    assert done["petition"]["version"] == before + 1

    late = county.classify(petition, "NORMAL", (petition, before))
    (error,) = late["errors"]
    assert (error["code"], error["field"], error["repeat"]) == ("VERSION_CONFLICT", "expect", "LOOK_FIRST")
    assert (error["id"], error["version"]) == (petition, before + 1)
    assert "更改" in error["message"]
    assert "月" in error["message"]
    assert county.file(petition)["urgency"] == "URGENT"

    # Who repeats what he did gets his answer, though the version he named is over by his own act.
    assert county.classify(petition, "URGENT", (petition, before), key=first_key) == done
    # With what he sees now he goes on.
    again = county.classify(petition, "NORMAL", (petition, before + 1))
    assert again["errors"] == []


def test_of_many_at_once_who_rest_on_the_same_version_one_is_heard(county: Desk) -> None:
    petition = county.registered()
    version = county.file(petition)["version"]
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: county.classify(petition, "URGENT", (petition, version)), range(8)))
    codes = sorted(error["code"] for answer in answers for error in answer["errors"])
    assert codes == ["VERSION_CONFLICT"] * 7
    assert county.file(petition)["version"] == version + 1


def test_what_a_mutation_rests_on_may_belong_to_another_service(platform: Platform, county: Desk) -> None:
    petition = county.registered()
    version = county.file(petition)["version"]
    county.classify(petition, "URGENT")
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    (error,) = county.act(REFER, given, (petition, version))["errors"]
    assert (error["code"], error["version"]) == ("VERSION_CONFLICT", version + 1)
    referral = county.act(REFER, given, (petition, version + 1))["referral"]
    assert referral["version"] == 1

    bureau = Desk(platform, "slj")
    assert [one["version"] for one in bureau.file(petition)["referrals"]] == [1]
    received = bureau.act(RECEIVE, {"referralId": referral["id"]}, (referral["id"], 1), (petition, version + 1))
    assert (received["errors"], received["referral"]["version"]) == ([], 2)
    # Both of them rest on it: one is too late, before it is told that the state is over.
    (error,) = bureau.act(RECEIVE, {"referralId": referral["id"]}, (referral["id"], 1))["errors"]
    assert error["code"] == "VERSION_CONFLICT"


def test_what_one_may_not_see_and_what_is_not_there_are_expected_alike(platform: Platform, county: Desk) -> None:
    mine, secret = county.registered(), county.registered()
    given = {"petitionId": mine, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    referral = county.act(REFER, given)["referral"]["id"]
    bureau = Desk(platform, "slj")
    answers = [
        bureau.act(RECEIVE, {"referralId": referral}, (hidden, version))["errors"]
        for hidden, version in ((secret, 1), (secret, 2), (str(uuid.uuid4()), 1))
    ]
    assert [error["code"] for (error,) in answers] == ["NOT_FOUND"] * 3
    assert answers[0] == answers[1] == answers[2]
    assert [one["state"] for one in bureau.file(mine)["referrals"]] == ["SENT"]


def test_a_key_that_is_none_is_refused_before_anything_is_done(county: Desk) -> None:
    for key in ("", "x" * 129, "zwei Worte"):
        answer = county.client.post(
            "/graphql",
            json={"query": REGISTER, "variables": {"input": letter()}},
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code == 400
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["INVALID_IDEMPOTENCY_KEY"]


def test_the_same_key_is_kept_apart_in_one_document_and_refused_for_other_words(county: Desk) -> None:
    key = str(uuid.uuid4())
    query = """mutation($one: RegisterPetitionInput!, $two: RegisterPetitionInput!) {
      one: registerPetition(input: $one) { petition { id } errors { code } }
      two: registerPetition(input: $two) { petition { id } errors { code } } }"""

    def post(title: str) -> dict[str, Any]:
        variables = {"one": letter(), "two": letter(title=title)}
        answer = county.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers={"Idempotency-Key": key}
        )
        data: dict[str, Any] = answer.json()["data"]
        return data

    first = post("反映村道路灯损坏")
    assert first["one"]["petition"]["id"] != first["two"]["petition"]["id"]
    assert post("反映村道路灯损坏") == first
    other = post("反映村里饮水困难")
    assert other["one"] == first["one"]
    assert other["two"]["errors"] == [{"code": "REQUEST_ID_REUSED"}]


@pytest.fixture
def anybody(platform: Platform) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=platform.url, trust_env=False) as client:
        yield client


def test_whoever_watches_is_told_whether_it_lives_and_is_ready(anybody: httpx.Client) -> None:
    assert anybody.get("/livez").json() == {"status": "ok"}
    checks = {"database": "ok", "migrations": "ok", "broker": "ok"}
    assert anybody.get("/readyz").json() == {"status": "ready", "checks": checks}


def test_the_figures_tell_of_requests_commands_and_what_waits(
    platform: Platform, county: Desk, anybody: httpx.Client
) -> None:
    county.classify(county.registered(), "URGENT")

    def figures() -> str:
        answer = anybody.get("/metrics")
        assert answer.status_code == 200
        return answer.text

    text = platform.eventually(lambda: found if "xinqiao_outbox_rows{" in (found := figures()) else None)
    labels = 'code="OK",county="611021",operation="mutation classifyPetition",tenant="xfj"'
    assert f"xinqiao_requests_total{{{labels}}}" in text
    assert 'xinqiao_commands_total{outcome="done",service="intake"}' in text
    assert "xinqiao_broker_connected 1.0" in text
    assert 'xinqiao_outbox_age_seconds{schema="routing"}' in text
    assert "xinqiao_view_queue" in text
    assert "xinqiao_view_lag_seconds" in text
    assert 'xinqiao_dead_letters{queue="gateway.view.q' in text
    assert 'xinqiao_sessions{county="611021"}' in text
    for personal in ("赵小树", "13800001234", "补偿款"):
        assert personal not in text


def test_the_figures_are_not_there_for_anybody_else(anybody: httpx.Client) -> None:
    answer = anybody.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    unknown = anybody.get("/no-such-page")
    assert (answer.status_code, answer.json()) == (404, unknown.json())
