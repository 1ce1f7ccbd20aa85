"""The bodies of requests: bounded, decoded into a struct, and refused in Chinese where they do not fit."""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from services.common.errors import InvalidInput
from services.common.wording import UNDECODABLE, explain

MAX_BODY_BYTES = 1_048_576
FORM = "application/x-www-form-urlencoded"

T = TypeVar("T")


class GraphQLRequest(msgspec.Struct):
    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = msgspec.field(default=None, name="operationName")


async def body_of(request: Request, struct: type[T], hint: str) -> T:
    """The body, JSON or a form. Raises ``InvalidInput``, which begins with ``hint`` where it does not fit."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise InvalidInput(f"请求超过 {MAX_BODY_BYTES // 1024} KB，请缩短后重试")
    try:
        if request.headers.get("content-type", "").startswith(FORM):
            return msgspec.convert(dict(parse_qsl(raw.decode())), struct)
        return msgspec.json.decode(bytes(raw), type=struct)
    except UNDECODABLE as error:
        raise InvalidInput(f"{hint}：{explain(error)[0]}") from error
