"""One socket of graphql-transport-ws, from its first message to its end.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Only subscriptions travel here: queries and mutations
go over HTTP, where they have status codes, idempotency keys and limits of their own.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from typing import Any, Protocol

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.api_keys import client
from gateway.execution import InvalidDocument
from gateway.graphql_http.asking import Asked
from gateway.graphql_http.refusals import InvalidQuery
from gateway.graphql_http.showing import shown_error, shown_refusal
from gateway.identity import SignedIn
from gateway.metrics.counted import EVENTS, SOCKETS_CLOSED
from gateway.subscriptions.executing import NotOpened
from gateway.subscriptions.mailbox import TooSlow
from gateway.subscriptions.messages import (
    SUBPROTOCOL,
    Closed,
    Code,
    Complete,
    Init,
    Ping,
    Subscribe,
    TooManySubscriptions,
    read,
    write,
)
from services.common import logs, tracing
from services.common.errors import Refusal

INIT_SECONDS = 10.0
"""Within which a client must say who it is."""
CLOSE_SECONDS = 5.0
"""How long a close frame may wait for a client that does not read."""
SUBSCRIPTIONS = 20
"""Of one socket at once."""

log = logs.get(__name__)


class Site(Protocol):
    """What a connection needs of the gateway."""

    async def enter(self, token: str | None) -> SignedIn:
        """Who stands behind the token. Raises a refusal."""

    def join(self, connection: "Connection") -> None:
        """Raises ``Closed`` where no more are taken; called once it is known who it is."""

    def leave(self, connection: "Connection") -> None: ...

    def may_subscribe(self, connection: "Connection") -> bool:
        """Whether its user may open one more."""

    def open(self, signed_in: SignedIn, asked: Asked, *, trace: str) -> AsyncGenerator[msgspec.Raw, None]:
        """The responses of a subscription, as JSON. Its first step raises ``InvalidDocument`` or a refusal."""


class Connection:
    def __init__(self, websocket: WebSocket, site: Site) -> None:
        self._websocket = websocket
        self._site = site
        self._sending = asyncio.Lock()
        self._ended: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()
        self._running: dict[str, asyncio.Task[None]] = {}
        self.token: str | None = None
        self.address = client.address()
        """From where it came, by which a key is tried again later."""
        self.signed_in: SignedIn | None = None

    @property
    def subscriptions(self) -> int:
        return len(self._running)

    def end(self, code: Code, reason: str) -> None:
        """Closes the socket, from wherever that was found to be needed."""
        if not self._ended.done():
            self._ended.set_result(Closed(code, reason))

    async def run(self) -> None:
        """Serves the socket until it is closed, by whichever side."""
        if SUBPROTOCOL not in self._websocket.scope.get("subprotocols", ()):
            # Accepted first: a browser shows nothing of a handshake that was refused.
            await self._websocket.accept()
            await self._websocket.close(Code.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        await self._websocket.accept(SUBPROTOCOL)
        serving, since = asyncio.create_task(self._serve()), time.monotonic()
        closed: Closed | None = None
        try:
            await asyncio.wait({serving, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            closed = self._ended.result() if self._ended.done() else serving.result()
        except WebSocketDisconnect:
            pass
        except Exception:
            log.exception("socket_failed")
            closed = Closed(Code.INTERNAL_ERROR, "INTERNAL")
        finally:
            if self.signed_in is not None:
                self._site.leave(self)
                self._log_end(closed, seconds=time.monotonic() - since)
            await _cancelled([serving, *self._running.values()])
        if closed is not None:
            SOCKETS_CLOSED.labels(str(closed.code.value)).inc()
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                await asyncio.wait_for(self._websocket.close(closed.code, closed.reason), CLOSE_SECONDS)

    def _log_end(self, closed: Closed | None, *, seconds: float) -> None:
        assert self.signed_in is not None
        actor = self.signed_in.actor
        log.info(
            "socket_ended",
            county=actor.county,
            tenant=actor.tenant,
            seconds=round(seconds, 1),
            code=None if closed is None else closed.code.value,
        )

    async def _serve(self) -> Closed:
        try:
            await self._initialise()
            while True:
                match await self._receive():
                    case Init():
                        raise Closed(Code.TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
                    case Subscribe() as message:
                        self._subscribe(message)
                    case Complete(id=id) if id in self._running:
                        # Its place is free at once: the client may use the id again.
                        self._running.pop(id).cancel()
        except Closed as closed:
            return closed

    async def _initialise(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                message = await self._receive()
        except TimeoutError as error:
            raise Closed(Code.INITIALISATION_TIMEOUT, "Connection initialisation timeout") from error
        if not isinstance(message, Init):
            raise Closed(Code.UNAUTHORIZED, "Unauthorized")
        try:
            signed_in = await self._site.enter(message.token)
        except Refusal as refusal:
            raise Closed(Code.FORBIDDEN, refusal.code) from refusal
        self.token, self.signed_in = message.token, signed_in
        self._site.join(self)
        await self._send(write("connection_ack"))

    async def _receive(self) -> Any:
        """The next message but pings, which are answered, and pongs, which nobody waits for."""
        while True:
            got = await self._websocket.receive()
            if got["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(got.get("code") or 1000)
            if got.get("text") is None:
                raise Closed(Code.BAD_REQUEST, "INVALID_MESSAGE")
            message = read(got["text"])
            if isinstance(message, Ping):
                await self._send(write("pong", payload=message.payload))
            elif isinstance(message, Init | Subscribe | Complete):
                return message

    def _subscribe(self, message: Subscribe) -> None:
        if message.id in self._running:
            raise Closed(Code.SUBSCRIBER_EXISTS, f"Subscriber for {message.id} already exists")
        if len(self._running) >= SUBSCRIPTIONS or not self._site.may_subscribe(self):
            coming: Coroutine[Any, Any, None] = self._refuse(message.id, TooManySubscriptions())
        else:
            coming = self._stream(message)
        self._running[message.id] = asyncio.create_task(self._guarded(message.id, coming))

    async def _guarded(self, id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except TooSlow:
            self.end(Code.TRY_AGAIN, "SLOW_CONSUMER")
        except WebSocketDisconnect:
            pass  # The receiving side finds out too.
        except Exception:
            log.exception("subscription_failed")
            self.end(Code.INTERNAL_ERROR, "INTERNAL")
        finally:
            if self._running.get(id) is asyncio.current_task():
                del self._running[id]

    async def _stream(self, message: Subscribe) -> None:
        assert self.signed_in is not None
        actor, trace = self.signed_in.actor, tracing.trace_id()
        with logs.context(county=actor.county, tenant=actor.tenant, trace=trace):
            try:
                async with aclosing(self._site.open(self.signed_in, message.payload, trace=trace)) as responses:
                    async for response in responses:
                        await self._send(write("next", id=message.id, payload=response))
                        EVENTS.inc()
            except InvalidDocument as invalid:
                errors = [shown_error(error, trace, of=InvalidQuery) for error in invalid.found]
                await self._send(write("error", id=message.id, payload=errors))
            except NotOpened as refused:
                await self._send(write("error", id=message.id, payload=refused.errors))
            except Refusal as refusal:
                await self._refuse(message.id, refusal)
            else:
                await self._send(write("complete", id=message.id))

    async def _refuse(self, id: str, refusal: Refusal) -> None:
        await self._send(write("error", id=id, payload=[shown_refusal(refusal)]))

    async def _send(self, text: str) -> None:
        """Waits until the client takes it: what comes meanwhile waits in its mailbox."""
        async with self._sending:
            await self._websocket.send_text(text)


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
