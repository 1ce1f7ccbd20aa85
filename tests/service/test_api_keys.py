"""Keys of machines at the real gateway, and the orders that a hotline's machine hands in with one."""

from typing import Any

import httpx
import psycopg
import pytest

from tests.harness.platform import NO_TLS, Platform
from tests.journey.story import today

CREATE = """mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  apiKey { id label roles networks createdBy revokedAt lastUsedOn } secret errors { code field message } } }"""
REVOKE = """mutation($id: ID!) { revokeApiKey(input: {id: $id}) {
  apiKey { id revokedAt revokedBy } errors { code } } }"""
KEYS = "{ apiKeys { id label lastUsedOn revokedAt } }"
ME = "{ me { username tenant { code } } }"
TIMELINE = "query($id: UUID!) { petition(id: $id) { timeline { act actorName tenant { code } } } }"
ORDERS = "/adapters/orders"


def made(platform: Platform, client: httpx.Client, **more: Any) -> dict[str, Any]:
    given = {"label": "12345 热线平台", "roles": ["CLERK"], **more}
    result: dict[str, Any] = platform.gql(client, CREATE, {"input": given})["createApiKey"]
    return result


def machine(platform: Platform, secret: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {secret}"}
    return httpx.Client(base_url=platform.url, headers=headers, timeout=30, trust_env=False, verify=NO_TLS)


def order(number: str, **more: Any) -> dict[str, Any]:
    return {
        **{"system": "12345", "number": number, "received_on": str(today()), "nature": "APPEAL"},
        **{"title": "反映路灯不亮", "body": "城关街道演示路的路灯已坏三天，请求修复。", "place": "611021001"},
        "petitioners": [{"name": "钱小草", "phone": "13800005678"}],
        **more,
    }


def acts(platform: Platform, subject: str) -> list[tuple[str, str]]:
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        query = "SELECT act, login FROM ledger.entry WHERE subject = %s ORDER BY seq"
        return admin.execute(query, (subject,)).fetchall()


def test_a_key_acts_for_its_tenant_until_it_is_revoked(platform: Platform) -> None:
    administrator, elsewhere = platform.login("xfj", "ADMINISTRATOR"), platform.login("611021001", "ADMINISTRATOR")
    created = made(platform, administrator, networks=["192.0.2.0/24"])
    key, secret = created["apiKey"], created["secret"]
    assert created["errors"] == []
    assert secret.startswith(f"xqk_{key['id']}_")

    with machine(platform, secret) as client:
        # The test platform believes the forwarded address of its own machine.
        there = {"X-Forwarded-For": "192.0.2.7"}
        answer = client.post("/graphql", json={"query": ME}, headers=there).json()
        assert answer["data"]["me"] == {"username": f"key:{key['id']}", "tenant": {"code": "xfj"}}
        for headers in ({"X-Forwarded-For": "198.51.100.7"}, {}):
            refused = client.post("/graphql", json={"query": ME}, headers=headers)
            assert refused.status_code == 401
        # A machine makes no keys.
        asked = {"query": CREATE, "variables": {"input": {"label": "x", "roles": ["CLERK"]}}}
        answer = client.post("/graphql", json=asked, headers=there).json()
        assert [each["code"] for each in answer["data"]["createApiKey"]["errors"]] == ["FORBIDDEN"]

        listed = {one["id"]: one for one in platform.gql(administrator, KEYS)["apiKeys"]}
        assert listed[key["id"]]["lastUsedOn"] == str(today())
        assert key["id"] not in {one["id"] for one in platform.gql(elsewhere, KEYS)["apiKeys"]}
        result = platform.gql(elsewhere, REVOKE, {"id": key["id"]})["revokeApiKey"]
        assert [each["code"] for each in result["errors"]] == ["NOT_FOUND"]

        result = platform.gql(administrator, REVOKE, {"id": key["id"]})["revokeApiKey"]
        assert result["apiKey"]["revokedAt"] is not None
        for _ in range(2):
            assert client.post("/graphql", json={"query": ME}, headers=there).status_code == 401

    def told() -> bool:
        found = acts(platform, key["id"])
        assert [act for act, _ in found] == ["KEY_CREATED", "KEY_REFUSED", "KEY_REVOKED", "KEY_REFUSED"]
        assert found[1][1] == f"key:{key['id']}"
        with psycopg.connect(platform.settings.admin_database_url) as admin:
            query = "SELECT count(*) FROM ledger.entry WHERE login = %s AND act = 'SIGNED_IN'"
            # Of all that it was let do on this day once.
            assert admin.execute(query, (f"key:{key['id']}",)).fetchone() == (1,)
        return True

    platform.eventually(told)


@pytest.mark.parametrize("wrong", ["xqk_", "xqk_611021aaaaaaaaaa_" + "a" * 43, "xqk_999999aaaaaaaaaa_" + "a" * 43])
def test_a_key_that_is_none_is_refused(platform: Platform, wrong: str) -> None:
    with machine(platform, wrong) as client:
        answer = client.post("/graphql", json={"query": ME})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_only_an_administrator_makes_and_lists_keys_and_a_repeated_request_makes_one(platform: Platform) -> None:
    clerk, administrator = platform.login("xfj", "CLERK"), platform.login("611021001", "ADMINISTRATOR")
    assert [each["code"] for each in made(platform, clerk)["errors"]] == ["FORBIDDEN"]
    answer = clerk.post("/graphql", json={"query": KEYS}).json()
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    result = made(platform, administrator, roles=["CLERK", "ACCUSATIONS"])
    assert [(each["code"], each["field"]) for each in result["errors"]] == [("INVALID_INPUT", "roles")]

    asked = {"query": CREATE, "variables": {"input": {"label": "OA", "roles": ["CLERK"]}}}
    headers = {"Idempotency-Key": "one-key-for-the-oa"}
    first, again = (
        administrator.post("/graphql", json=asked, headers=headers).json()["data"]["createApiKey"] for _ in range(2)
    )
    assert first["apiKey"]["id"] == again["apiKey"]["id"]
    assert first["secret"]
    assert again["secret"] is None


def test_an_order_of_the_hotline_is_registered_once_and_answers_by_its_own_number(platform: Platform) -> None:
    administrator = platform.login("xfj", "ADMINISTRATOR")
    one, other = (made(platform, administrator, label=label)["secret"] for label in ("热线一号机", "热线二号机"))
    number = "GD-2026/070-1"
    with machine(platform, one) as first, machine(platform, other) as second:
        taken = first.post(ORDERS, json=order(number))
        assert taken.status_code == 201, taken.text
        body = taken.json()
        assert body["status"] == "已登记，正在确定由哪个单位办理"
        assert body["answer"] is None
        for client in (first, second):
            again = client.post(ORDERS, json=order(number))
            assert (again.status_code, again.json()["petition_number"]) == (200, body["petition_number"])
            changed = client.post(ORDERS, json=order(number, body="另一件事"))
            assert changed.status_code == 409
            assert changed.json()["errors"][0]["extensions"]["code"] == "ORDER_CHANGED"
        asked = second.get(ORDERS, params={"system": "12345", "number": number})
        assert (asked.status_code, asked.json()["petition_id"]) == (200, body["petition_id"])
        assert second.get(ORDERS, params={"system": "12345", "number": "another"}).status_code == 404
        wrong = first.post(ORDERS, json=order("GD-2", title=" "))
        assert (wrong.status_code, wrong.json()["errors"][0]["extensions"]["code"]) == (400, "INVALID_INPUT")
        # Corrected, it is taken under the same number.
        assert first.post(ORDERS, json=order("GD-2")).status_code == 201

    entries = platform.gql(platform.login("xfj", "CLERK"), TIMELINE, {"id": body["petition_id"]})
    assert ("REGISTERED", "热线一号机") in [
        (entry["act"], entry["actorName"]) for entry in entries["petition"]["timeline"]
    ]


def test_another_tenants_machine_learns_nothing_of_an_order(platform: Platform) -> None:
    ours = made(platform, platform.login("xfj", "ADMINISTRATOR"))["secret"]
    theirs = made(platform, platform.login("611021001", "ADMINISTRATOR"))["secret"]
    with machine(platform, ours) as one, machine(platform, theirs) as other:
        assert one.post(ORDERS, json=order("GD-7")).status_code == 201
        assert other.get(ORDERS, params={"system": "12345", "number": "GD-7"}).status_code == 404
        # Their own order of the same number is another one.
        assert other.post(ORDERS, json=order("GD-7", title="另一单位的工单")).status_code == 201
