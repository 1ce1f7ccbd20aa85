"""All sockets of this process: who is on them, for how long, and what each subscription opens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from gateway.api_keys.client import coming_from
from gateway.graphql_http.asking import Asked
from gateway.identity import SignedIn, Unauthenticated
from gateway.identity.asking import who
from gateway.metrics import counted
from gateway.reading_lists import CLOCKS, PETITIONS
from gateway.subscriptions.connection import Connection
from gateway.subscriptions.executing import responses
from gateway.subscriptions.hub import Hub
from gateway.subscriptions.mailbox import Event
from gateway.subscriptions.messages import Closed, Code
from gateway.subscriptions.personal import FollowingContext
from gateway.subscriptions.positions import Cursors
from gateway.subscriptions.sessions import changed_sessions, ends_at
from services.common import clock as time
from services.common import logs
from services.common.errors import Refusal
from services.contracts.actor import Actor

SOCKETS = 5000
"""That one process takes; whoever comes then is asked to come again."""
OF_USER = 100
"""Subscriptions that one user has open at once, on all of his sockets."""
AT_ONCE = 8
"""Events that are executed at once: the pool has more connections, and queries need them too."""
CHECK_SECONDS = 5.0
"""How soon a session that ended closes its sockets."""

log = logs.get(__name__)


class Subscriptions:
    """What ``Connection`` needs; ``state``: the application's."""

    def __init__(self, state: Any, *, hub: Hub) -> None:
        self._state = state
        self._hub = hub
        self._connections: set[Connection] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def enter(self, token: str | None) -> SignedIn:
        if token is None:
            raise Unauthenticated()
        signed_in = await who(self._state, token)
        signed_in.settled  # noqa: B018 -- raises where the password must be changed first
        return signed_in

    def join(self, connection: Connection) -> None:
        if len(self._connections) >= SOCKETS:
            raise Closed(Code.TRY_AGAIN, "TOO_MANY_SOCKETS")
        self._connections.add(connection)
        counted.SOCKETS.inc()

    def leave(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            counted.SOCKETS.dec()

    def may_subscribe(self, connection: Connection) -> bool:
        own = _user(connection)
        return sum(each.subscriptions for each in self._connections if _user(each) == own) < OF_USER

    def open(self, signed_in: SignedIn, asked: Asked, *, trace: str) -> AsyncGenerator[msgspec.Raw, None]:
        async def context_of(event: Event) -> FollowingContext | None:
            return await self._context_of(signed_in, event, trace=trace)

        return responses(
            self._state.executor,
            asked,
            context=self._context(signed_in, trace=trace),
            context_of=context_of,
            turns=self._turns,
        )

    def _context(self, signed_in: SignedIn, *, trace: str) -> FollowingContext:
        state = self._state
        return FollowingContext(
            actor=signed_in.actor,
            engine=state.engine,
            rpc=state.rpc,
            trace=trace,
            config=state.config,
            hub=self._hub,
        )

    async def _context_of(self, signed_in: SignedIn, event: Event, *, trace: str) -> FollowingContext | None:
        context = self._context(signed_in, trace=trace)
        if event.petition is None:
            return context
        if event.fresh:
            row, clock = event.petition, event.clock
            context.reader.known(PETITIONS, row.state.id, row, version=row.version)
            if clock is not None:
                context.reader.known(CLOCKS, clock.id, clock, version=event.clock_version)
        elif await context.reader.petition(event.petition.state.id) is None:
            await context.reader.release()
            return None
        return context

    async def check(self) -> None:
        """Closes the sockets of whoever is no more as he was when he came."""
        now = time.now()
        of_sessions: dict[str, dict[tuple[str, Actor], list[Connection]]] = {}
        for connection in list(self._connections):
            assert connection.signed_in is not None
            assert connection.token is not None
            if (ends := ends_at(connection.token)) is not None and ends <= now:
                connection.end(Code.FORBIDDEN, "TOKEN_EXPIRED")
            elif (session := connection.signed_in.session) is not None:
                actor = connection.signed_in.actor
                of_sessions.setdefault(actor.county, {}).setdefault((session, actor), []).append(connection)
            else:
                await self._check_token(connection)
        for code, people in of_sessions.items():
            for came, ended in (await changed_sessions(self._state.engine, code, people, now=now)).items():
                for connection in people[came]:
                    if ended:
                        connection.end(Code.UNAUTHORIZED, Unauthenticated.code)
                    else:
                        connection.end(Code.FORBIDDEN, "ACCOUNT_CHANGED")

    async def _check_token(self, connection: Connection) -> None:
        try:
            with coming_from(connection.address):
                signed_in = await self.enter(connection.token)
        except Refusal as refusal:
            connection.end(Code.UNAUTHORIZED, refusal.code)
        else:
            if connection.signed_in is not None and signed_in.actor != connection.signed_in.actor:
                connection.end(Code.FORBIDDEN, "ACCOUNT_CHANGED")

    async def checking(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Exception:
                log.exception("sessions_not_checked")


def _user(connection: Connection) -> tuple[str, str] | None:
    signed_in = connection.signed_in
    return None if signed_in is None else (signed_in.actor.county, signed_in.actor.user)


@asynccontextmanager
async def subscriptions(state: Any) -> AsyncIterator[Subscriptions]:
    """Follows what changes for all sockets while the block runs; ``state``: the application's."""
    config = state.config
    hub = Hub(engine=state.engine, database_url=config.gateway_database_url, cursors=Cursors(config.token_key))
    async with hub.running():
        made = Subscriptions(state, hub=hub)
        checking = asyncio.create_task(made.checking())
        try:
            yield made
        finally:
            checking.cancel()
            with suppress(asyncio.CancelledError):
                await checking


async def socket(websocket: WebSocket) -> None:
    """The route ``/graphql`` for sockets."""
    await Connection(websocket, websocket.app.state.subscriptions).run()


SOCKET_ROUTES = [WebSocketRoute("/graphql", socket)]
