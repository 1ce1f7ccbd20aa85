"""The relay: carries what was committed in the outboxes to the broker, with confirms, in batches, and into the ledger.

For each schema one relay works at a time (an advisory lock), the others stand by, so any number may run and
the order of commits within one aggregate is the order on the bus. A row is deleted in the transaction that
read it, after the broker confirmed; a crash in between publishes it again, and consumers bear that. The same
transaction enters the facts among them in the ledger, so each stands there once, however often it was published.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Any

import aio_pika
import psycopg
from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.exceptions import DeliveryError

from services.common import logs, settings, tracing
from services.common.facts import CONTENT_TYPE
from services.common.ledger_writing import append
from services.contracts.topology import FACTS, OUTBOXES

BATCH = 500
IDLE_SECONDS = 1.0
"""How long a relay waits for a notification before it looks by itself."""
HEARTBEAT_SECONDS = 2.0

log = logs.get(__name__)


class Relay:
    def __init__(self, *, database_url: str, amqp_url: str, ledger_key: bytes) -> None:
        self._database_url = database_url
        self._amqp_url = amqp_url
        self._ledger_key = ledger_key
        self._exchanges: dict[str, AbstractExchange] = {}
        self._stopping = asyncio.Event()
        self._wake = {service: asyncio.Event() for service in OUTBOXES}

    def stop(self) -> None:
        self._stopping.set()
        for event in self._wake.values():
            event.set()

    async def run(self) -> None:
        """Works until ``stop``; raises when the broker or the database goes away, and is then started anew."""
        # Before the broker, without which it gets no farther: then what waits is what one wants to know.
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as database:
            await _note_outboxes(database)
        connection = await aio_pika.connect(self._amqp_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            async with asyncio.TaskGroup() as tasks:
                listener = tasks.create_task(self._listen())
                heart = tasks.create_task(self._beat())
                workers = [tasks.create_task(self._carry(service, channel)) for service in OUTBOXES]
                closed = tasks.create_task(_raise_when_closed(channel))
                await asyncio.gather(*workers)
                for task in (listener, heart, closed):
                    task.cancel()

    async def _carry(self, service: str, channel: AbstractChannel) -> None:
        async with await psycopg.AsyncConnection.connect(self._database_url) as database:
            while not self._stopping.is_set():
                self._wake[service].clear()
                if await self._batch(service, database, channel) < BATCH:
                    await self._rest(service)

    async def _rest(self, service: str) -> None:
        try:
            await asyncio.wait_for(self._wake[service].wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _batch(self, service: str, database: psycopg.AsyncConnection, channel: AbstractChannel) -> int:
        """Publishes the oldest rows of one outbox; returns how many were taken."""
        async with database.transaction():
            lock = await database.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", (f"outbox.{service}",))
            if not (await lock.fetchone() or (False,))[0]:
                return 0
            cursor = await database.execute(
                f"SELECT seq, exchange, routing_key, headers, body FROM {service}.outbox"
                f" ORDER BY attempts, seq LIMIT {BATCH}"
            )
            rows = await cursor.fetchall()
            if not rows:
                return 0
            # Tasks start in the order in which they are made, so one channel keeps the order of the rows.
            outcomes = await asyncio.gather(*[self._publish(channel, *row[1:]) for row in rows], return_exceptions=True)
            return await self._settle(service, database, rows, outcomes)

    async def _settle(
        self,
        service: str,
        database: psycopg.AsyncConnection,
        rows: Sequence[tuple[Any, ...]],
        outcomes: Sequence[BaseException | None],
    ) -> int:
        """Deletes the rows that the broker has confirmed, enters their facts in the ledger, and returns how many.

        What no queue took waits behind all others, and is told: a bureau whose queue is missing may not hold up the
        county. Raises any other failure.
        """
        for outcome in outcomes:
            if outcome is not None and not isinstance(outcome, DeliveryError):
                raise outcome
        stuck = [row[0] for row, outcome in zip(rows, outcomes, strict=True) if outcome is not None]
        if stuck:
            log.error("messages_without_queue", service=service, count=len(stuck))
            await database.execute(f"UPDATE {service}.outbox SET attempts = attempts + 1 WHERE seq = ANY(%s)", (stuck,))
        sent = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome is None]
        await database.execute(f"DELETE FROM {service}.outbox WHERE seq = ANY(%s)", ([row[0] for row in sent],))
        # What a bureau is told follows from a fact, and is none.
        facts = [bytes(body) for _, exchange, _, _, body in sent if exchange == FACTS]
        await append(database, key=self._ledger_key, service=service, bodies=facts)
        return len(sent)

    async def _publish(
        self, channel: AbstractChannel, exchange: str, routing_key: str, headers: dict[str, Any], body: bytes
    ) -> None:
        target = self._exchanges.get(exchange)
        if target is None:
            target = self._exchanges[exchange] = await channel.get_exchange(exchange, ensure=False)
        about = {"messaging.system": "rabbitmq", "messaging.message.id": headers["cloudEvents:id"]}
        with tracing.passing_on(f"publish {exchange}", headers, attributes=about) as trace:
            message = aio_pika.Message(
                body,
                headers={**headers, **trace},
                message_id=headers["cloudEvents:id"],
                content_type=CONTENT_TYPE,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            # Mandatory: a message that no queue takes raises DeliveryError here, and stays in the outbox.
            await target.publish(message, routing_key, mandatory=True)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as database:
            await database.execute("LISTEN xq_outbox")
            async for notice in database.notifies():
                if notice.payload in self._wake:
                    self._wake[notice.payload].set()

    async def _beat(self) -> None:
        """Tells the gateway that this relay lives, how much waits, and since when."""
        count = " + ".join(f"(SELECT count(*) FROM {service}.outbox)" for service in OUTBOXES)
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as database:
            while True:
                await database.execute(
                    f"INSERT INTO xq.heartbeat (part, at, pending) VALUES ('relay', now(), {count})"
                    " ON CONFLICT (part) DO UPDATE SET at = excluded.at, pending = excluded.pending"
                )
                await _note_outboxes(database)
                await asyncio.sleep(HEARTBEAT_SECONDS)


async def _note_outboxes(database: psycopg.AsyncConnection) -> None:
    for service in OUTBOXES:
        await database.execute(
            "INSERT INTO xq.heartbeat (part, at, pending, oldest_at)"
            f" SELECT %s, now(), count(*), min(created_at) FROM {service}.outbox"
            " ON CONFLICT (part) DO UPDATE"
            " SET at = excluded.at, pending = excluded.pending, oldest_at = excluded.oldest_at",
            (f"outbox.{service}",),
        )


async def _raise_when_closed(channel: AbstractChannel) -> None:
    await channel.closed()
    raise ConnectionError("the broker closed the channel")


async def main() -> None:
    config = settings.load("amqp_url", "relay_database_url", "ledger_key")
    logs.configure(part="relay", level=config.log_level)
    ledger_key = bytes.fromhex(config.ledger_key)
    relay = Relay(database_url=config.relay_database_url, amqp_url=config.amqp_url, ledger_key=ledger_key)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, relay.stop)
    log.info("relay_started")
    with tracing.exporting(part="relay", config=config):
        await relay.run()
    log.info("relay_stopped")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except settings.SettingsError as error:
        sys.exit(str(error))
