"""Queues get other arguments with a new version: what waited in the older ones is not lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Exchange, Producer, Queue

from services.common import topology
from services.common.generations import retire_older
from services.contracts.topology import BUREAU_REPLY, DEAD, ERROR, VOUCHED, dead_queue
from tests.harness.instance import TestInstance

NAME = "floor.moved.q"
LADDER = "retry.7777s.q"


def queues(generation: int) -> list[Queue]:
    """A consumer's queue with its dead letters, and a step of the ladder."""
    consumer = topology.consumer_queue(f"{NAME}{generation}", exchange=topology.BUREAU_REPLY, routing_key="moved")
    ladder = Queue(
        f"{LADDER}{generation}",
        exchange=Exchange(f"{LADDER}{generation}", type="fanout", durable=True),
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-message-ttl": 7_777_000, "x-dead-letter-exchange": ""},
    )
    return [topology.dead_queue(consumer.name), consumer, ladder]


@pytest.fixture
def channel(instance: TestInstance) -> Iterator[Any]:
    confirmed = Connection(instance.settings.amqp_url, transport_options={"confirm_publish": True})
    with confirmed as connection, connection.channel() as opened:
        for generation in (1, 2):
            for queue in queues(generation):
                queue(opened).declare()
        yield opened
        for queue in queues(2):
            opened.queue_delete(queue.name)


def taken(channel: Any, queue: str) -> list[tuple[bytes, dict[str, Any]]]:
    found = []
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        body = message.body
        found.append((body.encode() if isinstance(body, str) else bytes(body), dict(message.headers or {})))
    return found


def test_what_waited_in_an_older_generation_is_carried_over_once(instance: TestInstance, channel: Any) -> None:
    producer = Producer(channel)
    old = f"{NAME}1"
    account = Connection(instance.settings.amqp_url).userid
    producer.publish(b"1", exchange=BUREAU_REPLY, routing_key="moved", user_id=account, headers={VOUCHED: "forged"})
    producer.publish(b"2", exchange="", routing_key=f"{LADDER}1", headers={VOUCHED: "bureau.x"})
    producer.publish(b"waits", exchange=f"{LADDER}1", routing_key=old, headers={ERROR: "x"})
    producer.publish(b"dead", exchange=DEAD, routing_key=old, headers={ERROR: "y"})

    moved = retire_older(instance.settings.amqp_url, queues=queues(2), generation=2)
    assert moved == 4

    # The new queue was bound, too, when the first one came; handlers bear the double.
    came = taken(channel, f"{NAME}2")
    assert sorted(body for body, _ in came if body != b"2") == [b"1", b"1", b"waits"]
    assert {headers.get(VOUCHED) for body, headers in came if body == b"1"} == {"forged", account}
    assert [headers[ERROR] for body, headers in came if body == b"waits"] == ["x"]
    ((dead, headers),) = taken(channel, dead_queue(f"{NAME}2"))
    assert (dead, headers[ERROR]) == (b"dead", "y")
    assert retire_older(instance.settings.amqp_url, queues=queues(2), generation=2) == 0
    producer.publish(b"3", exchange=BUREAU_REPLY, routing_key="moved")
    assert [body for body, _ in taken(channel, f"{NAME}2")] == [b"3"]
