"""The entry point under every handler of a queue: what it raises is retried up the ladder, then buried."""

from typing import Any, ClassVar

from amqp.exceptions import AMQPError
from kombu import Message, Queue
from kombu.exceptions import OperationalError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.common import logs
from services.common.bus.consumer import DrainingQueueConsumer
from services.common.bus.publishing import Publisher

log = logs.get(__name__)

RETRY_DELAYS = "RETRY_DELAYS_SECONDS"
"""Key of nameko's configuration: seconds before each further try."""


class Unreadable(Exception):
    """The message will never be understood by this version; it is buried at once, not retried."""


class MessageEntrypoint(Entrypoint):
    """Calls the method with what ``read`` makes of the message; the method runs in a worker of its own.

    Subclasses give the ``queue`` in ``setup`` and ``read`` the message. An exception of the method sends the
    message up the retry ladder.
    """

    queue_consumer: ClassVar[Any] = DrainingQueueConsumer()
    queue: Queue

    def setup(self) -> None:
        self._publisher = Publisher(self.container.config["AMQP_URI"])
        self._delays = tuple(self.container.config[RETRY_DELAYS])
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def read(self, body: bytes, message: Message) -> Any:
        """What the method is called with. Raises ``Unreadable``."""
        raise NotImplementedError

    def handle_message(self, body: bytes, message: Message) -> None:
        try:
            argument = self.read(body, message)
        except Exception as unreadable:
            # Whatever it was: a message may not end the process, or it would end the next one too.
            reason = str(unreadable) if isinstance(unreadable, Unreadable) else type(unreadable).__name__
            log.error("message_unreadable", queue=self.queue.name, error=reason)
            self._settle(message, lambda: self._publisher.bury(message, queue=self.queue.name, error=reason))
            return
        self.spawn(argument, message)

    def spawn(self, argument: Any, message: Message) -> None:
        """Has a worker call the method."""
        try:
            self.container.spawn_worker(
                self, (argument,), {}, handle_result=lambda ctx, result, exc: self.finish(message, result, exc)
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def finish(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Settles the message when its worker is done."""
        if exc_info is None:
            self.queue_consumer.ack_message(message)
        else:
            error = f"{exc_info[0].__name__}"
            self._settle(message, lambda: self._retry(message, error))
        return result, exc_info

    def _retry(self, message: Message, error: str) -> None:
        if self._publisher.retry_or_bury(message, queue=self.queue.name, error=error, delays=self._delays):
            log.error("message_buried", queue=self.queue.name, error=error)

    def _settle(self, message: Message, put_aside: Any) -> None:
        """Acks once the copy is safe; where it cannot be made, the broker keeps the message."""
        try:
            put_aside()
        except (AMQPError, OperationalError, OSError) as error:
            log.warning("message_kept", queue=self.queue.name, error=type(error).__name__)
            self.queue_consumer.requeue_message(message)
        else:
            self.queue_consumer.ack_message(message)
