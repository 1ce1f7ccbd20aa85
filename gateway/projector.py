"""The projector: every fact of the bus into the view, in batches.

A batch that fails is tried fact by fact; a fact that fails goes up the retry ladder, and at its end, or when
this version cannot read it, to the dead letters.
"""

import asyncio
import signal
import sys
from datetime import datetime

import aio_pika
import sqlalchemy as sa
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.changes import prune
from gateway.database import connect
from gateway.view import apply
from gateway.work.tallying import fold_all
from services.common import logs, settings, tracing
from services.common.facts import CONTENT_TYPE, UnreadableFact, decode_fact
from services.contracts.topology import ATTEMPT, DEAD, ERROR, ORIGIN, VIEW_QUEUE, retry_queue

BATCH = 100
HEARTBEAT_SECONDS = 2.0
FOLD_SECONDS = 10.0
PRUNE_SECONDS = 3600.0

log = logs.get(__name__)


class Projector:
    def __init__(self, *, engine: AsyncEngine, amqp_url: str, delays: tuple[int, ...]) -> None:
        self._engine = engine
        self._amqp_url = amqp_url
        self._delays = delays
        self._messages: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._oldest_at: datetime | None = None
        """When the first fact of the batch at hand was made."""

    def stop(self) -> None:
        self._messages.put_nowait(None)

    async def run(self) -> None:
        """Works until ``stop``; raises when the broker or the database goes away, and is then started anew."""
        connection = await aio_pika.connect(self._amqp_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.set_qos(prefetch_count=2 * BATCH)
            queue = await channel.get_queue(VIEW_QUEUE, ensure=False)
            async with asyncio.TaskGroup() as tasks:
                heart = tasks.create_task(self._beat())
                pruning = tasks.create_task(self._prune())
                folding = tasks.create_task(self._fold())
                closed = tasks.create_task(_raise_when_closed(channel))
                await queue.consume(self._messages.put)
                while batch := await self._next():
                    self._oldest_at = _made_at(batch[0])
                    with tracing.spans("view", [message.headers for message in batch]):
                        await self._settle(channel, batch)
                    self._oldest_at = None
                for task in (heart, pruning, folding, closed):
                    task.cancel()

    async def _next(self) -> list[AbstractIncomingMessage]:
        """What has arrived, at least one message; empty when told to stop."""
        batch: list[AbstractIncomingMessage] = []
        while not batch or (len(batch) < BATCH and not self._messages.empty()):
            message = await self._messages.get()
            if message is None:
                # What came before is still done; the rest returns to the queue with the channel.
                if batch:
                    self._messages.put_nowait(None)
                break
            batch.append(message)
        return batch

    async def _settle(self, channel: AbstractChannel, batch: list[AbstractIncomingMessage]) -> None:
        try:
            async with self._engine.begin() as connection:
                await apply(connection, [decode_fact(message.body) for message in batch])
        except OperationalError:
            raise  # The database is away: nothing is acked, and all of it comes again.
        except Exception as error:
            if len(batch) > 1:
                for message in batch:
                    await self._settle(channel, [message])
                return
            await self._put_aside(channel, batch[0], error)
        for message in batch:
            await message.ack()

    async def _put_aside(self, channel: AbstractChannel, message: AbstractIncomingMessage, error: Exception) -> None:
        failed = int(str(message.headers.get(ATTEMPT, 0))) + 1
        readable = not isinstance(error, UnreadableFact)
        retry = readable and failed <= len(self._delays)
        log.error("fact_not_applied", fact=message.message_id, attempt=failed, buried=not retry, exc_info=error)
        exchange = await channel.get_exchange(retry_queue(self._delays[failed - 1]) if retry else DEAD, ensure=False)
        reason = type(error).__name__ if readable else str(error)
        copy = aio_pika.Message(
            message.body,
            headers={**message.headers, ATTEMPT: failed, ERROR: reason[:500], ORIGIN: VIEW_QUEUE},
            message_id=message.message_id,
            content_type=CONTENT_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await exchange.publish(copy, VIEW_QUEUE, mandatory=True)

    async def _beat(self) -> None:
        """Tells the gateway that the projector lives, how much it has taken but not done, and of when that is."""
        statement = sa.text(
            "INSERT INTO xq.heartbeat (part, at, pending, oldest_at) VALUES ('projector', now(), :pending, :oldest_at)"
            " ON CONFLICT (part) DO UPDATE"
            " SET at = excluded.at, pending = excluded.pending, oldest_at = excluded.oldest_at"
        )
        while True:
            async with self._engine.begin() as connection:
                await connection.execute(statement, {"pending": self._messages.qsize(), "oldest_at": self._oldest_at})
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _prune(self) -> None:
        """Forgets the changes that nobody can resume after any more."""
        while True:
            await prune(self._engine)
            await asyncio.sleep(PRUNE_SECONDS)

    async def _fold(self) -> None:
        """Keeps the tally of cases short."""
        while True:
            await fold_all(self._engine)
            await asyncio.sleep(FOLD_SECONDS)


def _made_at(message: AbstractIncomingMessage) -> datetime | None:
    try:
        return datetime.fromisoformat(str(message.headers.get("cloudEvents:time")))
    except ValueError:
        return None  # A message that is no fact goes to the dead letters, and is nothing that the view waits for.


async def _raise_when_closed(channel: AbstractChannel) -> None:
    await channel.closed()
    raise ConnectionError("the broker closed the channel")


async def main() -> None:
    config = settings.load("amqp_url", "gateway_database_url")
    logs.configure(part="projector", level=config.log_level)
    engine = connect(config.gateway_database_url)
    projector = Projector(engine=engine, amqp_url=config.amqp_url, delays=config.retry_delays_seconds)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, projector.stop)
    log.info("projector_started")
    with tracing.exporting(part="projector", config=config):
        await projector.run()
    await engine.dispose()
    log.info("projector_stopped")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except settings.SettingsError as error:
        sys.exit(str(error))
