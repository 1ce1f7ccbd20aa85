"""Queues of an older generation: what waits in them is carried over to this one's, and they are removed.

Called when the bus is declared for a new version, before any part of it starts: the older queues have no reader.
"""

from collections.abc import Iterable

from amqp.exceptions import NotFound
from kombu import Connection, Producer, Queue

from services.common.copies import body_of, passed_on
from services.contracts.topology import GENERATION, RETRY, RPC


def retire_older(amqp_url: str, *, queues: Iterable[Queue], generation: int = GENERATION) -> int:
    """Empties the queues that older generations of ``queues`` had, and deletes them; how many messages were carried.

    The retry ladder first: what waits there belongs to the consumer that its routing key names. What is there of
    commands is dropped: whoever sent them was told long ago that they were not carried out.
    """
    ladder_first = sorted(queues, key=lambda queue: not queue.name.startswith(RETRY))
    with Connection(amqp_url, transport_options={"confirm_publish": True}) as connection:
        return sum(
            _retire(connection, queue, suffix=f".q{older}", fresh=f".q{generation}")
            for older in range(1, generation)
            for queue in ladder_first
        )


def _retire(connection: Connection, queue: Queue, *, suffix: str, fresh: str) -> int:
    old = queue.name.replace(fresh, suffix)
    if old == queue.name or not _exists(connection, old):
        return 0
    carried = 0
    with connection.channel() as channel:
        if queue.exchange and queue.routing_key:
            # Nothing new may come while it is emptied; what came meanwhile stands in the new queue as well.
            channel.queue_unbind(
                old, exchange=queue.exchange.name, routing_key=queue.routing_key.replace(fresh, suffix)
            )
        producer = Producer(channel)
        while queue.exchange.name != RPC and (found := channel.basic_get(old)) is not None:
            message = channel.message_to_python(found)
            waits = queue.name.startswith(RETRY)
            target = message.delivery_info["routing_key"].replace(suffix, fresh) if waits else queue.name
            headers, properties = passed_on(message)
            producer.publish(
                body_of(message),
                exchange="",
                routing_key=target,
                headers=headers,
                content_encoding="binary",
                delivery_mode=2,
                mandatory=True,
                **properties,
            )
            message.ack()
            carried += 1
        channel.queue_delete(old)
    return carried


def _exists(connection: Connection, name: str) -> bool:
    # The broker closes the channel on which one asked for what is not there.
    channel = connection.channel()
    try:
        channel.queue_declare(name, passive=True)
    except NotFound:
        return False
    channel.close()
    return True
