"""Commands to the services: nameko's RPC wire form over aio-pika, one reply queue for the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import msgspec
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, DeliveryError

from services.common.errors import Unavailable
from services.common.ids import new_id
from services.contracts.actor import Actor, Envelope
from services.contracts.base import Command
from services.contracts.fact import Reply
from services.contracts.topology import RPC


class _Answer(msgspec.Struct):
    """nameko's reply."""

    result: msgspec.Raw
    error: Any = None


class Rpc:
    """A connection over which commands go out. It reconnects by itself."""

    def __init__(self, *, channel: AbstractChannel, exchange: AbstractExchange, reply_to: str, timeout: float) -> None:
        self._channel = channel
        self._exchange = exchange
        self._reply_to = reply_to
        self._timeout = timeout
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    @classmethod
    @asynccontextmanager
    async def connect(cls, amqp_url: str, *, timeout: float = 10.0) -> AsyncIterator["Rpc"]:
        """``timeout``: seconds until a command that got no answer is given up."""
        connection = await aio_pika.connect_robust(amqp_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.declare_exchange(RPC, aio_pika.ExchangeType.TOPIC, durable=True)
            reply_to = new_id()
            queue = await channel.declare_queue(f"rpc.reply-gateway-{reply_to}", exclusive=True, auto_delete=True)
            await queue.bind(exchange, reply_to)
            rpc = cls(channel=channel, exchange=exchange, reply_to=reply_to, timeout=timeout)
            await queue.consume(rpc._answered, no_ack=True)
            yield rpc

    @property
    def connected(self) -> bool:
        return not self._channel.is_closed

    async def call(self, actor: Actor, command: Command, *, request_id: str, trace: str) -> Reply:
        """Sends a command to its service and returns its reply.

        Raises ``Unavailable`` when the service is not there or does not answer in time. The same request id may
        then be sent again without doing the thing twice.
        """
        envelope = Envelope(
            request_id=request_id, trace=trace, actor=actor, command=msgspec.Raw(msgspec.json.encode(command))
        )
        body = msgspec.json.encode({"args": [], "kwargs": {"envelope": envelope}})
        answer = msgspec.json.decode(await self._send(command.service, command.method, body), type=_Answer)
        if answer.error is not None:
            raise Unavailable()
        return msgspec.json.decode(answer.result, type=Reply)

    async def ping(self, service: str, *, timeout: float) -> bool:
        """Whether the service answers, and reaches its database."""
        try:
            raw = await self._send(service, "ping", b'{"args":[],"kwargs":{}}', timeout=timeout)
        except Unavailable:
            return False
        return msgspec.json.decode(raw, type=_Answer).error is None

    async def _send(self, service: str, method: str, body: bytes, *, timeout: float | None = None) -> bytes:
        seconds = timeout or self._timeout
        correlation_id = new_id()
        future = asyncio.get_running_loop().create_future()
        self._waiting[correlation_id] = future
        message = aio_pika.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=correlation_id,
            reply_to=self._reply_to,
            # After the caller has given up nobody may carry it out unseen.
            expiration=seconds,
        )
        try:
            async with asyncio.timeout(seconds):
                await self._exchange.publish(message, f"{service}.{method}", mandatory=True)
                answer: bytes = await future
                return answer
        except (TimeoutError, DeliveryError, AMQPError, ConnectionError, RuntimeError) as error:
            raise Unavailable() from error
        finally:
            self._waiting.pop(correlation_id, None)

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        future = self._waiting.get(message.correlation_id or "")
        if future is not None and not future.done():
            future.set_result(message.body)
