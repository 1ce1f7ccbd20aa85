"""From where a request comes, for keys that are good from some networks only.

Who stands behind a token is asked for by the token alone (``app.state.bearers``); the address goes beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

UNKNOWN = ""
_address: ContextVar[str] = ContextVar("client_address", default=UNKNOWN)


def address() -> str:
    """Of the client of this request, as ``client_address`` has it; ``UNKNOWN`` is in no network."""
    return _address.get()


@contextmanager
def coming_from(client: str) -> Iterator[None]:
    """Inside, ``address`` is this one."""
    token = _address.set(client)
    try:
        yield
    finally:
        _address.reset(token)


class ClientAddress:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        with coming_from(connection.app.state.door.client(connection).address):
            await self._app(scope, receive, send)
