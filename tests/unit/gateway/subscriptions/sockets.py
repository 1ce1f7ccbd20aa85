"""A site of sockets without a database: who comes is in, and what is asked for is played back."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.graphql_http.asking import Asked
from gateway.identity import SignedIn, Unauthenticated
from gateway.subscriptions.connection import Connection
from gateway.subscriptions.mailbox import TooSlow
from gateway.subscriptions.messages import SUBPROTOCOL, Closed, Code, NotASubscription
from services.common.errors import Refusal
from services.contracts.actor import Actor, Role, TenantKind

CLERK = Actor(
    county="611021",
    tenant="xfj",
    kind=TenantKind.COUNTY,
    user="clerk@luonan",
    name="甲",
    roles=frozenset({Role.CLERK}),
)
GOOD = "good"


def raw(response: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(response))


class PlayedSite:
    """``query`` says what comes: ``one`` an event and the end, ``open`` an event and nothing more, and so on."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.full = False
        self.closed: list[str] = []

    async def enter(self, token: str | None) -> SignedIn:
        if token != GOOD:
            raise Unauthenticated()
        return SignedIn(actor=CLERK, session=None, must_change=False)

    def join(self, connection: Connection) -> None:
        if self.full:
            raise Closed(Code.TRY_AGAIN, "TOO_MANY_SOCKETS")
        self.connections.append(connection)

    def leave(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)

    def may_subscribe(self, connection: Connection) -> bool:
        return connection.subscriptions < 3

    async def open(self, signed_in: SignedIn, asked: Asked, *, trace: str) -> AsyncGenerator[msgspec.Raw, None]:
        match asked.query:
            case "one":
                yield raw({"data": {"seen": signed_in.actor.user, "of": asked.variables}})
            case "open":
                try:
                    yield raw({"data": {"seen": 1}})
                    await asyncio.Event().wait()
                finally:
                    self.closed.append(asked.query)
            case "refused":
                raise NotASubscription()
            case "slow":
                raise TooSlow
            case "broken":
                raise RuntimeError("what people wrote")
            case "ended":
                for connection in list(self.connections):
                    connection.end(Code.UNAUTHORIZED, "UNAUTHENTICATED")
                await asyncio.Event().wait()
            case _:
                raise Refusal()


@contextmanager
def opened(site: PlayedSite, *, protocols: list[str] | None = None) -> Iterator[WebSocketTestSession]:
    over = Event()

    async def socket(websocket: WebSocket) -> None:
        try:
            await Connection(websocket, site).run()
        finally:
            over.set()

    app = Starlette(routes=[WebSocketRoute("/graphql", socket)])
    with TestClient(app) as client:
        offered = [SUBPROTOCOL] if protocols is None else protocols
        with client.websocket_connect("/graphql", subprotocols=offered) as session:
            yield session
            # The client's end comes with a cancellation: what follows from the disconnection is let happen first.
            session.close()
            assert over.wait(5)


def init(session: WebSocketTestSession, token: str | None = GOOD) -> None:
    session.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"} if token else None})


def begun(session: WebSocketTestSession) -> None:
    init(session)
    assert session.receive_json() == {"type": "connection_ack"}


def subscribe(session: WebSocketTestSession, id: str, query: str, **variables: Any) -> None:
    payload = {"query": query, "variables": variables or None}
    session.send_json({"id": id, "type": "subscribe", "payload": payload})


def closed(session: WebSocketTestSession) -> tuple[int, str]:
    """Code and reason of the close that comes next; anything else before it fails."""
    try:
        got = session.receive_text()
    except WebSocketDisconnect as end:
        return end.code, end.reason
    raise AssertionError(f"not closed: {msgspec.json.decode(got)}")
