"""A client that takes nothing: it holds up nobody, its memory is bounded, and it is let go in the end."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.graphql_http.asking import Asked
from gateway.identity import SignedIn
from gateway.subscriptions import connection as module
from gateway.subscriptions.connection import Connection
from gateway.subscriptions.mailbox import TooSlow
from gateway.subscriptions.messages import SUBPROTOCOL, Code
from gateway.subscriptions.transport import LONGEST_MESSAGE, Socket, socket_options
from tests.unit.gateway.subscriptions.sockets import GOOD, PlayedSite, raw

EVENT = raw({"data": {"text": "字" * 20_000}})
EVENTS = 2000


class ManySite(PlayedSite):
    """``many``: more than fits between here and a client that takes nothing; ``few``: three events."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.overflown = asyncio.Event()

    async def open(self, signed_in: SignedIn, asked: Asked, *, trace: str) -> AsyncGenerator[msgspec.Raw, None]:
        if asked.query == "few":
            for number in range(3):
                yield raw({"data": {"number": number}})
            return
        for _ in range(EVENTS):
            self.sent += 1
            yield EVENT
        raise TooSlow


@asynccontextmanager
async def served(site: PlayedSite) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    async def route(websocket: WebSocket) -> None:
        await Connection(websocket, site).run()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = Starlette(routes=[WebSocketRoute("/graphql", route)])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", **socket_options()))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}/graphql", server
        finally:
            server.should_exit = True
            await asyncio.wait_for(serving, 10)


@asynccontextmanager
async def client(url: str, query: str) -> AsyncIterator[ClientConnection]:
    protocols = [Subprotocol(SUBPROTOCOL)]
    # Whatever comes waits in the sockets of the machine, which hold some megabytes, until somebody takes it.
    async with connect(url, subprotocols=protocols, proxy=None, max_queue=1, close_timeout=0.1) as made:
        await made.send(json.dumps({"type": "connection_init", "payload": {"authorization": GOOD}}))
        assert json.loads(await made.recv())["type"] == "connection_ack"
        await made.send(json.dumps({"id": "a", "type": "subscribe", "payload": {"query": query}}))
        yield made


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_who_takes_nothing_holds_up_nobody_and_costs_no_more_than_the_sockets_hold() -> None:
    async def run() -> None:
        site = ManySite()
        async with served(site) as (url, _), client(url, "many"):
            before = -1
            while site.sent != before:
                before = site.sent
                await asyncio.sleep(0.3)
            assert 0 < site.sent < EVENTS
            async with client(url, "few") as other:
                got = [json.loads(await asyncio.wait_for(other.recv(), 5)) for _ in range(4)]
                assert [message["type"] for message in got] == ["next"] * 3 + ["complete"]
            assert site.sent == before

    asyncio.run(run())


def test_a_socket_that_must_be_closed_is_gone_though_its_client_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.1)

    async def run() -> None:
        site = ManySite()
        async with served(site) as (url, server), client(url, "many"):
            await until(lambda: site.sent > 10 and site.connections)
            (held,) = server.server_state.connections
            assert isinstance(held, Socket)
            held.close_timeout = 0.1
            site.connections[0].end(Code.TRY_AGAIN, "SLOW_CONSUMER")
            await until(lambda: not server.server_state.connections)

    asyncio.run(run())


def test_the_process_ends_though_a_client_takes_nothing() -> None:
    async def run() -> None:
        site = ManySite()
        async with served(site) as (url, server), client(url, "many"):
            await until(lambda: site.sent > 10)
            server.should_exit = True
            await until(lambda: not server.server_state.connections)

    asyncio.run(run())


def test_a_message_that_is_too_long_closes_the_socket() -> None:
    async def run() -> None:
        async with served(ManySite()) as (url, _), client(url, "few") as made:
            await made.send("x" * (LONGEST_MESSAGE + 1))
            await asyncio.wait_for(made.wait_closed(), 5)
            assert made.close_code == 1009

    asyncio.run(run())
