"""Putting a message that a consumer could not handle where it belongs: the retry ladder, then the dead letters."""

from typing import Any

from kombu import Connection, Message
from kombu.pools import producers

from services.common.bus.consumer import body_of
from services.contracts.topology import ATTEMPT, DEAD, ERROR, ORIGIN, VOUCHED, retry_queue

KEPT_PROPERTIES = ("content_type", "user_id", "message_id", "correlation_id", "reply_to")
OURS = frozenset({ATTEMPT, ERROR, ORIGIN, VOUCHED})


def headers_of(message: Message) -> dict[str, Any]:
    """The message's headers, without ours where somebody else may have written them.

    Copies that we made come back through the default exchange, to which no bureau may publish. Without this a bureau
    could put another's name on a message, and a replay of the dead letter would believe it.
    """
    forgeable = message.delivery_info.get("exchange")
    return {name: value for name, value in message.headers.items() if not (forgeable and name in OURS)}


class Publisher:
    """Publishes with confirms, over kombu's pool of connections."""

    def __init__(self, amqp_url: str) -> None:
        self._connection = Connection(amqp_url, transport_options={"confirm_publish": True})

    def retry_or_bury(self, message: Message, *, queue: str, error: str, delays: tuple[int, ...]) -> bool:
        """Sends a copy to the next step of the ladder, or to the dead letters after the last; True if buried.

        The caller acks the original afterwards: a crash in between doubles the message, and handlers bear that.
        """
        failed = int(headers_of(message).get(ATTEMPT, 0)) + 1
        if failed <= len(delays):
            self._copy(message, exchange=retry_queue(delays[failed - 1]), queue=queue, failed=failed, error=error)
            return False
        self.bury(message, queue=queue, error=error, failed=failed)
        return True

    def bury(self, message: Message, *, queue: str, error: str, failed: int = 0) -> None:
        """Sends a copy to the dead letters of ``queue``, with the reason."""
        self._copy(message, exchange=DEAD, queue=queue, failed=failed, error=error)

    def _copy(self, message: Message, *, exchange: str, queue: str, failed: int, error: str) -> None:
        properties: dict[str, Any] = {
            key: message.properties[key] for key in KEPT_PROPERTIES if message.properties.get(key) is not None
        }
        sender = properties.pop("user_id", None)
        # The broker checks user-id against the connection that publishes, and this one is not the sender's.
        headers = {**headers_of(message), ATTEMPT: failed, ERROR: error[:500], ORIGIN: queue}
        if sender is not None:
            headers[VOUCHED] = sender
        with producers[self._connection].acquire(block=True) as producer:
            producer.publish(
                body_of(message),
                exchange=exchange,
                routing_key=queue,
                headers=headers,
                content_encoding="binary",
                delivery_mode=2,
                mandatory=True,
                retry=True,
                retry_policy={"max_retries": 3, "interval_start": 0.2, "interval_step": 0.5},
                **{"content_type": "application/json", **properties},
            )
