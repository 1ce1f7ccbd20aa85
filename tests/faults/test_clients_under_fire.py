"""Some clients at work while parts fail: each act is done once, what was refused was not begun, and reads go on.

``tests.bench.faults`` has the whole table, with twenty clients.
"""

import httpx

from deploy.local import rabbitmq
from tests.faults.clients import NO_ANSWER, Seen, run
from tests.faults.striking import database_restarted, held, killed
from tests.harness.broker import dead_letters
from tests.harness.platform import Platform
from tests.journey.story import REGISTER, letter

CLIENTS = 5


def fire(platform: Platform, fault: object) -> Seen:
    assert callable(fault)
    seen, ended = run(platform, clients=CLIENTS, fault=lambda: fault(platform))
    assert (ended.lost, ended.double, seen.never) == (0, 0, 0)
    assert dead_letters(platform.settings.amqp_url) == {}
    return seen


def test_parts_that_die_lose_and_double_nothing(platform: Platform) -> None:
    def die(platform: Platform) -> None:
        killed(platform, "intake", "routing", "gateway")
        database_restarted(platform)

    assert fire(platform, die).at_once > 0


def test_a_service_that_stands_still_is_given_no_more_and_reads_go_on(platform: Platform) -> None:
    seconds = platform.settings.rpc_timeout_seconds + 4
    seen = fire(platform, lambda platform: held(platform, "intake", seconds=seconds))
    # Those who were waiting are told that nobody knows; who comes after them, that nothing was begun.
    assert seen.codes["NOT_CONFIRMED"] == CLIENTS
    assert seen.codes["UNAVAILABLE"] > 0
    assert seen.reads_failed == {}
    assert seen.longest < platform.settings.rpc_timeout_seconds + 5


def test_without_the_broker_acts_are_refused_at_once_and_reads_go_on_also_for_a_gateway_that_starts_then(
    platform: Platform,
) -> None:
    client = platform.login("xfj", "CLERK")
    broker = platform.instance.keeper[rabbitmq.NAME]
    broker.stop()
    try:
        platform.eventually(lambda: _ready(platform) == "reads_only", 60)
        platform.kill9("gateway")
        platform.eventually(lambda: _ready(platform) == "reads_only", 60)
        answer = client.post(
            "/graphql",
            json={"query": REGISTER, "variables": {"input": letter()}},
            headers={"Idempotency-Key": "kept-by-the-clerk"},
        )
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.elapsed.total_seconds() < 2
        (error,) = answer.json()["data"]["registerPetition"]["errors"]
        assert error["code"] == "UNAVAILABLE"
        assert platform.gql(client, "{ petitions(first: 1) { totalCount } }")["petitions"]["totalCount"] >= 0
    finally:
        broker.start()
    platform.await_health()
    again = client.post(
        "/graphql",
        json={"query": REGISTER, "variables": {"input": letter()}},
        headers={"Idempotency-Key": "kept-by-the-clerk"},
    )
    assert again.json()["data"]["registerPetition"]["errors"] == []


def _ready(platform: Platform) -> str:
    try:
        found: str = httpx.get(f"{platform.url}/readyz", trust_env=False).json()["status"]
    except httpx.TransportError:
        return NO_ANSWER
    return found
