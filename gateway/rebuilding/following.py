"""What is told while a view is made anew: a queue of its own takes every fact from before the first page is read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from pamqp.common import FieldTable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.view import apply
from services.common.facts import UnreadableFact, decode_fact
from services.common.ids import new_id
from services.contracts.fact import AnyFact
from services.contracts.topology import FACTS, GENERATION, OUTBOXES, VIEW_QUEUE

QUEUE = f"gateway.view.rebuild.q{GENERATION}"
ARGUMENTS: FieldTable = {
    "x-queue-type": "quorum",
    # Of a rebuild that was killed it goes by itself, a day later. Nobody takes from it until all the cases are derived,
    # and that may take hours.
    "x-expires": 86_400_000,
}
BATCH = 200
REMEMBERED = 1000
"""How many of the newest facts are remembered: more than projectors have in their hands."""
MARK = "xq-mark"


class Follower:
    """Takes the facts of the queue in the order in which they came."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue) -> None:
        self._channel = channel
        self._queue = queue
        self._arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._in_hand: list[AbstractIncomingMessage] = []
        """Taken and not applied yet. Whoever is broken off leaves them here, and the next one applies them."""
        self._consumer: str | None = None
        self.newest: deque[AnyFact] = deque(maxlen=REMEMBERED)
        """The facts that were taken last."""
        self.taken = 0

    @classmethod
    @asynccontextmanager
    async def bound(cls, amqp_url: str) -> AsyncIterator["Follower"]:
        """A follower whose queue is bound, and empty; at the end the queue is removed."""
        connection = await aio_pika.connect(amqp_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.set_qos(prefetch_count=2 * BATCH)
            await channel.queue_delete(QUEUE)
            queue = await channel.declare_queue(QUEUE, durable=True, arguments=ARGUMENTS)
            await queue.bind(FACTS, "#")
            follower = cls(channel, queue)
            try:
                yield follower
            finally:
                if not channel.is_closed:
                    if follower._consumer is not None:
                        await queue.cancel(follower._consumer)
                    await channel.queue_delete(QUEUE)

    async def start(self) -> None:
        """From now on facts arrive here; until then the queue keeps them."""
        self._consumer = await self._queue.consume(self._arrived.put)

    async def waiting(self) -> int:
        """How many facts are still to be taken."""
        return await self._count(QUEUE) + self._arrived.qsize() + len(self._in_hand)

    async def projectors_behind(self) -> int:
        """How many facts no projector has in its hands yet."""
        return await self._count(VIEW_QUEUE)

    async def take_some(self, engine: AsyncEngine) -> int:
        """Applies what has arrived, at most a batch, to the view that is being made; returns how many facts."""
        facts, _ = await self._take(engine, self._at_hand())
        return len(facts)

    async def take_all_till_now(self, engine: AsyncEngine) -> list[AnyFact]:
        """Applies, and returns, all that was published before this call, and perhaps a little that came later."""
        mark = new_id()
        await self._channel.default_exchange.publish(aio_pika.Message(b"", headers={MARK: mark}), QUEUE, mandatory=True)
        taken: list[AnyFact] = []
        reached = False
        while not reached:
            facts, marks = await self._take(engine, [await self._arrived.get(), *self._at_hand()])
            taken += facts
            reached = mark in marks
        return taken

    def _at_hand(self) -> list[AbstractIncomingMessage]:
        return [self._arrived.get_nowait() for _ in range(min(BATCH, self._arrived.qsize()))]

    async def _take(
        self, engine: AsyncEngine, messages: list[AbstractIncomingMessage]
    ) -> tuple[list[AnyFact], set[str]]:
        facts: list[AnyFact] = []
        marks: set[str] = set()
        self._in_hand += messages
        for message in self._in_hand:
            if MARK in message.headers:
                marks.add(str(message.headers[MARK]))
                continue
            try:
                facts.append(decode_fact(message.body))
            except UnreadableFact:
                continue  # The projector buries it.
        facts = await self._apply(engine, facts) if facts else []
        self.newest.extend(facts)
        self.taken += len(facts)
        while self._in_hand:
            await self._in_hand.pop().ack()
        return facts, marks

    async def _apply(self, engine: AsyncEngine, facts: list[AnyFact]) -> list[AnyFact]:
        """Returns those that could be read."""
        try:
            async with engine.begin() as connection:
                await apply(connection, facts, anew=True)
        except UnreadableFact:
            if len(facts) > 1:
                return [read for fact in facts for read in await self._apply(engine, [fact])]
            return []
        return facts

    async def _count(self, name: str) -> int:
        queue = await self._channel.declare_queue(name, passive=True)
        return queue.declaration_result.message_count or 0


async def on_their_way(connection: AsyncConnection) -> dict[str, list[int]]:
    """The facts that are committed and not yet confirmed by the broker: by schema, their places in its outbox."""
    found: dict[str, list[int]] = {}
    for schema in OUTBOXES:
        rows = await connection.exec_driver_sql(
            f"SELECT seq FROM {schema}.outbox WHERE exchange = %(facts)s", {"facts": FACTS}
        )
        if places := list(rows.scalars()):
            found[schema] = places
    return found


async def still_on_their_way(connection: AsyncConnection, places: dict[str, list[int]]) -> int:
    total = 0
    for schema, seqs in places.items():
        rows = await connection.exec_driver_sql(
            f"SELECT count(*) FROM {schema}.outbox WHERE seq = ANY(%(seqs)s)", {"seqs": seqs}
        )
        total += int(rows.scalar_one())
    return total
