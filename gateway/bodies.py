"""Bodies of requests, which ``gateway.web.body_limit`` bounds: decoded, and refused in Chinese where they cannot be."""

from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from services.common.errors import InvalidInput
from services.common.wording import UNDECODABLE, explain

FORM = "application/x-www-form-urlencoded"

T = TypeVar("T")


async def body_of(request: Request, struct: type[T], hint: str) -> T:
    """The body, JSON or a form. Raises ``InvalidInput``, which begins with ``hint`` where it does not fit."""
    raw = await request.body()
    try:
        if request.headers.get("content-type", "").startswith(FORM):
            return msgspec.convert(dict(parse_qsl(raw.decode())), struct)
        return msgspec.json.decode(raw, type=struct)
    except UNDECODABLE as error:
        raise InvalidInput(f"{hint}：{explain(error)[0]}") from error
