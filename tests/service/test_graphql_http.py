"""The door as it stands in production: with the defaults, before the real schema and the real database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from graphql import get_introspection_query
from starlette.testclient import TestClient

from gateway.app import create_app
from gateway.graphql_http.documents import digest
from gateway.web.security import HEADERS
from services.common.settings import Settings
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

MATTER = "matter {{ petitions(first: 100) {{ id {0} }} }}"
COSTLY = f"{{ petitions(first: 100) {{ nodes {{ {MATTER.format(MATTER.format(''))} }} }} }}"
HELD = "query Held($n: Int) { petitions(first: $n) { totalCount nodes { number title } } }"
BY_DEFAULT = (
    "graphiql",
    "introspection",
    "query_suggestions",
    *(n for n in Settings.__struct_fields__ if "query_max" in n),
)
CASE = """query Case($id: UUID!) { petition(id: $id) { __typename number statusLabel petitioners { name phone }
  referrals { toTenant { name } stateLabel answer { outcomeLabel opinion } papers { label documentPath } }
  clocks { obligationLabel basis startsOn dueOn stateLabel owner { shortName } }
  timeline { at actLabel tenant { shortName } actorName remark } journey { hops returns daysLost } } }"""


@pytest.fixture(scope="module")
def production(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A gateway of its own in this process, on the platform's database and broker; its caller is the county's clerk."""
    manifest = tmp_path_factory.mktemp("documents") / "console.json"
    manifest.write_text(json.dumps({digest(HELD): HELD}), "utf-8")
    defaults = {name: getattr(Settings(), name) for name in BY_DEFAULT}
    config = msgspec.structs.replace(platform.settings, **defaults, persisted_documents=(str(manifest),), tracing=False)
    with TestClient(create_app(config), headers=dict(platform.login("xfj", "CLERK").headers)) as client:
        yield client


def test_production_answers_what_a_console_asks_and_refuses_what_it_does_not(
    platform: Platform, production: TestClient
) -> None:
    case = done(Walker(platform, platform.login("xfj", "CLERK")).register(letter()))["petition"]
    new = {"Accept": "application/graphql-response+json"}

    def ask(query: str, **variables: object) -> Any:
        return production.post("/graphql", json={"query": query, "variables": variables}, headers=new)

    found = ask(CASE, id=case["id"]).json()
    assert "errors" not in found
    assert found["data"]["petition"]["number"] == case["number"]
    held = production.get("/graphql", params={"documentId": digest(HELD), "variables": '{"n": 3}'})
    assert held.json()["data"]["petitions"]["totalCount"] >= 1

    for query, code in (
        (get_introspection_query(), "INVALID_QUERY"),
        ("{ petitions(first: 101) { totalCount } }", "LIST_TOO_LONG"),
        (COSTLY, "QUERY_TOO_COSTLY"),
        ("{ " + "".join(f"a{n}: petitions {{ totalCount }} " for n in range(40)) + "}", "TOO_MANY_ROOT_FIELDS"),
    ):  # fmt: skip
        answer = ask(query)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, code)
    assert "Did you mean" not in ask("{ petitoins { totalCount } }").text
    assert production.get("/graphiql").status_code == 404


def test_every_kind_of_route_has_the_security_headers(platform: Platform, production: TestClient) -> None:
    unknown = "01990000-0000-7000-8000-000000000000"
    for method, path, status in (
        ("GET", "/", 200),
        ("GET", "/healthz", 200),
        ("GET", "/public/luonan", 200),
        ("GET", "/public/luonan/receptions.ics", 200),
        ("GET", f"/documents/circulars/{unknown}.docx", 404),
        ("GET", f"/attachments/{unknown}", 404),
        ("GET", "/exports/petitions.xlsx", 200),
        ("GET", "/files/made-up", 403),
        ("GET", "/feeds/made-up.ics", 404),
        ("POST", "/auth/token", 400),
        ("POST", "/public/luonan/graphql", 415),
    ):
        answer = production.request(method, path)
        assert answer.status_code == status, (path, answer.text)
        for name in HEADERS:
            assert name in answer.headers, (path, name)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers["X-Trace-Id"]) == 32


def test_the_gateways_log_tells_of_requests_and_not_of_people(platform: Platform) -> None:
    client = platform.login("xfj", "CLERK")
    case = done(Walker(platform, client).register(letter()))["petition"]
    trace = client.get(f"/documents/petitions/{case['id']}/registration.docx?copy=archive").headers["X-Trace-Id"]
    log = Path(platform.instance.place.logs) / "gateway.log"

    def line() -> dict[str, object] | None:
        requests = (json.loads(one) for one in log.read_text("utf-8").splitlines() if f'"{trace}"' in one)
        return next((one for one in requests if one["event"] == "request"), None)

    found = platform.eventually(line)
    assert found["route"] == "/documents/petitions/{id}/{paper}.docx"
    assert (found["status"], found["tenant"]) == (200, "xfj")
    everything = log.read_text("utf-8")
    for personal in (case["id"], case["number"], client.headers["Authorization"].split()[1], "赵小树"):
        assert personal not in everything
