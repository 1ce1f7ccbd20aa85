"""A client of the gateway's subscriptions, as a test holds it: one socket, and what came over it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE = 30.0


class Follower:
    """One socket with one subscription at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._made = 0
        self.cursor: str | None = None
        """Of the last event."""

    def follow(self, query: str, **variables: Any) -> dict[str, Any]:
        """Opens a subscription and returns its first event, which says that it began, or what it was answered with."""
        self._made += 1
        payload = {"query": query, "variables": variables}
        self._socket.send(json.dumps({"id": str(self._made), "type": "subscribe", "payload": payload}))
        return self.next()

    def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next event: the one field of its data. Of a subscription that was refused ``{"code": ...}``."""
        message = json.loads(self._socket.recv(timeout))
        if message["type"] == "error":
            return {"code": message["payload"][0]["extensions"]["code"]}
        assert message["type"] == "next", message
        payload = message["payload"]
        assert "errors" not in payload, payload
        (event,) = payload["data"].values()
        self.cursor = event["cursor"]
        return dict(event)

    def until(self, condition: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
        """The events up to the first that fulfils the condition, which is the last of them."""
        found: list[dict[str, Any]] = []
        limit = time.monotonic() + PATIENCE
        while not found or not condition(found[-1]):
            assert time.monotonic() < limit, found
            found.append(self.next())
        return found

    def closing(self, timeout: float = PATIENCE) -> tuple[int, str]:
        """Code and reason with which the gateway closes, whatever comes before."""
        limit = time.monotonic() + timeout
        try:
            while True:
                self._socket.recv(max(0.0, limit - time.monotonic()))
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")

    def close(self) -> None:
        self._socket.close()


@contextmanager
def following(url: str, authorization: str) -> Iterator[Follower]:
    """A socket of whoever has this ``Authorization``; ``url``: of the gateway, over HTTP."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    with connect(address, subprotocols=[PROTOCOL], proxy=None, compression=None) as socket:
        socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": authorization}}))
        try:
            assert json.loads(socket.recv(PATIENCE)) == {"type": "connection_ack"}
        except ConnectionClosed as closed:
            raise PermissionError(closed.rcvd.reason if closed.rcvd else "") from closed
        yield Follower(socket)
