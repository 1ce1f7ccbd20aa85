"""One trace from a browser's request through every part to the message in a bureau's queue, and back with its reply."""

import json
import secrets
import uuid
from typing import Any

from kombu import Connection, Consumer, Message, Producer, Queue

from services.contracts.routing import Referral
from services.contracts.topology import BUREAU_REPLY
from tests.harness.collector import Received
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.journey.bureau_system import account_of
from tests.journey.story import Walker, done, letter

BUREAU = "rsj"
REFER = """mutation Refer($input: ReferPetitionInput!) {
  referPetition(input: $input) { referral { id } errors { code message } } }"""
CLIENT, SERVER = 3, 2


class Trace:
    def __init__(self, platform: Platform, trace: str) -> None:
        self._platform = platform
        self._trace = trace

    @property
    def spans(self) -> list[Received]:
        return self._platform.instance.collector.of(self._trace)

    def of(self, part: str, name: str, *, below: Received | str | None = None, kind: int | None = None) -> Received:
        """The first such span, when it has come; ``below``: the span or the id that is its parent."""
        parent = below.id if isinstance(below, Received) else below

        def found() -> Received | None:
            fitting = (span for span in self.spans if (span.part, span.name) == (part, name))
            fitting = (span for span in fitting if parent in (None, span.parent) and kind in (None, span.kind))
            return next(fitting, None)

        return eventually(found, what=f"a span {name} of {part}")


def message_about(account: dict[str, str], subject: str) -> dict[str, Any]:
    """Headers of the message in the bureau's queue; what else lies there is taken out."""
    found: list[dict[str, Any]] = []

    def taken(message: Message) -> None:
        if message.headers["cloudEvents:subject"] == subject:
            found.append(message.headers)
        message.ack()

    queue = Queue(account["username"], no_declare=True)
    with Connection(account["amqp_url"]) as connection, Consumer(connection, queues=[queue], on_message=taken):
        while not found:
            connection.drain_events(timeout=20)
    return found[0]


def test_a_request_is_followed_to_the_bureaus_queue_and_back(platform: Platform) -> None:
    clerk = Walker(platform, platform.login("xfj", "CLERK"))
    petition = done(clerk.register(letter()))["petition"]["id"]
    account = account_of(platform, BUREAU)
    id, browser = secrets.token_hex(16), secrets.token_hex(8)
    trace = Trace(platform, id)

    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": BUREAU, "role": "LEAD"}], "note": "请阅处"}
    answer = clerk.client.post(
        "/graphql",
        json={"query": REFER, "variables": {"input": given}},
        headers={"traceparent": f"00-{id}-{browser}-01", "tracestate": "console=1"},
    )
    assert answer.headers["x-trace-id"] == id
    referral = done(answer.json()["data"]["referPetition"])["referral"]["id"]

    # In: the browser, the gateway, the command, the service, its transaction.
    request = trace.of("gateway", "POST /graphql", below=browser, kind=SERVER)
    assert answer.headers["traceresponse"] == f"00-{id}-{request.id}-01"
    operation = trace.of("gateway", "mutation", below=request)
    assert operation.attributes["graphql.operation.name"] == "Refer"
    sent = trace.of("gateway", "routing.refer_petition", below=operation, kind=CLIENT)
    handled = trace.of("routing", "routing.refer_petition", below=sent, kind=SERVER)
    written = trace.of("routing", "transaction", below=handled)

    # Out: the relay, the bureau's queue.
    message = message_about(account, referral)
    assert message["cloudEvents:traceparent"] == f"00-{id}-{written.id}-01"
    version, of, hop, sampled = message["traceparent"].split("-")
    assert (version, of, sampled, message["tracestate"]) == ("00", id, "01", "console=1")
    carried = eventually(lambda: next((span for span in trace.spans if span.id == hop), None))
    assert (carried.part, carried.name, carried.parent) == ("relay", "publish bureau", written.id)

    # Beside: the view, and the services that follow, whose own facts go on in it.
    facts = eventually(lambda: {span.id for span in trace.spans if span.name == "publish facts"})
    assert trace.of("relay", "publish facts", below=written).id in facts
    followed = trace.of("deadlines", f"deadlines on {Referral.fact_type}")
    told = trace.of("relay", "publish facts", below=trace.of("deadlines", "transaction", below=followed))
    shown = [trace.of("projector", "view", below=told), trace.of("projector", "view", below=followed.parent)]
    assert {span.parent for span in shown} <= {span.id for span in trace.spans if span.name == "publish facts"}

    # Back: what the bureau answers with the context that it was given.
    with Connection(account["amqp_url"]) as connection:
        Producer(connection.channel()).publish(
            json.dumps({"referral_id": referral}).encode(),
            exchange=BUREAU_REPLY,
            routing_key="any",
            headers={
                "cloudEvents:id": str(uuid.uuid4()),
                "cloudEvents:type": "cn.xinqiao.bureau.receive.v1",
                "traceparent": message["traceparent"],
            },
            user_id=account["username"],
            content_type="application/json",
            content_encoding="binary",
        )
    replied = trace.of("routing", "routing on bureau reply", below=hop)
    receipt = trace.of("relay", "publish bureau", below=trace.of("routing", "transaction", below=replied))
    assert receipt.trace == id

    # The logs say it, and no span tells what anybody wrote.
    log = platform.instance.place.logs / "routing.log"
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if id in line]
    assert "command_done" in {line["event"] for line in lines if line["trace"] == id}
    everything = json.dumps([[span.name, span.attributes] for span in trace.spans], ensure_ascii=False)
    written_by_people = letter()
    for text in ("请阅处", "赵小树", "13800001234", written_by_people["title"], written_by_people["body"]):
        assert text not in everything
