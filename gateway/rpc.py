"""Commands to the services: nameko's RPC wire form over aio-pika, one reply queue for each connection.

What is refused here was not begun and may be sent again as it is: where the broker is away (``Unavailable``), where a
service does not answer (``Unavailable``) or has as much to do as may be (``ServiceBusy``). What was sent and got no
answer is ``NotConfirmed``: nobody knows. Both are said at once, as soon as they are known.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import msgspec
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, DeliveryError
from opentelemetry.trace import SpanKind

from gateway.gates import Gate
from gateway.metrics.counted import COMMAND_SECONDS, COMMANDS
from services.common import logs, tracing
from services.common.errors import NotConfirmed, Unavailable
from services.common.ids import new_id
from services.contracts.actor import Actor, Envelope, Expected
from services.contracts.base import Command
from services.contracts.fact import Reply
from services.contracts.topology import RPC, SERVICES

CONNECT_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
PROBE_SECONDS = 2.0
"""How long a service that fell silent has to answer a ping, and how long the next one waits."""
BROKER_RETRY_SECONDS = 5
LOST = (AMQPError, ConnectionError, OSError, RuntimeError, TimeoutError)
"""How aio-pika says that the broker is away, or went."""

BROKER_AWAY = "消息通道暂时中断，本次操作没有办理；填写的内容请保留，稍后重试即可，查询不受影响"

log = logs.get(__name__)


class _Answer(msgspec.Struct):
    """nameko's reply."""

    result: msgspec.Raw
    error: Any = None


class Rpc:
    """A connection over which commands go out. It reconnects by itself."""

    def __init__(self, *, amqp_url: str, timeout: float, in_flight: int | None) -> None:
        self._amqp_url = amqp_url
        self._timeout = timeout
        self._line: tuple[AbstractExchange, str] | None = None
        """Where commands go, and the key under which answers come; None while the broker is away."""
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self.gates = {service: Gate(in_flight=in_flight) for service in SERVICES}
        self._probes: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, amqp_url: str, *, timeout: float = 10.0, in_flight: int | None = None, patient: bool = False
    ) -> AsyncIterator["Rpc"]:
        """``timeout``: seconds until a command that got no answer is given up. ``in_flight``: commands that each
        service is given at once. ``patient``: begins without the broker where it is away, and raises nothing."""
        rpc = cls(amqp_url=amqp_url, timeout=timeout, in_flight=in_flight)
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        keeper = asyncio.create_task(rpc._keep_connected(first))
        try:
            try:
                await asyncio.shield(first)
            except LOST:
                if not patient:
                    raise
            yield rpc
        finally:
            for task in (keeper, *rpc._probes):
                task.cancel()
            await asyncio.gather(keeper, *rpc._probes, return_exceptions=True)

    @property
    def connected(self) -> bool:
        return self._line is not None

    async def call(
        self, actor: Actor, command: Command, *, request_id: str, trace: str, expect: Sequence[Expected] = ()
    ) -> Reply:
        """Sends a command to its service and returns its reply.

        Raises ``Unavailable`` and ``ServiceBusy`` for what was not begun, ``NotConfirmed`` for what got no answer. The
        same request id may then be sent again without doing the thing twice.
        """
        outcome = "not_confirmed"
        started = time.monotonic()
        try:
            gate = self.gates.get(command.service) or Gate(in_flight=None)
            gate.enter()
            try:
                name = f"{command.service}.{command.method}"
                with tracing.span(name, kind=SpanKind.CLIENT, trace=trace) as span:
                    reply = await self._call(
                        actor, command, request_id=request_id, trace=trace, expect=expect, gate=gate
                    )
                    if reply.problems:
                        span.set_attribute("xinqiao.code", reply.problems[0].code)
            finally:
                gate.leave()
            outcome = "refused" if reply.problems else "done"
            COMMAND_SECONDS.labels(command.service).observe(time.monotonic() - started)
            return reply
        except NotConfirmed:
            raise
        except Unavailable:
            outcome = "turned_away"
            raise
        finally:
            COMMANDS.labels(command.service, outcome).inc()

    async def _call(
        self,
        actor: Actor,
        command: Command,
        *,
        request_id: str,
        trace: str,
        expect: Sequence[Expected],
        gate: Gate,
    ) -> Reply:
        envelope = Envelope(
            request_id=request_id,
            trace=trace,
            actor=actor,
            command=msgspec.Raw(msgspec.json.encode(command)),
            expect=tuple(expect),
        )
        body = msgspec.json.encode({"args": [], "kwargs": {"envelope": envelope}})
        try:
            answer = msgspec.json.decode(await self._send(command.service, command.method, body), type=_Answer)
        except TimeoutError as error:
            if gate.unanswered():
                log.warning("service_silent", service=command.service)
                self._probe(command.service, gate)
            raise NotConfirmed() from error
        gate.answered()
        if answer.error is not None:
            raise NotConfirmed()
        return msgspec.json.decode(answer.result, type=Reply)

    async def ping(self, service: str, *, timeout: float) -> bool:
        """Whether the service answers, and reaches its database."""
        try:
            raw = await self._send(service, "ping", b'{"args":[],"kwargs":{}}', timeout=timeout)
        except (Unavailable, TimeoutError):
            return False
        return msgspec.json.decode(raw, type=_Answer).error is None

    def _probe(self, service: str, gate: Gate) -> None:
        """Pings a service that fell silent until it answers, so that no user waits to find out."""

        async def probe() -> None:
            while not await self.ping(service, timeout=PROBE_SECONDS):
                await asyncio.sleep(PROBE_SECONDS)
            gate.answered()
            log.info("service_answers_again", service=service)

        task = asyncio.create_task(probe())
        self._probes.add(task)
        task.add_done_callback(self._probes.discard)

    async def _send(self, service: str, method: str, body: bytes, *, timeout: float | None = None) -> bytes:
        """The answer. Raises ``TimeoutError`` where none came, and as ``call`` does."""
        if self._line is None:
            raise Unavailable(BROKER_AWAY, retry_after=BROKER_RETRY_SECONDS)
        exchange, reply_to = self._line
        seconds = timeout or self._timeout
        correlation_id = new_id()
        future = asyncio.get_running_loop().create_future()
        self._waiting[correlation_id] = future
        message = aio_pika.Message(
            body,
            headers={**tracing.sent()},
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=correlation_id,
            reply_to=reply_to,
            # After the caller has given up nobody may carry it out unseen.
            expiration=seconds,
        )
        try:
            async with asyncio.timeout(seconds):
                await exchange.publish(message, f"{service}.{method}", mandatory=True)
                answer: bytes = await future
                return answer
        except DeliveryError as error:
            # The broker gave it back, or would not take it.
            raise Unavailable() from error
        except TimeoutError:
            raise
        except LOST as error:
            raise NotConfirmed() from error
        finally:
            self._waiting.pop(correlation_id, None)

    async def _keep_connected(self, first: "asyncio.Future[None]") -> None:
        """Connects again and again. ``first`` is told how the first try ended."""
        while True:
            try:
                connection = await aio_pika.connect(self._amqp_url, timeout=CONNECT_SECONDS)
                async with connection:
                    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                    exchange = await channel.declare_exchange(RPC, aio_pika.ExchangeType.TOPIC, durable=True)
                    reply_to = new_id()
                    queue = await channel.declare_queue(
                        f"rpc.reply-gateway-{reply_to}", exclusive=True, auto_delete=True
                    )
                    await queue.bind(exchange, reply_to)
                    await queue.consume(self._answered, no_ack=True)
                    self._line = (exchange, reply_to)
                    if first.done():
                        log.info("broker_connected_again")
                    else:
                        first.set_result(None)
                    await channel.closed()
            except Exception as error:  # Nothing that a broker says ends this task.
                if first.done():
                    log.warning("broker_away", error=type(error).__name__)
                else:
                    first.set_exception(error)
            finally:
                self._line = None
                # Their answers would come to a queue that is no more.
                for future in self._waiting.values():
                    if not future.done():
                        future.set_exception(NotConfirmed())
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        future = self._waiting.get(message.correlation_id or "")
        if future is not None and not future.done():
            future.set_result(message.body)
