"""Declares the bus: exchanges, every consumer's queue, its dead letters, and the retry ladder.

Done before any part starts, so that no fact is published while nobody listens.
"""

from kombu import Connection, Exchange, Queue

from services.common.generations import retire_older
from services.contracts import topology as names

FACTS = Exchange(names.FACTS, type="topic", durable=True)
DEAD = Exchange(names.DEAD, type="direct", durable=True)
BUREAU = Exchange(names.BUREAU, type="direct", durable=True)
BUREAU_REPLY = Exchange(names.BUREAU_REPLY, type="topic", durable=True)
RPC = Exchange(names.RPC, type="topic", durable=True)


def consumer_queue(name: str, *, exchange: Exchange, routing_key: str, ordered: bool = False) -> Queue:
    """A quorum queue whose unhandled messages go to its own dead-letter queue.

    ``ordered``: one consumer at a time gets messages, the others stand by.
    """
    return Queue(
        name,
        exchange=exchange,
        routing_key=routing_key,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": names.DELIVERY_LIMIT,
            "x-dead-letter-exchange": names.DEAD,
            "x-dead-letter-routing-key": name,
            **({"x-single-active-consumer": True} if ordered else {}),
        },
    )


def fact_queue(fact_type: str, name: str) -> Queue:
    return consumer_queue(name, exchange=FACTS, routing_key=f"*.{fact_type}")


def command_queue(service: str) -> Queue:
    """Commands expire when their caller has given up, and are then dropped: he was told, and may ask again."""
    return Queue(
        names.command_queue(service),
        exchange=RPC,
        routing_key=f"{service}.*",
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": names.DELIVERY_LIMIT},
    )


def view_queue() -> Queue:
    return consumer_queue(names.VIEW_QUEUE, exchange=FACTS, routing_key="#")


def bureau_reply_queue() -> Queue:
    return consumer_queue(names.BUREAU_REPLY_QUEUE, exchange=BUREAU_REPLY, routing_key="#", ordered=True)


def dead_queue(name: str) -> Queue:
    return Queue(
        names.dead_queue(name),
        exchange=DEAD,
        routing_key=name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def retry_queue(seconds: int) -> Queue:
    """One queue a delay: on a quorum queue a message waits behind the head, so all in it must wait alike.

    The message keeps the routing key with which it was published, the name of the consumer's queue, and the
    default exchange brings it back there.
    """
    name = names.retry_queue(seconds)
    return Queue(
        name,
        exchange=Exchange(name, type="fanout", durable=True),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-message-ttl": seconds * 1000,
            "x-dead-letter-exchange": "",
        },
    )


def all_queues(*, retry_delays_seconds: tuple[int, ...]) -> list[Queue]:
    facts = [
        fact_queue(state.fact_type, names.fact_queue(service, state))
        for service, states in names.LISTENERS.items()
        for state in states
    ]
    consumers = [*facts, view_queue(), bureau_reply_queue()]
    return [
        *(dead_queue(queue.name) for queue in consumers),
        dead_queue(names.BUREAU),
        *(retry_queue(seconds) for seconds in retry_delays_seconds),
        *consumers,
        *map(command_queue, names.SERVICES),
    ]


def declare(*, amqp_url: str, retry_delays_seconds: tuple[int, ...]) -> None:
    """Declares all of it; harmless where it stands already. What waits in older generations' queues is carried over."""
    with Connection(amqp_url) as connection, connection.channel() as channel:
        BUREAU(channel).declare()
        for queue in all_queues(retry_delays_seconds=retry_delays_seconds):
            queue(channel).declare()
    retire_older(amqp_url, queues=all_queues(retry_delays_seconds=retry_delays_seconds))
