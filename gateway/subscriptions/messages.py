"""The messages of graphql-transport-ws, and the codes with which a socket is closed."""

from enum import IntEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gateway.graphql_http.asking import Asked
from services.common.errors import Refusal

SUBPROTOCOL = "graphql-transport-ws"
LONGEST_REASON = 123
"""Bytes that a close frame has for its reason (RFC 6455)."""


class Code(IntEnum):
    """As the protocol gives them; 1013 is of RFC 6455: come again, and resume."""

    TRY_AGAIN = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429
    INTERNAL_ERROR = 4500


class Closed(Exception):
    """The socket must be closed, and why: a short word or two, of which the first is stable."""

    def __init__(self, code: Code, reason: str) -> None:
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        super().__init__(f"{code.value} {self.reason}")


class NotASubscription(Refusal):
    code = "NOT_A_SUBSCRIPTION"
    default = "长连接只接受订阅（subscription）；查询和变更请提交到 POST /graphql"


class TooManySubscriptions(Refusal):
    code = "TOO_MANY_SUBSCRIPTIONS"
    default = "同时打开的订阅过多，请先关闭不再使用的页面或订阅"


Id = Annotated[str, Meta(min_length=1, max_length=100)]


class Init(msgspec.Struct, frozen=True, tag="connection_init"):
    payload: dict[str, Any] | None = None

    @property
    def token(self) -> str | None:
        """What stands in ``authorization``, with or without ``Bearer`` before it."""
        given = next((text for name, text in (self.payload or {}).items() if name.lower() == "authorization"), None)
        if not isinstance(given, str):
            return None
        scheme, _, value = given.strip().rpartition(" ")
        return value if value and scheme.strip().lower() in ("", "bearer") else None


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    payload: dict[str, Any] | None = None


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    id: Id
    payload: Asked


class Complete(msgspec.Struct, frozen=True, tag="complete"):
    id: Id


Message = Init | Ping | Pong | Subscribe | Complete
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def read(text: str) -> Message:
    """Raises ``Closed`` for what is no message of a client."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Closed(Code.BAD_REQUEST, "INVALID_MESSAGE") from error


def write(kind: str, **parts: Any) -> str:
    """A message of the server; a payload of None is left out."""
    message = {"type": kind, **{name: value for name, value in parts.items() if value is not None}}
    return msgspec.json.encode(message).decode()
