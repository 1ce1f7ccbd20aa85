"""Putting a message that a consumer could not handle where it belongs: the retry ladder, then the dead letters."""

from kombu import Connection, Message
from kombu.pools import producers

from services.common.copies import body_of, headers_of, passed_on
from services.contracts.topology import ATTEMPT, DEAD, ERROR, ORIGIN, retry_queue


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
        headers, properties = passed_on(message)
        with producers[self._connection].acquire(block=True) as producer:
            producer.publish(
                body_of(message),
                exchange=exchange,
                routing_key=queue,
                headers={**headers, ATTEMPT: failed, ERROR: error[:500], ORIGIN: queue},
                content_encoding="binary",
                delivery_mode=2,
                mandatory=True,
                retry=True,
                retry_policy={"max_retries": 3, "interval_start": 0.2, "interval_step": 0.5},
                **properties,
            )
