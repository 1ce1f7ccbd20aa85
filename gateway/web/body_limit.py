"""How large a request's body may be: counted as it comes, whatever the header says."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.errors import Refusal

READ_OFF_BYTES = 16 * 1024 * 1024
"""So much of a refused body is read and dropped: who is still sending would not read the refusal."""


class BodyTooLarge(Refusal):
    code = "BODY_TOO_LARGE"
    default = "请求内容过大，请缩短或分次提交"


class BodyLimit:
    """``own``: paths whose routes measure for themselves. Where the limit is passed, reading raises ``BodyTooLarge``
    inside of the route, which answers as it does to any refusal."""

    def __init__(self, app: ASGIApp, *, most: int, own: Collection[str] = ()) -> None:
        self._app, self._most, self._own = app, most, frozenset(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._own:
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        too_long = declared.isdecimal() and int(declared) > self._most
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if too_long or read > self._most:
                await _read_off(receive, message)
                raise BodyTooLarge(f"请求内容超过 {self._most // 1024} KB，请缩短或分次提交")
            return message

        await self._app(scope, counted, send)


async def _read_off(receive: Receive, message: Message) -> None:
    left = READ_OFF_BYTES
    while left > 0 and message["type"] == "http.request" and message.get("more_body", False):
        message = await receive()
        left -= len(message.get("body", b""))
