"""uvicorn's sockets, which wait for ever for a client that reads nothing: these let it go."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LONGEST_MESSAGE = 128 * 1024
"""Bytes of a client's message; a longer one closes the socket (1009)."""
PING_SECONDS = 20.0
"""Between pings, and how long the answer may take: a client that is gone is found out so."""
SHUTDOWN_SECONDS = 1.0


class Socket(WebSocketsSansIOProtocol):
    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        # The process does not wait for him either.
        self.loop.call_later(SHUTDOWN_SECONDS, self.transport.abort)

    async def run_asgi(self) -> None:
        await super().run_asgi()
        # What a reader has not taken by then he takes no more; of a socket that is closed this does nothing.
        self.loop.call_later(self.close_timeout, self.transport.abort)


def socket_options() -> dict[str, Any]:
    """For ``uvicorn.run``. Nothing is compressed: it takes far more memory than the messages."""
    return {
        "ws": Socket,
        "ws_max_size": LONGEST_MESSAGE,
        "ws_ping_interval": PING_SECONDS,
        "ws_ping_timeout": PING_SECONDS,
        "ws_per_message_deflate": False,
    }
