"""Looking at the broker's queues from a test, and putting messages into them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu import Connection
from kombu.pools import producers

from services.contracts.topology import consumer_queues, dead_queue


@contextmanager
def channel(amqp_url: str) -> Iterator[Any]:
    with Connection(amqp_url) as connection, connection.channel() as opened:
        yield opened


def waiting(amqp_url: str, queue: str) -> int:
    """Messages that wait in a queue, without those in a consumer's hands."""
    with channel(amqp_url) as opened:
        count: int = opened.queue_declare(queue, passive=True).message_count
        return count


def dead_letters(amqp_url: str) -> dict[str, int]:
    """The consumers' queues that have dead letters, with how many."""
    counts = {queue: waiting(amqp_url, dead_queue(queue)) for queue in consumer_queues()}
    return {queue: count for queue, count in counts.items() if count}


def publish(amqp_url: str, *, exchange: str, routing_key: str, headers: dict[str, Any], body: bytes) -> None:
    with (
        Connection(amqp_url, transport_options={"confirm_publish": True}) as connection,
        producers[connection].acquire(block=True) as producer,
    ):
        producer.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            headers=headers,
            content_type="application/json",
            content_encoding="binary",
            message_id=headers.get("cloudEvents:id"),
            mandatory=True,
        )
