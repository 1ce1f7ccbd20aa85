"""The caller's idempotency key: a header by which a repeated request is known as one, and done once."""

import re

from starlette.requests import HTTPConnection

from services.common.errors import InvalidInput

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,128}")


class InvalidKey(InvalidInput):
    code = "INVALID_IDEMPOTENCY_KEY"
    default = "请求头 Idempotency-Key 应为 1 至 128 个可见的 ASCII 字符（建议用 UUID），且只能出现一次"


def key_of(request: HTTPConnection) -> str | None:
    """None where the caller gave none. Raises ``InvalidKey``: a key that was cut off or left empty would make two
    requests one, or one two."""
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    if len(given) > 1 or not KEY.fullmatch(given[0]):
        raise InvalidKey(field=HEADER)
    return given[0]
